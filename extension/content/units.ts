/**
 * What on a page is a unit of analysis, and what belongs to its text.
 *
 * By the page's own semantics first: articles and feed items are posts, articles within articles and items of comment
 * lists are comments, items of a log are messages; figure captions, the alternative text of images and descriptions of
 * accounts stand by themselves. A long article with several headings is a document, not a post. What none of these
 * holds is read by blocks: the nearest element around a text that is not laid out inline.
 *
 * Invariants: a unit's text never holds another unit's; which unit a text belongs to follows from the DOM alone.
 * Must not touch: what a text says.
 */
import type { UnitKind } from "protocol";
import { alternative, its, look, parent, pictured, type Look } from "./text";

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

/** The kind of the unit that an element makes by what it means, whatever it holds. */
export function meaning(element: Element): UnitKind | null {
  const matches = (selector: string): boolean => its(element, "matches").call(element, selector);
  if (!matches(ANY)) return null;
  if (element instanceof HTMLImageElement) return alternative(element) !== "" && pictured(element) === null ? "caption" : null;
  if (its(element, "localName") === "figcaption") return "caption";
  if (matches(COMMENT)) return "comment";
  if (matches(POST)) {
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
export function carved(kind: UnitKind): (element: Element, look: Look) => boolean {
  if (kind === "block") return (element, seen) => seen.box === "block" || meaning(element) !== null;
  // Times tick and names are not the author's words: neither is text of a post.
  return (element) => its(element, "localName") === "time" || its(element, "matches").call(element, AUTHOR) || meaning(element) !== null;
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

/** The author as the page names it: by what it calls one, or else by the first link in the unit's head that is a handle. */
export function author(unit: Element, kind: UnitKind): string | null {
  if (kind === "block" || kind === "caption") return null;
  const bio = kind === "bio";
  const around = bio ? (unit.closest(PROFILE) ?? unit) : unit;
  const whole = `${ARTICLE},${COMMENT}`;
  for (const [selector, wanted] of [[bio ? OWNER : AUTHOR, /\S/], ["header a", HANDLE]] as const) {
    for (const element of around.querySelectorAll(selector)) {
      if (element.closest(whole) !== around.closest(whole)) continue;
      const name = [element.textContent, element.getAttribute("aria-label") ?? ""].find((words) => wanted.test(words));
      if (name !== undefined) return name.trim().replace(/\s+/g, " ").slice(0, 200);
    }
  }
  return null;
}
