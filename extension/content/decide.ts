/**
 * The coder's word on a finding or a selection as the decision that the service keeps.
 *
 * Invariants: says what was proposed as the coder saw it; what the coder has not spoken of is absent.
 * Must not touch: which decisions stand.
 */
import type { CodebookRef, Decision, Proposal } from "protocol";
import type { Desk } from "./desk";
import { paths } from "./path";
import type { Piece } from "./pieces";
import type { Selected } from "./selection";
import { uuid } from "./uuid";
import type { Unit } from "./watch";

/** What the coder may say of a finding. */
export type Taken = "accepted" | "rejected" | "noneApplies";

/** What came of it. */
export interface Said {
  /** What went wrong, if anything. */
  readonly wrong: string | null;
  /** Takes it back; resolves to what went wrong. */
  undo(): Promise<string | null>;
}

/** Resolves to what went wrong, if anything. */
export function decide(desk: Desk, { unit, result, finding }: Piece, action: Taken): Promise<string | null> {
  const none = action === "noneApplies";
  const accepted = action === "accepted";
  const { codebook, stance, tier, support } = result;
  const probability = result.codes.find(({ code }) => code === finding.code)?.probability ?? null;
  return keep(desk, unit, {
    text: unit.text,
    action,
    codebook,
    code: none ? null : finding.code,
    stance: accepted ? stance : null,
    tier: accepted ? tier : null,
    span: none ? null : [finding.start, finding.end],
    proposed: { code: none ? null : finding.code, probability: none ? null : probability, stance, tier, support },
  });
}

/** Gives a selection a code of the coder's own, without a word on stance and tier. */
export async function assign(desk: Desk, { unit, text, span }: Selected, codebook: CodebookRef, code: string): Promise<Said> {
  const about = { text, codebook, stance: null, tier: null, span };
  const result = unit.reading?.results.find((each) => each.codebook.id === codebook.id);
  const proposed: Proposal | null = result
    ? { code: null, probability: null, stance: result.stance, tier: result.tier, support: result.support }
    : null;
  const id = uuid();
  return {
    wrong: await keep(desk, unit, { ...about, id, action: "assigned", code, proposed }),
    undo: () => keep(desk, unit, { ...about, action: "withdrawn", code: null, proposed: null, revises: id }),
  };
}

type Own = "id" | "memo" | "revises";

async function keep(
  desk: Desk,
  unit: Unit,
  said: Omit<Decision, "at" | "page" | "kind" | "author" | "path" | "image" | "confidence" | "relation" | "hidden" | Own> & Partial<Pick<Decision, Own>>,
): Promise<string | null> {
  try {
    const { kind, author } = unit.owner;
    const unsaid = { memo: null, confidence: null, relation: null, revises: null, hidden: unit.reading?.hidden ?? false };
    await desk.decide({ id: uuid(), at: new Date().toISOString(), kind, author, path: paths()(unit), image: null, ...unsaid, ...said });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
