/**
 * The card that says, over a highlighted word, which code is proposed and why, and takes the coder's decision.
 *
 * Invariants: the words under the pointer are never covered; nodes of the page may be gone at any time.
 * Must not touch: what a decision means.
 */
import type { CodeCard, Finding } from "protocol";
import { Bubble } from "./bubble";
import { decide, type Taken } from "./decide";
import type { Desk, Hit, Spot } from "./desk";
import { button, element, paragraph, say } from "./parts";
import { boxes, colour, stateOf, type Piece, type State } from "./pieces";

/** How far the pointer may stray from the words and the card before it closes. */
const STRAY = 12;
/** How many contributions are listed. */
const REASONS = 6;
/** How many words that weigh by themselves are named. */
const WORDS = 3;

export class Card {
  readonly #desk: Desk;
  /** What stands for the code shown, also while it is on its way: the same is not decided twice. */
  #stands: State = "open";
  #shown: { bubble: Bubble; hits: Hit[]; piece: Piece } | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The pointer came to rest. */
  rested(spot: Spot): void {
    const hits = this.#desk.under(spot);
    const [first] = hits;
    if (first) {
      if (first.piece !== this.#shown?.piece) this.#show(hits, first);
    } else if (this.#shown && !this.#shown.bubble.focused && !this.#near(spot)) {
      this.hide();
    }
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
    this.#shown?.bubble.close();
  }

  /** Whether a point is on the way between the words and the card. */
  #near({ x, y }: Spot): boolean {
    const shown = this.#shown;
    return [shown?.bubble.box.getBoundingClientRect(), ...boxes(shown?.piece.ranges ?? [])].some(
      (box) => box && x >= box.left - STRAY && x <= box.right + STRAY && y >= box.top - STRAY && y <= box.bottom + STRAY,
    );
  }

  #show(hits: Hit[], { piece, box }: Hit): void {
    this.hide();
    const bubble = new Bubble(element("section", { role: "dialog", class: "card" }), this.#desk.own, () => {
      this.#shown = null;
    });
    this.#shown = { bubble, hits, piece };
    this.#fill(piece);
    bubble.show([box, ...boxes(piece.ranges)]);
    this.#desk.looking(piece);
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
    const state = (this.#stands = stateOf(unit, result.codebook.id, finding));
    const { box: card, root } = shown.bubble;
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
    const focused = [...card.querySelectorAll("button")].indexOf(root.activeElement as HTMLButtonElement);
    card.replaceChildren(
      ...this.#others(piece),
      header,
      element("blockquote", { dir: "auto" }, finding.matched),
      ...paragraph("", indicator?.gloss),
      ...(indicator?.ordinary ? [element("p", { dir: "auto" }, element("strong", {}, say("card_ordinary")), " ", indicator.ordinary)] : []),
      ...paragraph("quiet", code?.definition),
      ...paragraph("quiet", finding.evasion.map((name) => say(`panel_evasion_${name.replaceAll("-", "_")}`)).join(", ")),
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
      const press = (): void => {
        this.#fill(hit.piece);
        this.#desk.looking(hit.piece);
      };
      return button(this.#code(hit.piece)?.label ?? hit.piece.finding.code, press, { "aria-pressed": String(pressed) });
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
    // What all words add by themselves, where a model weighs them.
    const alone = result.cues.reduce((sum, { contribution }) => sum + contribution, result.other);
    if (reasons.length === 0 && alone === 0) return [element("h3", {}, say("card_no_weight"))];
    const most = Math.max(Math.abs(reasons[0]?.sum ?? 0), Math.abs(alone));
    const row = (here: boolean, words: HTMLElement, sum: number, ...context: string[]): HTMLElement => {
      const direction = sum > 0 ? "raises" : "lowers";
      const bar = element("span", { class: `bar ${direction}`, "aria-hidden": "true" });
      bar.style.setProperty("--share", String(Math.abs(sum) / most));
      const effect = [say(`card_${direction}`), ...context].join(", ");
      return element("li", { class: here ? "here" : "" }, words, element("span", { class: "quiet" }, effect), bar);
    };
    const rows = reasons.slice(0, REASONS).map(({ said, sum, times, here }) => {
      const words = element("bdi", { dir: "auto" }, times > 1 ? `${said.matched} ×${times}` : said.matched);
      return row(here, words, sum, ...said.context.map((name) => say(`card_context_${name}`)));
    });
    const more = reasons.length - rows.length;
    const rest = paragraph("quiet", more > 0 ? say("card_more", String(more)) : null);
    if (alone !== 0) {
      const heavy = new Set(result.cues.filter(({ contribution }) => contribution > 0 === alone > 0).map(({ matched }) => matched));
      const named = [...heavy].slice(0, WORDS).flatMap((word) => [" ", element("bdi", { dir: "auto" }, word)]);
      rows.push(row(false, element("span", {}, say("card_words"), ...named), alone));
    }
    return [element("h3", {}, say("card_why")), element("ul", {}, ...rows), ...rest];
  }

  #buttons(piece: Piece, state: State): HTMLElement {
    const actions = ["accepted", "rejected", "noneApplies"] as const;
    const buttons = actions.map((action) =>
      button(say(`card_${action}`), () => void this.#decide(piece, action), { "aria-pressed": String(state === action) }),
    );
    return element("footer", {}, ...buttons);
  }

  async #decide(piece: Piece, action: Taken): Promise<void> {
    const before = this.#stands;
    if (before === action) return;
    this.#stands = action;
    const wrong = await decide(this.#desk, piece, action);
    if (wrong !== null) this.#stands = before;
    const alert = this.#shown?.bubble.box.querySelector("[role=alert]");
    if (wrong !== null && alert) alert.textContent = wrong;
  }
}

function same(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.indicator === b.indicator && a.start === b.start && a.end === b.end;
}
