/**
 * What on a page is a unit of analysis, and what belongs to its text.
 *
 * By what the coder taught about the site first, because she pointed at it: what the page calls a post within such a unit is
 * part of that. Then by the page's own semantics: articles and feed items are posts, articles within articles and items of comment
 * lists are comments, items of a log are messages; figure captions, the alternative text of images and descriptions of
 * accounts stand by themselves. A long article with several headings is a document, not a post. Then by what the shipped
 * adapters know of the site. What none of these holds is read by blocks: the nearest element around a text that is not
 * laid out inline.
 *
 * Invariants: a unit's text never holds another unit's; which unit a text belongs to follows from the DOM and the rules
 * of the site alone; a rule that the browser cannot read is none.
 * Must not touch: what a text says.
 */
import type { UnitKind } from "protocol";
import { alternative, its, leaveOut, look, parent, pictured, type Look } from "./text";
import type { Rule, Rules } from "./wire";

const ARTICLE = "article,[role=article]";
const COMMENT =
  "[role=comment],[itemprop~=comment],:is([id=comments],.comments,.comment-list) :is(li,[role=listitem])";
const POST = `${ARTICLE},[role=feed]>:not(:has(${ARTICLE}))`;
const MESSAGE = "[role=log]>*,[role=log]>:is(ul,ol,[role=list])>*";
const BIO =
  ".p-note,.bio,:is(section,[role=region]):is([aria-label~=profile i],[aria-label~=bio i])," +
  ":is([itemtype$=Person],[itemtype$=ProfilePage],[itemtype$=Organization]) [itemprop~=description]";
const ANY = [POST, COMMENT, MESSAGE, BIO, "figcaption", "img"].join();
const AUTHOR = "[rel~=author],[itemprop~=author],.p-author";
/** Names within what a description of an account stands in. */
const OWNER = `${AUTHOR},[itemprop~=alternateName],[itemprop~=name],.p-nickname,.p-name`;
/** What a description stands in, where it is not itself the whole profile. */
const PROFILE = "[itemscope],.h-card,section,[role=region],article,[role=article]";
/** A link in a unit's head that is, or is named, a handle. */
const HANDLE = /(^|\s)@[\p{L}\p{N}_]/u;

/** More paragraphs or headings than this make an article a document. */
const POST_PARAGRAPHS = 12;
const POST_HEADINGS = 1;

/** Decided once: an article must not change its nature, and its units their ids, while it grows. */
const documents = new WeakMap<Element, boolean>();

function isDocument(article: Element): boolean {
  let known = documents.get(article);
  if (known === undefined) {
    const mine = (selector: string): number => {
      let count = 0;
      for (const element of article.querySelectorAll(selector)) if (element.parentElement?.closest(ARTICLE) === article) count++;
      return count;
    };
    known = mine("h1,h2,h3,h4,h5,h6,[role=heading]") > POST_HEADINGS || mine("p") > POST_PARAGRAPHS;
    documents.set(article, known);
  }
  return known;
}

let known = "[[],[],[]]";
let [taught, adapted]: [Rule[], Rule[]] = [[], []];

/** Takes the rules of this site; says whether they are others than before. */
export function learn(rules: Rules): boolean {
  const said = JSON.stringify(rules);
  if (said === known) return false;
  known = said;
  leaveOut(rules[2]);
  [taught, adapted] = [rules[0], rules[1]].map((some) => some.filter(([, selector]) => {
    try {
      return document.createDocumentFragment().querySelector(selector) === null;
    } catch {
      return false;
    }
  })) as [Rule[], Rule[]];
  return true;
}

/** The kind of the unit that an element is by a rule. */
function ruled(rules: Rule[], element: Element): UnitKind | null {
  for (const [part, selector] of rules) if (part !== "author" && its(element, "matches").call(element, selector)) return part;
  return null;
}

/** The kind of the unit that an element makes, whatever it holds. */
export function meaning(element: Element): UnitKind | null {
  return ruled(taught, element) ?? meant(element) ?? ruled(adapted, element);
}

