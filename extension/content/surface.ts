/**
 * What is shown on the page itself: highlights, and over them the card and the toolbar of the overlay.
 *
 * The overlay and the style sheet come on the first need, from the background: a frame without findings has neither, and
 * where they are refused there are none. Where the pointer rests is remembered until the overlay is there.
 *
 * Invariants: one listener hears the pointer's moves, and one timer runs only after it moved.
 * Must not touch: what is decided.
 */
import type { CodebookCard, UnitReading } from "protocol";
import type { Desk, Hit, Overlay, Spot } from "./desk";
import { Later } from "./later";
import { Painter } from "./paint";
import { selected } from "./selection";
import type { Session } from "./session";
import { rest } from "./slices";
import { own } from "./text";
import { remarkable } from "./watch";
import { tell } from "./wire";

/** How long the pointer rests before the card opens. */
const STILL = 250;

export class Surface {
  readonly #session: Session;
  readonly #codebooks = new Map<string, CodebookCard>();
  readonly #slots = (codebook: string, code: string): number =>
    Math.max(0, this.#codebooks.get(codebook)?.codes.findIndex(({ id }) => id === code) ?? 0);
  readonly painter = new Painter(this.#slots, () => {
    tell({ need: "style" }).catch(() => undefined);
  });
  readonly #life = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #spot: Spot | null = null;
  readonly #overlay = new Later<Overlay>("overlay");
  /** The selection that the toolbar was last offered for; the same is not offered twice. */
  #offered = "";

  constructor(session: Session) {
    this.#session = session;
  }

  start(): void {
    const options = { capture: true, passive: true, signal: this.#life.signal };
    document.addEventListener("pointermove", (event) => { this.#moved(event); }, options);
    const released = ({ target }: globalThis.Event): void => {
      // What the browser makes of the event comes after it.
      if (!own.has(target as Node)) void rest().then(() => this.#offer());
    };
    addEventListener("pointerup", released, options);
    addEventListener("keyup", (event) => {
      // Other keys select nothing; they may end a selection.
      if (event.shiftKey || event.ctrlKey || event.metaKey || event.key === "Shift" || this.#offered !== "") released(event);
    }, options);
    // What the panel points at has done its work once the coder turns to the page.
    addEventListener("pointerdown", () => { this.painter.point([]); }, options);
  }

  stop(): void {
    this.#life.abort();
    clearTimeout(this.#timer);
    this.#overlay.made?.stop();
    this.painter.stop();
  }

  point(ranges: StaticRange[]): void {
    this.painter.point(ranges);
  }

  refresh(): void {
    this.#overlay.made?.refresh();
  }

  /** What is needed to show these readings. */
  async prepare(readings: UnitReading[]): Promise<void> {
    const unknown = readings.some((reading) =>
      remarkable(reading) && reading.results.some(({ codebook }) => this.#codebooks.get(codebook.id)?.codebook.hash !== codebook.hash),
    );
    if (unknown) await this.learn();
  }

  /** Asks for the codebooks as they are now. */
  async learn(): Promise<void> {
    const response = await this.#session.link.request({ type: "codebooks" }).catch(() => null);
    if (response?.type !== "codebooks") return;
    this.#codebooks.clear();
    for (const card of response.codebooks) this.#codebooks.set(card.codebook.id, card);
  }

  /** The overlay's script has come and says what it makes. */
  furnish(make: (desk: Desk) => Overlay): void {
    this.#overlay.come(() => make(this.#desk));
  }

  #moved(event: PointerEvent): void {
    const target = event.composedPath()[0];
    clearTimeout(this.#timer);
    this.#spot = null;
    if (event.buttons !== 0 || !(target instanceof Element) || own.has(target)) return;
    const { clientX: x, clientY: y } = event;
    this.#timer = setTimeout(() => {
      this.#rested((this.#spot = { target, x, y }));
    }, STILL);
  }

  #rested(spot: Spot): void {
    if (this.#overlay.made) this.#overlay.made.rested(spot);
    else if (this.#under(spot).length > 0) {
      this.#overlay.load().then(
        (overlay) => {
          if (this.#spot === spot) overlay.rested(spot);
        },
        () => undefined,
      );
    }
  }

  #under({ target, x, y }: Spot): Hit[] {
    if (this.painter.empty || !target.isConnected) return [];
    const owner = this.#session.watcher.around(target);
    return owner ? this.painter.under(owner, x, y) : [];
  }

  /** Offers to code what is selected. */
  async #offer(): Promise<void> {
    const found = this.#life.signal.aborted ? null : selected(this.#session.watcher);
    const what = found ? [found.unit.id, ...found.span].join() : "";
    if (what === this.#offered) return;
    this.#offered = what;
    if (!found) {
      this.#overlay.made?.deselect();
      return;
    }
    if (this.#codebooks.size === 0) await this.learn();
    if (this.#desk.codebooks().length === 0) return;
    const overlay = await this.#overlay.load().catch(() => null);
    if (this.#offered === what && !this.#life.signal.aborted) overlay?.select(found);
  }

  readonly #desk: Desk = {
    slots: this.#slots,
    own: (host) => own.add(host),
    under: (spot) => this.#under(spot),
    codebook: (id) => this.#codebooks.get(id),
    codebooks: () => [...this.#codebooks.values()].filter(({ active }) => active),
    decide: async (decision) => {
      const { link, watcher } = this.#session;
      const response = await link.request({ type: "decide", decision: { ...decision, page: watcher.page() } });
      if (response.type === "failed") throw new Error(response.failure.message);
    },
    looking: ({ unit }) => {
      this.#session.link.wake();
      this.#session.mirror.made?.current(unit.id);
    },
    more: async () => {
      const { mirror } = this.#session;
      this.#session.select();
      const met = mirror.made?.watching || (await tell({ need: "panel" }).catch(() => false));
      return met === true ? null : String(met || "");
    },
  };
}
