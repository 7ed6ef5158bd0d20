/**
 * Findings as they stand on the page, and what the coder has said about each.
 *
 * Invariants: reads only. Which decisions stand is the service's answer; here is only which of them a finding shows.
 */
import type { CodebookReading, Finding, Mark } from "protocol";
import type { Owner, Unit } from "./watch";

/** Colours that the style sheet has. */
export const PALETTE = 12;

/** A finding on the page. */
export interface Piece {
  readonly unit: Unit;
  readonly result: CodebookReading;
  readonly finding: Finding;
  readonly ranges: StaticRange[];
}

/** What the coder has decided about a finding; `replaced`: gave these words another code. */
export type State = "open" | "accepted" | "rejected" | "noneApplies" | "replaced";

/** Colour slot of a code. */
export type Slots = (codebook: string, code: string) => number;

/** The name that paints a code. */
export function colour(slots: Slots, codebook: string, code: string): string {
  return `h${(slots(codebook, code) % PALETTE) + 1}`;
}

/** Whether a mark says that a code applies. */
export function coded({ action }: Mark): boolean {
  return action === "accepted" || action === "assigned";
}

/**
 * Gives every unit those marks of its reading that are certain to be about it, by the panel's rule (`standing::doubtful`):
 * where posts are nearly alike, a decision stands on the one that it was made about, or on no more than one other. Yields
 * the owners that show more or less than before.
 */
export function* settle(units: Unit[]): Generator<Owner> {
  const places = new Map<string, boolean>();
  const all = units.flatMap(({ reading }) => reading?.marks ?? []);
  // Twice, or beside the very unit: a place is doubtful.
  for (const { sameUnit, decision } of all) if (sameUnit) places.set(decision, true);
  for (const { sameUnit, decision } of all) if (!sameUnit) places.set(decision, places.has(decision));
  for (const unit of units) {
    const before = unit.marks.length;
    unit.marks = (unit.reading?.marks ?? []).filter(({ sameUnit, decision }) => sameUnit || !places.get(decision));
    if (unit.marks.length !== before) yield unit.owner;
  }
}

/** What a finding shows of the marks that stand: of those on its code the last, else that no code of its codebook applies. */
export function stateOf({ marks }: Unit, codebook: string, { code, start, end }: Finding): State {
  let state: State = "open";
  let none: State = "open";
  for (const mark of marks) {
    if (mark.codebook !== codebook) continue;
    if (mark.action === "noneApplies") none = "noneApplies";
    else if (mark.action === "rejected" || mark.action === "accepted") {
      if (mark.code === code) state = mark.action;
    } else if (mark.start === null || mark.end === null || (mark.start < end && start < mark.end)) {
      // The coder's own code on these words.
      if (mark.code === code) state = "accepted";
      else if (mark.proposed === code) state = "replaced";
    }
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
