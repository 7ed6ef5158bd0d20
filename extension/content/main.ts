/**
 * The content script: joins the watcher, the painter, the card and the panel in one frame.
 *
 * Runs once in each frame that the coder allowed, by the isolated world's own guard; a script that an update of the
 * extension left behind makes way for the new one. Everything it put into the page goes when the permission goes.
 *
 * Invariants: nothing is exposed to the page; the page's DOM is never edited.
 */
import type { Action, CodebookCard, Decision, Event, UnitReading } from "protocol";
import { Card, type Hit } from "./card";
import { Painter, type Piece } from "./paint";
import { Panels } from "./panel";
import { Link } from "./port";
import { remarkable, Watcher } from "./watch";

/** What our background and pages say to a content script. */
export type Notice = { event: Event } | { withdrawn: string[] } | { badge: true };

class Session {
  readonly #link = new Link(() => {
    this.stop();
  });
  readonly #codebooks = new Map<string, CodebookCard>();
  readonly #slots = (codebook: string, code: string): number =>
    Math.max(0, this.#codebooks.get(codebook)?.codes.findIndex(({ id }) => id === code) ?? 0);
  readonly #painter = new Painter(this.#slots);
  readonly #watcher = new Watcher(self === top ? "" : `${uuid().slice(0, 8)}.`, {
    read: (page, units) => this.#read(page, units),
    decided: async (url) => {
      const response = await this.#link.request({ type: "pageDecisions", url }).catch(() => null);
      return new Set(response?.type === "pageDecisions" ? response.decisions.map(({ unit }) => unit["postil:text"]) : []);
    },
    painter: this.#painter,
    changed: (unit) => {
      this.#recount = true;
      this.#panels.changed(unit);
    },
    settled: () => {
      this.#settled();
    },
  });
  readonly #panels: Panels = new Panels(this.#watcher, (unit, span) => {
    this.#reveal(unit, span);
  });
  readonly #card = new Card({
    under: (target, x, y) => this.#under(target, x, y),
    codebook: (id) => this.#codebooks.get(id),
    slots: this.#slots,
    decide: (piece, action) => this.#decide(piece, action),
    looking: ({ unit }) => {
      this.#link.wake();
      this.#panels.current(unit.id);
    },
  });
  readonly #life = new AbortController();
  #badge = 0;
  #recount = false;

  start(): void {
    chrome.runtime.onMessage.addListener(this.#notice);
    chrome.runtime.onConnect.addListener(this.#connected);
    const { signal } = this.#life;
    addEventListener("pagehide", () => { this.#panels.leave(); }, { signal });
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      hello();
      this.#link.badge(this.#badge);
    }, { signal });
    this.#card.start();
    this.#watcher.start();
    hello();
  }

  get alive(): boolean {
    return Boolean(chrome.runtime?.id) && !this.#life.signal.aborted;
  }

  stop(): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort();
    this.#watcher.stop();
    this.#card.stop();
    this.#painter.stop();
    this.#panels.leave();
    this.#panels.stop();
    if (this.#badge > 0 && chrome.runtime?.id) this.#link.badge(0);
    this.#link.close();
    chrome.runtime?.onMessage?.removeListener(this.#notice);
    chrome.runtime?.onConnect?.removeListener(this.#connected);
  }

  readonly #notice = (notice: Notice): void => {
    if ("event" in notice) void this.#watcher.decided(notice.event.url);
    else if ("badge" in notice) this.#link.badge(this.#badge);
    else if (notice.withdrawn.some(covers)) this.stop();
  };

  readonly #connected = (port: chrome.runtime.Port): void => {
    if (port.name === "panel") this.#panels.connected(port);
  };

  async #read(page: { url: string; title: string }, units: string[]): Promise<UnitReading[]> {
    const response = await this.#link.request({ type: "read", page, units });
    if (response.type !== "readings") throw new Error(response.type);
    const { readings } = response;
    const unknown = readings.some((reading) =>
      remarkable(reading) && reading.results.some(({ codebook }) => this.#codebooks.get(codebook.id)?.codebook.hash !== codebook.hash),
    );
    if (unknown) {
      const cards = await this.#link.request({ type: "codebooks" });
      if (cards.type === "codebooks") for (const card of cards.codebooks) this.#codebooks.set(card.codebook.id, card);
    }
    return readings;
  }

  #settled(): void {
    if (this.#recount) {
      this.#recount = false;
      let badge = 0;
      for (const { reading } of this.#watcher.units()) {
        if (reading?.results.some(({ support }) => support !== null && support >= 0.5)) badge++;
      }
      if (badge !== this.#badge) this.#link.badge((this.#badge = badge));
      this.#card.refresh();
    }
    void this.#panels.tell();
  }

  #under(target: Element, x: number, y: number): Hit[] {
    if (this.#painter.empty) return [];
    const owner = this.#watcher.around(target);
    return owner ? this.#painter.under(owner, x, y) : [];
  }

  async #decide({ unit, result, finding }: Piece, action: Action): Promise<string | null> {
    const none = action === "noneApplies";
    const decision: Decision = {
      id: uuid(),
      at: new Date().toISOString(),
      page: this.#watcher.page(),
      text: unit.text,
      kind: unit.owner.kind,
      action,
      codebook: result.codebook,
      code: none ? null : finding.code,
      span: none ? null : [finding.start, finding.end],
      proposed: {
        probability: none ? null : (result.codes.find(({ code }) => code === finding.code)?.probability ?? null),
        stance: result.stance,
        tier: result.tier,
        support: result.support,
      },
    };
    try {
      const response = await this.#link.request({ type: "decide", decision });
      return response.type === "failed" ? response.failure.message : null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #reveal(id: string, span: [number, number] | null): void {
    const unit = [...this.#watcher.units()].find((each) => each.id === id);
    if (!unit?.owner.root.isConnected) return;
    const projection = this.#watcher.project(unit.owner);
    const [start, end] = span ?? [0, unit.text.length];
    this.#painter.point(projection.ranges(unit.at + start, unit.at + end));
    // A tab that is not shown does not get to the end of a smooth scroll.
    const behavior = document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    (projection.elementAt(unit.at + start) ?? unit.owner.root).scrollIntoView({ block: "center", behavior });
    // The mark has done its work once the coder turns to the page.
    const options = { capture: true, passive: true, once: true, signal: this.#life.signal };
    addEventListener("pointerdown", () => { this.#painter.point([]); }, options);
  }
}

/** Tells a side panel that watches this tab that there is a frame to connect to. */
function hello(): void {
  chrome.runtime.sendMessage({ hello: true }).catch(() => undefined);
}

/** Whether a match pattern of a permission covers this frame. One whose origin is opaque cannot know, and so it is. */
function covers(pattern: string): boolean {
  const [, scheme = "", host = ""] = /^([^:]+):\/\/([^/]*)/.exec(pattern) ?? [];
  if (self.origin === "null" && location.protocol !== "file:") return true;
  const { protocol, hostname } = new URL(self.origin === "null" ? location.href : self.origin);
  if (scheme === "*" ? !/^https?:$/.test(protocol) : `${scheme}:` !== protocol) return false;
  const wanted = host.replace(/:\d+$/, "");
  return wanted === "*" || wanted === hostname || (wanted.startsWith("*.") && `.${hostname}`.endsWith(wanted.slice(1)));
}

/** Random, version 4; `crypto.randomUUID` is missing on pages without TLS. */
function uuid(): string {
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => {
    const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
    return (Number(digit) ^ ((random & 15) >> (Number(digit) / 4))).toString(16);
  });
}

declare global {
  var postil: Session | undefined;
}

if (document instanceof HTMLDocument && !globalThis.postil?.alive) {
  globalThis.postil?.stop();
  globalThis.postil = new Session();
  globalThis.postil.start();
}
