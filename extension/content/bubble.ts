/**
 * A box of ours over the page, by the words that it is about.
 *
 * It stands in one closed shadow root under one host element, in the top layer, and only while it is shown. Its style is a
 * constructed sheet.
 *
 * Invariants: the words are not covered where there is room beside them; what is typed into the box does not reach the
 * page's own shortcuts; a listener on the page lives only while the box is shown.
 * Must not touch: what stands in it.
 */
import host from "./host.css";
import { direction, language } from "./language";
import css from "./overlay.css";

const GAP = 6;
const EDGE = 8;

export class Bubble {
  readonly box: HTMLElement;
  readonly host = document.createElement("div");
  readonly root = this.host.attachShadow({ mode: "closed" });
  readonly #life = new AbortController();
  readonly #closed: () => void;

  /** `own` says that the host is no part of the page. */
  constructor(box: HTMLElement, own: (host: Node) => void, closed: () => void) {
    this.box = box;
    this.#closed = closed;
    own(this.host);
    this.host.popover = "manual";
    this.root.adoptedStyleSheets = [sheet()];
    box.lang = language();
    box.dir = direction();
    this.root.append(box);
  }

  /** Whether the keyboard is in the box. */
  get focused(): boolean {
    return document.activeElement === this.host;
  }

  /** Shows the box by some words. Goes when the coder presses elsewhere, scrolls or resizes, unless `stays` says otherwise. */
  show(words: DOMRect[], stays: () => boolean = () => false): void {
    document.documentElement.append(this.host);
    this.host.showPopover();
    this.place(words);
    const { signal } = this.#life;
    const options = { capture: true, signal };
    const away = ({ target, type }: Event): void => {
      if (target !== this.host && (type === "pointerdown" || !stays())) this.close();
    };
    for (const type of ["pointerdown", "scroll", "resize"]) addEventListener(type, away, options);
    this.keys({ Escape: () => { this.close(); } });
    for (const type of ["keydown", "keyup", "keypress"]) this.box.addEventListener(type, (event) => { event.stopPropagation(); }, { signal });
  }

  /** Keys that mean something to the box while it is shown, wherever the keyboard is; `false`: not this time. */
  keys(meanings: Record<string, () => void | false>): void {
    addEventListener("keydown", (event) => {
      const meaning = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey ? undefined : meanings[event.key];
      if (!meaning || meaning() === false) return;
      event.stopImmediatePropagation();
      event.preventDefault();
    }, { capture: true, signal: this.#life.signal });
  }

  close(): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort();
    this.host.remove();
    this.#closed();
  }

  /** Under the words, or over them where there is more room: on none of their lines. */
  place(words: DOMRect[]): void {
    const style = this.box.style;
    for (const name of ["max-block-size", "top", "bottom"]) style.removeProperty(name);
    const { width, height } = this.box.getBoundingClientRect();
    const left = words[0]?.left ?? 0;
    const top = Math.min(...words.map((box) => box.top));
    const bottom = Math.max(...words.map((box) => box.bottom));
    const below = innerHeight - bottom - GAP - EDGE;
    const above = top - GAP - EDGE;
    const under = height <= below || below >= above;
    const room = Math.max(80, under ? below : above);
    // Words that fill the window leave no room beside them.
    const most = innerHeight - Math.min(height, room) - EDGE;
    style.setProperty("max-block-size", `${room}px`);
    style.setProperty("left", `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`);
    if (under) style.setProperty("top", `${Math.min(bottom + GAP, most)}px`);
    else style.setProperty("bottom", `${Math.min(innerHeight - top + GAP, most)}px`);
  }
}

let made: CSSStyleSheet | undefined;

function sheet(): CSSStyleSheet {
  if (!made) {
    made = new CSSStyleSheet();
    made.replaceSync(host + css);
  }
  return made;
}
