/**
 * The card that says, over a highlighted word, which code is proposed and why, and takes the coder's decision.
 *
 * It lives in one closed shadow root under one host element, which stands in the document only while a card is shown,
 * in the top layer. Built with DOM calls and a constructed style sheet alone, so that no page's CSP stands against it.
 *
 * Invariants: the words under the pointer are never covered; a listener that hears more than pointer moves, and every
 * timer, lives only while it is needed; nodes of the page may be gone at any time.
 * Must not touch: what a decision means.
 */
import type { Action, CodebookCard, CodeCard, Finding } from "protocol";
import css from "./card.css";
import type { Piece, Slots, State } from "./paint";
import { boxes, colour, stateOf } from "./paint";
import { own } from "./text";

/** How long the pointer rests before the card opens. */
const STILL = 250;
/** How far the pointer may stray from the words and the card before it closes. */
const STRAY = 12;
const GAP = 6;
const EDGE = 8;
/** How many contributions are listed. */
const REASONS = 6;

export interface Hit {
  readonly piece: Piece;
  readonly box: DOMRect;
}

export interface Desk {
  under(target: Element, x: number, y: number): Hit[];
  codebook(id: string): CodebookCard | undefined;
  readonly slots: Slots;
  /** Keeps a decision; resolves to what went wrong, if anything. */
  decide(piece: Piece, action: Action): Promise<string | null>;
  /** The coder looks at this finding, and may decide soon. */
  looking(piece: Piece): void;
}

