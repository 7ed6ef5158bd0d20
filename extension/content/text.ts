/**
 * The visible text of an element, with a map back to the page.
 *
 * Projection "postil-unit-text-1", which stored positions count in:
 *  1. Nodes are taken in the order in which they are laid out: an open shadow root stands for its host's children,
 *     a slot for what is assigned to it, a closed `details` for its summary.
 *  2. Left out, with all they hold: what is not text (scripts, styles, templates, media, frames, vector drawings); what
 *     a person types into or presses (fields, editable elements, code editors, buttons); what is not shown (`display: none`, hidden
 *     content-visibility, font size 0, clipped to nothing for screen readers). Text under `visibility: hidden` is left
 *     out node by node. `aria-hidden` text is on the screen and stays. What the caller carves out is left out too.
 *  3. White space is collapsed as the element's `white-space` has it: a run of space, tab and line ends becomes one
 *     space, none at the start or end of a line; preserved white space stays as it is.
 *  4. The start and end of every element that is not laid out inline ends the line: one "\n", never two. `br` and a
 *     preserved line end always give a "\n". None stands at the start or the end of the text.
 *  5. An image whose `alt` has no letter (an emoji) stands for that `alt`; read by itself, any image does.
 *  6. Nothing else is changed: no normalisation, no case, no bidi control removed, lone surrogates as they are.
 *
 * Invariants: the same DOM and styles give the same text; every UTF-16 unit that came from a text node maps to exactly
 * that unit of it. Reads only: it must never change the page.
 */

/** Elements whose content is not the page's text, or that a person types into or presses. */
const NOT_TEXT =
  /^(audio|button|canvas|datalist|head|iframe|input|math|meter|noscript|object|progress|script|select|style|svg|template|textarea|video)$/;
const CONTROL = /^(button|checkbox|combobox|menu(bar|item)?|option|radio|searchbox|slider|spinbutton|switch|tab|textbox|toolbar)$/;
/** Editors that draw what is typed into a field beside it. */
const DRAWN = /(^|\s)(ace_editor|CodeMirror|monaco-editor)(\s|$)/;

/** How an element takes part in the text. */
export interface Look {
  /** `none`: never text. `hidden`: not shown now, may be later. */
  readonly box: "none" | "hidden" | "inline" | "block";
  readonly visible: boolean;
  readonly space: "collapse" | "lines" | "keep";
}

const NONE: Look = { box: "none", visible: false, space: "collapse" };
const HIDDEN: Look = { box: "hidden", visible: false, space: "collapse" };

/** A property as the platform has it: a form's own may be hidden behind a field of that name. */
export function its<N extends Node, K extends keyof N>(node: N, name: K): N[K] {
  return Reflect.get(node instanceof HTMLFormElement ? HTMLFormElement.prototype : node, name, node) as N[K];
}

/** Our own host element, which is no part of the page. */
export const own = new WeakSet<Node>();

export function look(element: Element): Look {
  if (NOT_TEXT.test(its(element, "localName")) || own.has(element)) return NONE;
  const attribute = (name: string): string => its(element, "getAttribute").call(element, name) ?? "";
  if (CONTROL.test(attribute("role")) || DRAWN.test(attribute("class"))) return NONE;
  if (element instanceof HTMLElement && its(element, "isContentEditable")) return NONE;
  const style = getComputedStyle(element);
  const display = style.display;
  if (display === "none" || style.contentVisibility === "hidden" || style.fontSize === "0px" || clipped(style)) return HIDDEN;
  const collapse = style.whiteSpaceCollapse;
  return {
    box: /^(inline|contents|ruby)/.test(display) ? "inline" : "block",
    visible: style.visibility === "visible",
    space: collapse === "collapse" ? "collapse" : collapse === "preserve-breaks" ? "lines" : "keep",
  };
}

/** The usual way to keep text for screen readers off the screen. */
function clipped(style: CSSStyleDeclaration): boolean {
  return style.position === "absolute" && (/^rect\(([01]px,? ?){4}\)$/.test(style.clip) || /^inset\((50|100)%\)$/.test(style.clipPath));
}

/** Children in the order of layout. */
export function children(element: Element): ArrayLike<Node> {
  if (element instanceof HTMLDetailsElement && !element.open) return element.querySelectorAll(":scope > summary:first-of-type");
  if (element instanceof HTMLSlotElement) {
    const assigned = element.assignedNodes();
    if (assigned.length > 0) return assigned;
  }
  return its(its(element, "shadowRoot") ?? element, "childNodes");
}

