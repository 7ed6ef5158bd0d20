/**
 * Findings as highlights on the page.
 *
 * The CSS Custom Highlight API paints without touching the DOM. The page can read the registry, so the names say
 * nothing: h1 to h12 are the colours of the palette, h13 underlines what is coded (accepted, or the coder's own), h14
 * what was set aside (rejected, given another code, or in a unit to which none applies), h15 what the side panel points at. `StaticRange`s cost nothing while the page
 * changes; the watcher paints again what changed.
 *
 * Invariants: nothing of the page is written but its highlight registry, and what the page itself has put there stays.
 * Must not touch: which units there are.
 */
import { boxes, coded, colour, PALETTE, stateOf, type Piece, type Slots, type State } from "./pieces";
import type { Projection } from "./text";
import type { Owner } from "./watch";

const ACCEPTED = "h13";
const ASIDE = "h14";
const CURRENT = "h15";
const NAMES = [...Array.from({ length: PALETTE }, (_, slot) => `h${slot + 1}`), ACCEPTED, ASIDE, CURRENT];

export class Painter {
  readonly #slots: Slots;
  #unstyled: (() => void) | null;
  readonly #painted = new Map<Owner, { pieces: Piece[]; names: [string, StaticRange][] }>();
  #pointed: StaticRange[] = [];

  /** `unstyled` is called once, when there is something that the style sheet is needed for. */
  constructor(slots: Slots, unstyled: () => void) {
    this.#slots = slots;
    this.#unstyled = unstyled;
  }

  get empty(): boolean {
    return this.#painted.size === 0;
  }

  paint(owner: Owner, projection: Projection): void {
    this.clear(owner);
    const pieces: Piece[] = [];
    const names: [string, StaticRange][] = [];
    for (const unit of owner.units) {
      for (const result of unit.reading?.hidden ? [] : (unit.reading?.results ?? [])) {
        for (const finding of result.findings) {
          const ranges = projection.ranges(unit.at + finding.start, unit.at + finding.end);
          const state = stateOf(unit, result.codebook.id, finding);
          for (const name of this.#names(state, result.codebook.id, finding.code)) for (const range of ranges) names.push([name, range]);
          pieces.push({ unit, result, finding, ranges });
        }
      }
      // What is coded stays on the page, also where the engine does not propose it.
      for (const mark of unit.marks) {
        const { codebook, code, start, end } = mark;
        if (code === null || start === null || end === null || !coded(mark)) continue;
        const same = ({ unit: { id }, result, finding }: Piece): boolean =>
          id === unit.id && result.codebook.id === codebook && finding.code === code && finding.start === start && finding.end === end;
        if (pieces.some(same)) continue;
        const ranges = projection.ranges(unit.at + start, unit.at + end);
        for (const name of this.#names("accepted", codebook, code)) for (const range of ranges) names.push([name, range]);
      }
    }
    if (names.length === 0) return;
    for (const [name, range] of names) this.#highlight(name).add(range);
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
    for (const range of (this.#pointed = ranges)) this.#highlight(CURRENT).add(range);
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
    const name = colour(this.#slots, codebook, code);
    return state === "open" ? [name] : state === "accepted" ? [name, ACCEPTED] : [ASIDE];
  }

  #highlight(name: string): Highlight {
    this.#unstyled?.();
    this.#unstyled = null;
    return highlight(name);
  }
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