export class Card {
  readonly #desk: Desk;
  readonly #life = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What stands for the code shown, also while it is on its way: the same is not decided twice. */
  #stands: State = "open";
  #shown: { host: HTMLElement; root: ShadowRoot; card: HTMLElement; hits: Hit[]; piece: Piece; life: AbortController } | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  start(): void {
    const options = { capture: true, passive: true, signal: this.#life.signal };
    document.addEventListener("pointermove", (event) => { this.#moved(event); }, options);
  }

  stop(): void {
    this.#life.abort();
    clearTimeout(this.#timer);
    this.hide();
  }

  /** Says again what is known of the finding shown, after its unit was read again. */
  refresh(): void {
    const shown = this.#shown;
    if (!shown) return;
    const { finding, result, unit } = shown.piece;
    const latest = unit.reading?.results.find(({ codebook }) => codebook.id === result.codebook.id);
    const same = latest?.findings.find(({ code, start, end }) => code === finding.code && start === finding.start && end === finding.end);
    if (latest && same && unit.owner.root.isConnected) this.#fill({ ...shown.piece, result: latest, finding: same });
    else this.hide();
  }

  hide(): void {
    this.#shown?.life.abort();
    this.#shown?.host.remove();
    this.#shown = null;
  }

  #moved(event: PointerEvent): void {
    const target = event.composedPath()[0];
    clearTimeout(this.#timer);
    if (event.buttons !== 0 || !(target instanceof Element) || target === this.#shown?.host) return;
    const { clientX, clientY } = event;
    this.#timer = setTimeout(() => {
      this.#rested(target, clientX, clientY);
    }, STILL);
  }

  #rested(target: Element, x: number, y: number): void {
    const hits = target.isConnected ? this.#desk.under(target, x, y) : [];
    const [first] = hits;
    if (first) {
      if (first.piece !== this.#shown?.piece) this.#show(hits, first);
    } else if (this.#shown && document.activeElement !== this.#shown.host && !this.#near(x, y)) {
      this.hide();
    }
  }

  /** Whether a point is on the way between the words and the card. */
  #near(x: number, y: number): boolean {
    const shown = this.#shown;
    return [shown?.card.getBoundingClientRect(), ...boxes(shown?.piece.ranges ?? [])].some(
      (box) => box && x >= box.left - STRAY && x <= box.right + STRAY && y >= box.top - STRAY && y <= box.bottom + STRAY,
    );
  }

  #show(hits: Hit[], { piece, box }: Hit): void {
    this.hide();
    const host = document.createElement("div");
    own.add(host);
    host.popover = "manual";
    const root = host.attachShadow({ mode: "closed" });
    styled(root);
    const card = element("section", { role: "dialog", class: "card", lang: chrome.i18n.getUILanguage(), dir: say("@@bidi_dir") });
    root.append(card);
    const life = new AbortController();
    this.#shown = { host, root, card, hits, piece, life };
    this.#fill(piece);
    document.documentElement.append(host);
    host.showPopover();
    place(card, [box, ...boxes(piece.ranges)]);
    this.#desk.looking(piece);

    const options = { capture: true, signal: life.signal };
    const hide = (event: globalThis.Event): void => {
      if (event.target !== host) this.hide();
    };
    for (const type of ["pointerdown", "scroll", "resize"]) addEventListener(type, hide, options);
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopImmediatePropagation();
      event.preventDefault();
      this.hide();
    }, options);
  }

  #fill(piece: Piece): void {
    const shown = this.#shown;
    if (!shown) return;
    shown.piece = piece;
    const { finding, result, unit } = piece;
    const book = this.#desk.codebook(result.codebook.id);
    const code = this.#code(piece);
    const indicator = code?.indicators.find(({ id }) => id === finding.indicator);
    const label = code?.label ?? finding.code;
    const state = (this.#stands = stateOf(unit, result.codebook.id, finding.code));
    const { card } = shown;
    card.ariaLabel = label;
    // The colour that the words themselves have on this page.
    const tint = getComputedStyle(document.documentElement, `::highlight(${colour(this.#desk.slots, result.codebook.id, finding.code)})`);
    card.style.setProperty("--colour", tint.textDecorationColor);

    const header = element("header", {}, element("span", { class: "dot" }), element("h2", { dir: "auto" }, label));
    if (state !== "open") header.append(element("span", { class: "quiet" }, say(`card_state_${state}`)));

    const judgement = [
      result.stance === null ? "" : say("card_stance", book?.stances.find(({ id }) => id === result.stance)?.label ?? result.stance),
      result.tier === null ? "" : say("card_tier", String(result.tier), book?.tiers[result.tier] ?? ""),
    ].filter((words) => words !== "");

    // Who works with the keyboard stays on the button.
    const focused = [...card.querySelectorAll("button")].indexOf(shown.root.activeElement as HTMLButtonElement);
    card.replaceChildren(
      ...this.#others(piece),
      header,
      element("blockquote", { dir: "auto" }, finding.matched),
      ...paragraph("", indicator?.gloss),
      ...(indicator?.ordinary ? [element("p", { dir: "auto" }, element("strong", {}, say("card_ordinary")), " ", indicator.ordinary)] : []),
      ...paragraph("quiet", code?.definition),
      ...paragraph("quiet", finding.evasion.length > 0 ? say("card_evasion", finding.evasion.join(", ")) : null),
      ...paragraph("", judgement.join(" · ")),
      ...this.#why(piece),
      element("p", { role: "alert" }),
      this.#buttons(piece, state),
    );
    card.querySelectorAll("button")[focused]?.focus();
  }

  #code({ result, finding }: Piece): CodeCard | undefined {
    return this.#desk.codebook(result.codebook.id)?.codes.find(({ id }) => id === finding.code);
  }

  /** Other findings on the same words. */
  #others(piece: Piece): HTMLElement[] {
    const hits = this.#shown?.hits ?? [];
    if (hits.length < 2) return [];
    const buttons = hits.map((hit) => {
      const pressed = same(hit.piece.finding, piece.finding);
      return button(this.#code(hit.piece)?.label ?? hit.piece.finding.code, pressed, () => {
        this.#fill(hit.piece);
        this.#desk.looking(hit.piece);
      });
    });
    return [element("nav", {}, ...buttons)];
  }

  #why({ result, finding }: Piece): HTMLElement[] {
    // The same words in the same sense stand once, with what they add in all.
    const sums = new Map<string, { said: Finding; sum: number; times: number; here: boolean }>();
    for (const said of result.findings) {
      if (said.contribution === 0) continue;
      const key = [said.code, said.indicator, said.matched, ...said.context].join("\n");
      const known = sums.get(key) ?? { said, sum: 0, times: 0, here: false };
      sums.set(key, { said, sum: known.sum + said.contribution, times: known.times + 1, here: known.here || same(said, finding) });
    }
    const reasons = [...sums.values()].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
    if (reasons.length === 0) return [element("h3", {}, say("card_no_weight"))];
    const most = Math.abs(reasons[0]?.sum ?? 1);
    const rows = reasons.slice(0, REASONS).map(({ said, sum, times, here }) => {
      const direction = sum > 0 ? "raises" : "lowers";
      const bar = element("span", { class: `bar ${direction}`, "aria-hidden": "true" });
      bar.style.setProperty("--share", String(Math.abs(sum) / most));
      const words = element("bdi", { dir: "auto" }, times > 1 ? `${said.matched} ×${times}` : said.matched);
      const effect = [say(`card_${direction}`), ...said.context.map((name) => say(`card_context_${name}`))].join(", ");
      return element("li", { class: here ? "here" : "" }, words, element("span", { class: "quiet" }, effect), bar);
    });
    const more = reasons.length - rows.length;
    const rest = paragraph("quiet", more > 0 ? say("card_more", String(more)) : null);
    return [element("h3", {}, say("card_why")), element("ul", {}, ...rows), ...rest];
  }

  #buttons(piece: Piece, state: State): HTMLElement {
    const actions: Action[] = ["accepted", "rejected", "noneApplies"];
    const buttons = actions.map((action) => button(say(`card_${action}`), state === action, () => void this.#decide(piece, action)));
    return element("footer", {}, ...buttons);
  }

  async #decide(piece: Piece, action: Action): Promise<void> {
    if (this.#stands === action) return;
    const before = this.#stands;
    this.#stands = action;
    const wrong = await this.#desk.decide(piece, action);
    if (wrong !== null) this.#stands = before;
    const alert = this.#shown?.card.querySelector("[role=alert]");
    if (wrong !== null && alert) alert.textContent = wrong;
  }
}

