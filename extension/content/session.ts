/**
 * One frame's session: joins the watcher, the link to the background and the side panels.
 *
 * Runs once in each frame that the coder allowed, by the isolated world's own guard. A script that an update of the
 * extension left behind, or that shows more or less than the settings say, makes way for the new one. Everything it put
 * into the page goes when the permission goes.
 *
 * Invariants: nothing is exposed to the page; the page's DOM is never edited. Without a surface nothing at all is put into
 * the page: no element, no style, no highlight, no focus and no selection is changed. What a page could still notice is
 * that it is scrolled when the coder asks the panel to show a unit.
 * Must not touch: how findings look.
 */
import type { TabRequest, UnitReading } from "protocol";
import type { Carer } from "./care";
import { Later } from "./later";
import type { Panels } from "./panel";
import { covers, leavesAlone, origin } from "./pattern";
import { Link } from "./port";
import type { Surface } from "./surface";
import { learn } from "./units";
import { Watcher } from "./watch";
import { tell, type Notice } from "./wire";

export class Session {
  readonly link = new Link(() => {
    this.stop();
  });
  readonly watcher: Watcher;
  /** What side panels are told. */
  readonly mirror = new Later<Panels>("mirror");
  /** What is covered for the coder's sake. */
  readonly care = new Later<Carer>("care");
  /** What is shown on the page itself. */
  readonly surface: Surface | null;
  readonly #life = new AbortController();
  #badge = 0;
  #recount = false;

  constructor(surface: ((session: Session) => Surface) | null) {
    this.surface = surface?.(this) ?? null;
    this.watcher = new Watcher(self === top ? "" : `${crypto.getRandomValues(new Uint32Array(1)).join()}.`, {
      read: (page, units) => this.#read(page, units),
      decided: async (url) => {
        const response = await this.link.request({ type: "pageDecisions", url }).catch(() => null);
        return new Set(response?.type === "pageDecisions" ? response.decisions.map(({ unit }) => unit["postil:text"] ?? null) : []);
      },
      painter: this.surface?.painter ?? null,
      changed: (unit) => {
        this.#recount = true;
        this.mirror.made?.changed(unit);
        this.care.made?.changed(unit);
      },
      settled: () => {
        this.#settled();
      },
    });
  }

