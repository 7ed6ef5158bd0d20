/**
 * What the side panel mirrors of this frame.
 *
 * Invariants: a panel that watches is told everything once, then what changed, in chunks; with no panel nothing is kept but
 * that the coder wants to code the selection.
 * A script of its own, which comes with the first panel.
 * Must not touch: the background; the panel speaks to this frame directly.
 */
import type { ShownUnit, TabEvent, TabRequest } from "protocol";
import { paths } from "./path";
import { selected } from "./selection";
import type { Session } from "./session";
import { rest } from "./slices";
import type { Unit, Watcher } from "./watch";

const CHUNK = 250;

interface Panel {
  readonly port: chrome.runtime.Port;
  /** Changes to tell; `null` until the panel asks. */
  changed: Set<Unit> | null;
  order: string;
  complete: boolean;
}

export class Panels {
  readonly #session: Session;
  readonly #watcher: Watcher;
  readonly #panels = new Set<Panel>();
  #telling = false;
  /** The coder wants to code the selection, and no panel has been told of it. */
  #wanted = false;

  constructor(session: Session) {
    this.#session = session;
    this.#watcher = session.watcher;
  }

  /** Whether a panel shows this frame. */
  get watching(): boolean {
    return [...this.#panels].some(({ changed }) => changed);
  }

  /** Tells the panels what is selected: those that watch, else the first that will. */
  select(): void {
    this.#wanted = true;
    void this.tell();
  }

  /** A panel has connected, and has asked these before this script was there. */
  connected(port: chrome.runtime.Port, early: TabRequest[]): void {
    const panel: Panel = { port, changed: null, order: "", complete: false };
    this.#panels.add(panel);
    port.onDisconnect.addListener(() => {
      void chrome.runtime.lastError;
      this.#panels.delete(panel);
    });
    const asked = (request: TabRequest): void => {
      if (request.type === "watch") {
        panel.changed = new Set(this.#watcher.units());
        panel.complete = false;
        if (!this.#watcher.walked) this.#units(panel, [], [], false);
        void this.tell();
      } else if (request.type === "selection") {
        this.select();
      } else {
        this.#session.reveal(request.unit, request.span);
      }
    };
    port.onMessage.addListener(asked);
    early.forEach(asked);
  }

  changed(unit: Unit): void {
    for (const { changed } of this.#panels) changed?.add(unit);
  }

  current(unit: string): void {
    for (const panel of this.#panels) this.#say(panel, { type: "current", unit });
  }

  /** Tells what changed, once the order is whole. */
  async tell(): Promise<void> {
    if (this.#telling || !this.#watcher.walked || this.#panels.size === 0) return;
    this.#telling = true;
    try {
      const order = [...this.#watcher.units()].map(({ id }) => id);
      const known = new Set(order);
      for (const panel of this.#panels) {
        if (!panel.changed) continue;
        const units = [...panel.changed].filter(({ id }) => known.has(id));
        panel.changed.clear();
        const complete = this.#watcher.complete;
        const ids = [this.#watcher.page().url, ...order].join();
        if (units.length === 0 && panel.order === ids && (panel.complete || !complete)) continue;
        panel.order = ids;
        panel.complete = complete;
        for (let i = 0; i === 0 || i < units.length; i += CHUNK) {
          if (i > 0) await rest();
          this.#units(panel, order, units.slice(i, i + CHUNK), complete && i + CHUNK >= units.length);
        }
      }
    } finally {
      this.#telling = false;
    }
    if (this.#wanted) this.#offer();
    // While one panel was told, there may have come more to tell, or the end of it.
    const { complete } = this.#watcher;
    if ([...this.#panels].some((panel) => panel.changed && (panel.changed.size > 0 || (complete && !panel.complete)))) void this.tell();
  }

  /** Tells what is selected to the panels that know the units. Looked up now, because the coder may have selected something else meanwhile, or nothing. */
  #offer(): void {
    const told = [...this.#panels].filter(({ changed, order }) => changed && order !== "");
    if (told.length === 0) return;
    const found = selected(this.#watcher);
    // A unit that is not there yet may come.
    this.#wanted = !found && !this.#watcher.complete;
    if (found) for (const panel of told) this.#say(panel, { type: "selected", unit: found.unit.id, span: found.span });
  }

  /** This frame goes away; what it showed goes with it. */
  leave(): void {
    for (const panel of this.#panels) if (panel.changed) this.#units(panel, [], [], true);
  }

  stop(): void {
    for (const { port } of this.#panels) port.disconnect();
    this.#panels.clear();
  }

  #units(panel: Panel, order: string[], units: Unit[], complete: boolean): void {
    const path = paths();
    const changed = units.map((unit): ShownUnit => {
      const { id, owner, text, reading } = unit;
      return { id, kind: owner.kind, author: owner.author, path: path(unit), text, reading };
    });
    this.#say(panel, { type: "units", page: this.#watcher.page(), frame: this.#watcher.frame, order, changed, complete });
  }

  #say(panel: Panel, event: TabEvent): void {
    try {
      panel.port.postMessage(event);
    } catch {
      this.#panels.delete(panel);
    }
  }
}