function same(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.indicator === b.indicator && a.start === b.start && a.end === b.end;
}

function button(label: string, pressed: boolean, press: () => void): HTMLElement {
  const made = element("button", { type: "button", "aria-pressed": String(pressed) }, label);
  made.addEventListener("click", press);
  return made;
}

function say(key: string, ...values: string[]): string {
  return chrome.i18n.getMessage(key, values);
}

function paragraph(name: string, words: string | null | undefined): HTMLElement[] {
  return words ? [element("p", { class: name, dir: "auto" }, words)] : [];
}

function element(name: string, attributes: Record<string, string>, ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

let sheet: CSSStyleSheet | undefined;

function styled(root: ShadowRoot): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  root.adoptedStyleSheets = [sheet];
}

/** Under the words, or over them where there is more room: never on them, on none of their lines. */
function place(card: HTMLElement, words: DOMRect[]): void {
  const { width, height } = card.getBoundingClientRect();
  const left = words[0]?.left ?? 0;
  const top = Math.min(...words.map((box) => box.top));
  const bottom = Math.max(...words.map((box) => box.bottom));
  const below = innerHeight - bottom - GAP - EDGE;
  const above = top - GAP - EDGE;
  const under = height <= below || below >= above;
  const room = Math.max(80, under ? below : above);
  const style = card.style;
  style.setProperty("max-block-size", `${room}px`);
  style.setProperty("left", `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`);
  if (under) style.setProperty("top", `${bottom + GAP}px`);
  else style.setProperty("bottom", `${innerHeight - top + GAP}px`);
}