  start(): void {
    chrome.runtime.onMessage.addListener(this.#notice);
    chrome.runtime.onConnect.addListener(this.#connected);
    const { signal } = this.#life;
    addEventListener("pagehide", this.leave.bind(this), { signal });
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      this.#hello(true);
      this.link.badge(this.#badge);
      // What was said while the page was put away was not heard.
      void this.#outdated();
    }, { signal });
    this.surface?.start();
    this.#hello(false);
    // What its site's units are found by is known before the first is looked for.
    void this.#learn().then(() => {
      if (this.alive) this.watcher.start();
    });
  }

  /** What the panels show of this frame goes with its page. */
  leave(): void {
    this.mirror.made?.leave();
  }

  /** Has the panels told what is selected. */
  select(): void {
    this.mirror.load().then((panels) => { panels.select(); }, () => undefined);
  }

  get quiet(): boolean {
    return this.surface === null;
  }

  get alive(): boolean {
    return Boolean(chrome.runtime?.id) && !this.#life.signal.aborted;
  }

  stop(): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort();
    this.watcher.stop();
    this.surface?.stop();
    this.leave();
    this.mirror.made?.stop();
    this.care.made?.stop();
    if (this.#badge > 0 && chrome.runtime?.id) this.link.badge(0);
    this.link.close();
    chrome.runtime?.onMessage?.removeListener(this.#notice);
    chrome.runtime?.onConnect?.removeListener(this.#connected);
  }

  /** Tells the background which kind of script is here, and a side panel that there is a frame to connect to. */
  #hello(back: boolean): void {
    tell({ hello: true, quiet: this.quiet, back }).catch(() => undefined);
  }

  readonly #notice = (notice: Notice, _: unknown, answer: (left: true) => void): void => {
    const leave = (): void => {
      this.stop();
      answer(true);
    };
    if ("badge" in notice) this.link.badge(this.#badge);
    else if ("select" in notice) this.select();
    else if ("care" in notice) void this.#learn();
    else if ("withdrawn" in notice) {
      const from = origin();
      if (from === null || notice.withdrawn.some((pattern) => covers(pattern, from))) leave();
    } else if ("scope" in notice) {
      if (!leavesAlone(notice.scope, origin())) return;
      leave();
      // Other frames of the tab keep theirs.
      tell({ need: "strip" }).catch(() => undefined);
    } else if (notice.event.type === "decided") {
      void this.watcher.decided(notice.event.url);
    } else if (notice.event.type === "changed" && notice.event.settings.quiet !== this.quiet) {
      leave();
    } else {
      void this.#outdated();
    }
  };

  readonly #connected = (port: chrome.runtime.Port): void => {
    if (port.name !== "panel") return;
    const early: TabRequest[] = [];
    const hear = (request: TabRequest): void => { early.push(request); };
    port.onMessage.addListener(hear);
    this.mirror.load().then(
      (panels) => {
        port.onMessage.removeListener(hear);
        if (this.alive) panels.connected(port, early);
        else port.disconnect();
      },
      () => { port.disconnect(); },
    );
  };

  /** Asks what units of this site are found by, and what is to be covered; says whether the former is something else now. */
  async #learn(): Promise<boolean> {
    const ways = await tell({ need: "rules" }).catch(() => null);
    if (typeof ways !== "object" || ways === null || !this.alive) return false;
    const [taught, adapted, boilerplate, care] = ways;
    if (care || this.care.made) this.care.load().then((carer) => { carer.set(care); }, () => undefined);
    return learn([taught, adapted, boilerplate]);
  }

  /** Other codebooks or rules are active now, or the same ones say something else. */
  async #outdated(): Promise<void> {
    const [others] = await Promise.all([this.#learn(), this.surface?.learn()]);
    if (others) this.watcher.refind();
    this.watcher.reread();
  }

  async #read(page: { url: string; title: string }, units: string[]): Promise<UnitReading[]> {
    const response = await this.link.request({ type: "read", page, units });
    if (response.type !== "readings") throw new Error(response.type);
    await this.surface?.prepare(response.readings);
    return response.readings;
  }

  #settled(): void {
    if (this.#recount) {
      this.#recount = false;
      let badge = 0;
      for (const { reading } of this.watcher.units()) {
        if (!reading?.hidden && reading?.results.some(({ support }) => support !== null && support >= 0.5)) badge++;
      }
      if (badge !== this.#badge) this.link.badge((this.#badge = badge));
      this.surface?.refresh();
    }
    void this.mirror.made?.tell();
  }

  reveal(id: string, span: [number, number] | null): void {
    const unit = [...this.watcher.units()].find((each) => each.id === id);
    if (!unit?.owner.root.isConnected) return;
    const projection = this.watcher.project(unit.owner);
    const [start, end] = span ?? [0, unit.text.length];
    this.surface?.point(projection.ranges(unit.at + start, unit.at + end));
    // A tab that is not shown does not get to the end of a smooth scroll.
    const behavior = document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    (projection.elementAt(unit.at + start) ?? unit.owner.root).scrollIntoView({ block: "center", behavior });
  }
}

declare global {
  var postil: Session | undefined;
}

/** Starts a session in this frame, unless there is one of the same kind. */
export function run(surface: ((session: Session) => Surface) | null): void {
  const before = globalThis.postil;
  if (!(document instanceof HTMLDocument) || (before?.alive && before.quiet === (surface === null))) return;
  before?.stop();
  globalThis.postil = new Session(surface);
  globalThis.postil.start();
}