/** The element that a node is laid out in; `null` at the top, and for what is not laid out at all. */
export function parent(node: Element | Text): Element | null {
  const above = its(node, "assignedSlot") ?? its(node, "parentNode");
  if (above instanceof ShadowRoot) return above.host;
  return above instanceof Element && (above instanceof HTMLSlotElement || !its(above, "shadowRoot")) ? above : null;
}

/** Whether an element is laid out, by itself or through its parent where it has no box of its own. */
export function shown(element: Element | null): boolean {
  for (let at = element; at; at = parent(at)) if (getComputedStyle(at).display !== "contents") return its(at, "checkVisibility").call(at);
  return false;
}

export interface Visitor {
  /** `false`: leave the element out with all it holds. */
  enter(element: Element, look: Look): boolean;
  /** Also text that is not visible. */
  text(node: Text, look: Look): void;
  leave(element: Element, look: Look): void;
}

/** How many steps a walk takes before it offers to stop. */
const STRIDE = 24;

/** Walks what is laid out under `root`, itself included; yields where it may be interrupted. */
export function* walk(root: Element, visitor: Visitor): Generator<void> {
  const stack: { element: Element; look: Look; nodes: ArrayLike<Node>; next: number }[] = [];
  const enter = (element: Element): void => {
    const seen = look(element);
    if (visitor.enter(element, seen)) stack.push({ element, look: seen, nodes: children(element), next: 0 });
  };
  enter(root);
  let steps = 0;
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    if (++steps % STRIDE === 0) yield;
    const node = top.nodes[top.next++];
    if (!node) {
      stack.pop();
      visitor.leave(top.element, top.look);
    } else if (node instanceof Text) {
      visitor.text(node, top.look);
    } else if (node instanceof Element) {
      enter(node);
    }
  }
}

/** Longest description of an image that is looked at. */
const ALTERNATIVE = 2000;
let boilerplate: RegExp[] = [];

/** Takes what the site itself writes into what its images say. */
export function leaveOut(patterns: readonly string[]): void {
  boilerplate = patterns.map((pattern) => new RegExp(pattern, "giu"));
}

/** What an image says in words, without what its site says of every image. */
export function alternative(image: HTMLImageElement): string {
  const said = boilerplate.reduce((alt, pattern) => alt.replace(pattern, " "), image.alt.slice(0, ALTERNATIVE));
  return said.trim().replace(/\s+/g, " ");
}

/** What an image says where it stands for a character: its `alt` if that has no letter. */
export function pictured(image: HTMLImageElement): string | null {
  const alt = alternative(image);
  return alt !== "" && !/\p{L}/u.test(alt) ? alt : null;
}

/** The first element or text from a child of a node on. */
function following(parent: Node, offset: number): Node | null {
  let node = parent.childNodes[offset] ?? null;
  while (node && !(node instanceof Element || node instanceof Text)) node = node.nextSibling;
  return node;
}

/** A stretch of text that maps unit by unit to a text node; an image stands for its whole stretch. */
interface Run {
  readonly node: Text | Element;
  /** First UTF-16 unit in the node. */
  readonly from: number;
  /** First UTF-16 unit in the text. */
  readonly at: number;
  length: number;
}

/** A place between characters or nodes, as ranges have it. */
export interface Point {
  readonly node: Node;
  readonly offset: number;
}

export class Projection {
  text = "";
  /**
   * Where in the text the points that were asked for are; `null` for one that the walk does not pass. One in what is
   * left out is where that stands.
   */
  readonly places: (number | null)[] = [];
  readonly #runs: Run[] = [];
  readonly #parts: string[] = [];
  #length = 0;
  /** Line ends, and a collapsed space, that count only once more text follows. */
  #lines = 0;
  #gap: { readonly node: Text; readonly from: number } | null = null;

