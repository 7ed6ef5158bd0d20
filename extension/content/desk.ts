/**
 * What the content script and the overlay on its page give each other: two scripts in one isolated world, the second of
 * which comes when it is needed first.
 *
 * Invariants: the scripts share these shapes and nothing else; state of a module is not shared between them.
 */
import type { CodebookCard, Decision } from "protocol";
import type { Piece, Slots } from "./pieces";
import type { Selected } from "./selection";

/** Where the pointer rests. */
export interface Spot {
  readonly target: Element;
  readonly x: number;
  readonly y: number;
}

/** A finding under the pointer, with the box of its words there. */
export interface Hit {
  readonly piece: Piece;
  readonly box: DOMRect;
}

/** What the overlay needs of the content script. */
export interface Desk {
  readonly slots: Slots;
  /** What belongs to us and not to the page. */
  own(host: Node): void;
  under(spot: Spot): Hit[];
  codebook(id: string): CodebookCard | undefined;
  /** Those that are active. */
  codebooks(): CodebookCard[];
  /** Keeps a decision about this page; rejects with what went wrong. */
  decide(decision: Omit<Decision, "page">): Promise<void>;
  /** The coder looks at this finding, and may decide soon. */
  looking(piece: Piece): void;
  /** The coder wants to say more than a code. Where only the coder can open the side panel, resolves to the keys for it. */
  more(): Promise<string | null>;
}

/** What the content script needs of the overlay. */
export interface Overlay {
  rested(spot: Spot): void;
  select(selected: Selected): void;
  deselect(): void;
  /** Units were read again. */
  refresh(): void;
  stop(): void;
}
