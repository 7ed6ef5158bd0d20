/**
 * Findings as highlights on the page.
 *
 * The CSS Custom Highlight API paints without touching the DOM. The page can read the registry, so the names say
 * nothing: h1 to h12 are the colours of the palette, h13 underlines what was accepted, h14 what was set aside (rejected,
 * or in a unit to which none applies), h15 what the side panel points at. `StaticRange`s cost nothing while the page
 * changes; the watcher paints again what changed.
 *
 * Invariants: nothing of the page is written but its highlight registry, and what the page itself has put there stays.
 * Must not touch: which units there are.
 */
import type { CodebookReading, Finding } from "protocol";
import type { Projection } from "./text";
import type { Owner, Unit } from "./watch";

const PALETTE = 12;
const ACCEPTED = "h13";
const ASIDE = "h14";
const CURRENT = "h15";
const NAMES = [...Array.from({ length: PALETTE }, (_, slot) => `h${slot + 1}`), ACCEPTED, ASIDE, CURRENT];

/** A finding on the page. */
export interface Piece {
  readonly unit: Unit;
  readonly result: CodebookReading;
  readonly finding: Finding;
  readonly ranges: StaticRange[];
}

/** What the coder has decided about a finding. */
export type State = "open" | "accepted" | "rejected" | "noneApplies";

/** Colour slot of a code. */
export type Slots = (codebook: string, code: string) => number;

export class Painter {
  readonly #slots: Slots;
  readonly #painted = new Map<Owner, { pieces: Piece[]; names: [string, StaticRange][] }>();
  #pointed: StaticRange[] = [];

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  get empty(): boolean {
    return this.#painted.size === 0;
  }

  paint(owner: Owner, projection: Projection): void {
    this.clear(owner);
    const pieces: Piece[] = [];
    const names: [string, StaticRange][] = [];
    for (const unit of owner.units) {
      for (const result of unit.reading?.results ?? []) {
        for (const finding of result.findings) {
          const ranges = projection.ranges(unit.at + finding.start, unit.at + finding.end);
          const state = stateOf(unit, result.codebook.id, finding.code);
          for (const name of this.#names(state, result.codebook.id, finding.code)) for (const range of ranges) names.push([name, range]);
          pieces.push({ unit, result, finding, ranges });
        }
      }
      // What was accepted stays on the page, also where the engine no longer proposes it.
      for (const { codebook, code, start, end } of unit.reading?.marks ?? []) {
        if (code === null || start === null || end === null || stateOf(unit, codebook, code) !== "accepted") continue;
        if (pieces.some(({ unit: { id }, result, finding }) => id === unit.id && result.codebook.id === codebook && finding.code === code)) continue;
        const ranges = projection.ranges(unit.at + start, unit.at + end);
        for (const name of this.#names("accepted", codebook, code)) for (const range of ranges) names.push([name, range]);
      }
    }
    if (names.length === 0) return;
    for (const [name, range] of names) highlight(name).add(range);
    this.#painted.set(owner, { pieces, names });
  }

  clear(owner: Owner): void {
    const painted = this.#painted.get(owner);
    if (!painted) return;
    for (const [name, range] of painted.names) CSS.highlights.get(name)?.delete(range);
    this.#painted.delete(owner);
  }

  /** Points at ranges, and at nothing else. */
  point(ranges: StaticRange[]): void {
    for (const range of this.#pointed) CSS.highlights.get(CURRENT)?.delete(range);
    for (const range of (this.#pointed = ranges)) highlight(CURRENT).add(range);
  }

  /** Findings of an owner under a point of the viewport, shortest first, each with the box of the words there. */
  under(owner: Owner, x: number, y: number): { piece: Piece; box: DOMRect }[] {
    const hits: { piece: Piece; box: DOMRect }[] = [];
    for (const piece of this.#painted.get(owner)?.pieces ?? []) {
      const box = boxes(piece.ranges).find((rect) => x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom);
      if (box) hits.push({ piece, box });
    }
    return hits.sort((a, b) => a.piece.finding.end - a.piece.finding.start - (b.piece.finding.end - b.piece.finding.start));
  }

  stop(): void {
    for (const owner of [...this.#painted.keys()]) this.clear(owner);
    this.point([]);
    for (const [name, highlight] of made) if (CSS.highlights.get(name) === highlight) CSS.highlights.delete(name);
    made.clear();
  }

  #names(state: State, codebook: string, code: string): string[] {
    if (state === "rejected" || state === "noneApplies") return [ASIDE];
    const name = colour(this.#slots, codebook, code);
    return state === "accepted" ? [name, ACCEPTED] : [name];
  }
}

/** The name that paints a code. */
export function colour(slots: Slots, codebook: string, code: string): string {
  return `h${(slots(codebook, code) % PALETTE) + 1}`;
}

/**
 * What stands for a code of a unit: the last word, as in the side panel. "None applies" takes back what was accepted, and
 * an acceptance takes back "none applies"; what was rejected stays rejected.
 */
export function stateOf(unit: Unit, codebook: string, code: string): State {
  let none: State = "open";
  let state: State = "open";
  for (const mark of unit.reading?.marks ?? []) {
    if (mark.codebook !== codebook) continue;
    if (mark.action !== "rejected") none = mark.action === "accepted" ? "open" : mark.action;
    if (mark.code === code) state = mark.action;
    else if (mark.action === "noneApplies" && state === "accepted") state = "open";
  }
  return state === "open" ? none : state;
}

/** Boxes of ranges in the viewport, as the page stands; a static range has none, and its nodes may be gone. */
export function boxes(ranges: StaticRange[]): DOMRect[] {
  return ranges.flatMap(({ startContainer, startOffset, endContainer, endOffset }) => {
    if (!startContainer.isConnected || !(startContainer instanceof Text) || endOffset > startContainer.length) return [];
    const range = document.createRange();
    range.setStart(startContainer, startOffset);
    range.setEnd(endContainer, endOffset);
    return [...range.getClientRects()];
  });
}

/** The highlights that the page did not have before. */
const made = new Map<string, Highlight>();

function highlight(name: string): Highlight {
  let found = CSS.highlights.get(name);
  if (!found) {
    found = new Highlight();
    found.priority = NAMES.indexOf(name);
    made.set(name, found);
    CSS.highlights.set(name, found);
  }
  return found;
}