  /** Reads `root` without the elements that `carved` names. */
  static *of(root: Element, carved: (element: Element, look: Look) => boolean, points: readonly Point[] = []): Generator<void, Projection> {
    const projection = new Projection();
    const sought = points.map(({ node, offset }) => ({ node, offset, next: node instanceof Text ? node : following(node, offset) }));
    const pass = (is: (point: (typeof sought)[number]) => boolean, place: (offset: number) => number): void => {
      sought.forEach((point, i) => {
        if (is(point)) projection.places[i] ??= place(point.offset);
      });
    };
    const here = (): number => projection.#length;
    projection.places.push(...sought.map(() => null));
    yield* walk(root, {
      enter(element, seen) {
        const left = seen.box === "none" || seen.box === "hidden";
        if (!left && seen.box === "block") projection.#endLine();
        if (!left && its(element, "localName") === "br") projection.#newLine();
        if (left || (element !== root && carved(element, seen))) {
          pass(({ node, next }) => next === element || its(element, "contains").call(element, node), here);
          return false;
        }
        pass(({ next }) => next === element, here);
        if (element instanceof HTMLImageElement && seen.visible) {
          projection.#run(element, 0, element === root ? alternative(element) : (pictured(element) ?? ""));
        }
        return true;
      },
      text(node, seen) {
        const first = projection.#runs.length;
        pass(({ node: other, next }) => next === node && other !== node, here);
        if (seen.visible) projection.#take(node, seen.space);
        pass(({ next }) => next === node, (offset) => projection.#place(node, offset, first));
      },
      leave(element, seen) {
        pass(({ node, next }) => next === null && (node === element || node === its(element, "shadowRoot")), here);
        if (seen.box === "block") projection.#endLine();
      },
    });
    projection.text = projection.#parts.join("");
    return projection;
  }

  /** The pieces of the page under a span of the text, one for each node it touches. */
  ranges(start: number, end: number): StaticRange[] {
    const pieces: { node: Text; from: number; to: number }[] = [];
    for (let i = this.#first(start); i < this.#runs.length; i++) {
      const run = this.#runs[i];
      if (!run || run.at >= end) break;
      if (!(run.node instanceof Text)) continue;
      const from = run.from + Math.max(0, start - run.at);
      const to = run.from + Math.min(run.length, end - run.at);
      const last = pieces.at(-1);
      if (last?.node === run.node) last.to = to;
      else pieces.push({ node: run.node, from, to });
    }
    return pieces.map(
      ({ node, from, to }) => new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to }),
    );
  }

  /** The element that a place of the text stands in. */
  elementAt(offset: number): Element | null {
    const node = this.#runs[this.#first(offset)]?.node;
    return node instanceof Element ? node : (node?.parentElement ?? null);
  }

  /** Index of the first run that ends after `offset`. */
  #first(offset: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const run = this.#runs[middle];
      if (run && run.at + run.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where in the text an offset of a node is, whose runs are among those from `first` on. */
  #place(node: Text, offset: number, first: number): number {
    let place: number | null = null;
    for (const run of this.#runs.slice(first)) {
      if (run.node === node && (place === null || offset >= run.from)) place = run.at + Math.max(0, Math.min(offset - run.from, run.length));
    }
    return place ?? this.#length;
  }

  #take(node: Text, space: Look["space"]): void {
    const data = node.data;
    if (space === "keep") {
      let body = data.length;
      while (data[body - 1] === "\n") body--;
      const from = this.#length === 0 ? data.slice(0, body).search(/[^\n]|$/) : 0;
      this.#run(node, from, data.slice(from, body));
      for (let i = body; i < data.length; i++) this.#newLine();
      return;
    }
    // A single space between words stands for itself; only other gaps break the run.
    const gaps = space === "collapse" ? /[ \t\n\r\f]{2,}|[\t\n\r\f]|^ | $/g : /[ \t\r\f]*\n[ \t\r\f]*|[ \t\r\f]{2,}|[\t\r\f]|^ | $/g;
    let from = 0;
    for (let gap = gaps.exec(data); gap; gap = gaps.exec(data)) {
      this.#run(node, from, data.slice(from, gap.index));
      from = gap.index + gap[0].length;
      if (space === "lines" && gap[0].includes("\n")) this.#newLine();
      else if (this.#length > 0 && this.#lines === 0) this.#gap ??= { node, from: gap.index };
    }
    this.#run(node, from, data.slice(from));
  }

  #run(node: Text | Element, from: number, text: string): void {
    if (text === "") return;
    if (this.#lines > 0) this.#append("\n".repeat(this.#lines));
    else if (this.#gap) this.#map(this.#gap.node, this.#gap.from, " ");
    this.#lines = 0;
    this.#gap = null;
    this.#map(node, from, text);
  }

  #map(node: Text | Element, from: number, text: string): void {
    const last = this.#runs.at(-1);
    if (last?.node === node && last.at + last.length === this.#length && last.from + last.length === from) {
      last.length += text.length;
    } else {
      this.#runs.push({ node, from, at: this.#length, length: text.length });
    }
    this.#append(text);
  }

  #append(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
  }

  #endLine(): void {
    this.#gap = null;
    if (this.#length > 0) this.#lines = Math.max(this.#lines, 1);
  }

  #newLine(): void {
    this.#gap = null;
    if (this.#length > 0) this.#lines += 1;
  }
}
