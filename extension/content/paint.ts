/**
 * Findings as highlights on the page.
 *
 * The CSS Custom Highlight API paints without touching the DOM. The page can read the registry, so the names say
 * nothing: h1 to h12 are the colours of the palette, h13 underlines what was accepted, h14 what was set aside (rejected,
 * or in a unit to which none applies), h15 what the side panel points at. `StaticRange`s cost nothing while the page
 * changes; the watcher paints again what changed.
 *
 * Invariants: nothing of the page is written but its highlight registry.
 * Must not touch: which units there are.
 */
import type { CodebookReading, Finding, Mark } from "protocol";
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
          const state = stateOf(unit, result.codebook.id, finding);
          for (const name of this.#names(state, result.codebook.id, finding.code)) for (const range of ranges) names.push([name, range]);
          pieces.push({ unit, result, finding, ranges });
        }
      }
      // What was accepted stays on the page, also where the engine no longer proposes it.
      for (const { codebook, code, action, start, end } of unit.reading?.marks ?? []) {
        if (action !== "accepted" || code === null || start === null || end === null) continue;
        const same = (finding: Finding): boolean => finding.code === code && finding.start === start && finding.end === end;
        if (unit.reading?.results.some(({ codebook: { id }, findings }) => id === codebook && findings.some(same))) continue;
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
    CSS.highlights.get(CURRENT)?.clear();
    for (const range of ranges) highlight(CURRENT).add(range);
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
    for (const name of NAMES) CSS.highlights.delete(name);
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

/** The latest decision on a finding; one about its span goes before one about the whole unit. */
export function stateOf(unit: Unit, codebook: string, finding: Finding): State {
  let state: State = "open";
  let exact = false;
  for (const mark of unit.reading?.marks ?? []) {
    if (mark.codebook !== codebook) continue;
    const here = about(mark, finding);
    if (here === null || (exact && !here)) continue;
    exact = here;
    state = mark.action;
  }
  return state;
}

/** `true`: the mark is about the finding; `false`: about its code or all codes of the unit; `null`: about neither. */
function about(mark: Mark, finding: Finding): boolean | null {
  if (mark.action === "noneApplies") return false;
  if (mark.code !== finding.code) return null;
  if (mark.start === null) return false;
  return mark.start === finding.start && mark.end === finding.end ? true : null;
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

function highlight(name: string): Highlight {
  let made = CSS.highlights.get(name);
  if (!made) {
    made = new Highlight();
    made.priority = NAMES.indexOf(name);
    CSS.highlights.set(name, made);
  }
  return made;
}