/** The same, by what it means. */
function meant(element: Element): UnitKind | null {
  const matches = (selector: string): boolean => its(element, "matches").call(element, selector);
  if (!matches(ANY)) return null;
  if (element instanceof HTMLImageElement) return alternative(element) !== "" && pictured(element) === null ? "image" : null;
  if (its(element, "localName") === "figcaption") return "caption";
  if (matches(COMMENT)) return "comment";
  if (matches(POST)) {
    for (let at = element.parentElement; at; at = at.parentElement) if (ruled(taught, at)) return null;
    if (element.parentElement?.closest(ARTICLE)) return "comment";
    return isDocument(element) ? null : "post";
  }
  return matches(MESSAGE) ? "message" : "bio";
}

/** What a text belongs to. */
export interface Place {
  readonly root: Element;
  readonly kind: UnitKind;
}

/** Whether an element's text is its own under the unit around it. */
export function carved(root: Element, kind: UnitKind): (element: Element, look: Look) => boolean {
  if (kind === "block") return (element, seen) => seen.box === "block" || meaning(element) !== null;
  // A rule for authors may match whom the text mentions too.
  const own = known.includes('"author"') && namer(root, kind);
  // Times tick and names are not the author's words: neither is text of a post.
  return (element) =>
    its(element, "localName") === "time" || its(element, "matches").call(element, AUTHOR) || (own && own.byRule && own.element === element) || meaning(element) !== null;
}

/** Where the text directly in `element` belongs; `null` if it is not text of the page or not laid out. */
export function placeOf(element: Element): Place | null {
  let place: Place | null = null;
  let whole = false;
  for (let at: Element | null = element; at; at = parent(at)) {
    const { box } = look(at);
    if (box === "none" || box === "hidden") return null;
    if (whole) continue;
    const kind = meaning(at);
    if (kind) {
      place = { root: at, kind };
      whole = true;
    } else if (box === "block" && !place) {
      place = { root: at, kind: "block" };
    }
  }
  return place;
}

/** The place of what stands in `element`, which itself stands in `around`. */
export function placeIn(element: Element, seen: Look, around: Place | null): Place | null {
  const kind = meaning(element);
  if (kind) return { root: element, kind };
  return seen.box === "block" && (around === null || around.kind === "block") ? { root: element, kind: "block" } : around;
}

/** Who wrote a unit, where that stands, and whether a rule says so. */
interface Namer {
  readonly name: string;
  readonly element: Element;
  readonly byRule: boolean;
}

/** The post or comment around an element, or any other unit by a rule. */
function whole(element: Element): Element | null {
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (its(at, "matches").call(at, `${ARTICLE},${COMMENT}`) || ruled(taught, at) || ruled(adapted, at)) return at;
  }
  return null;
}

/**
 * The author as the coder taught it, else as the page names it: by what it calls one, or by the site's adapter, or else by
 * the first link in the unit's head that is a handle. A bio's may stand beside it.
 */
export function namer(unit: Element, kind: UnitKind): Namer | null {
  if (kind === "block" || kind === "caption") return null;
  if (kind === "image") {
    const around = whole(unit);
    return around && namer(around, "post");
  }
  const bio = kind === "bio";
  const profile = bio ? (unit.closest(PROFILE) ?? unit) : unit;
  const rules = (some: Rule[]) => some.flatMap(([part, selector]) => (part === "author" ? [[selector, /\S/, true] as const] : []));
  const ways = [...rules(taught), [bio ? OWNER : AUTHOR, /\S/, false], ...rules(adapted), ["header a", HANDLE, false]] as const;
  for (const [selector, wanted, byRule] of ways) {
    let around: Element | null = profile;
    // The nearest: a page may describe several accounts.
    if (bio && byRule) while (around && !around.querySelector(selector)) around = around.parentElement;
    for (const element of around?.querySelectorAll(selector) ?? []) {
      if (!(bio && byRule) && whole(element) !== whole(profile)) continue;
      const name = [element.textContent, element.getAttribute("aria-label") ?? ""].find((words) => wanted.test(words));
      if (name !== undefined) return { name: name.trim().replace(/\s+/g, " ").slice(0, 200), element, byRule };
    }
  }
  return null;
}
