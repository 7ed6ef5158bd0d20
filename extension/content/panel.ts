/**
 * What the side panel mirrors of this frame.
 *
 * Invariants: a panel that watches is told everything once, then what changed, in chunks; with no panel nothing is kept but
 * that the coder wants to code the selection.
 * A script of its own, which comes with the first panel.
 * Must not touch: the background; the panel speaks to this frame directly.
 */
import type { Region, ShownUnit, TabEvent, TabRequest } from "protocol";
import { Images } from "./images";
import { Later } from "./later";
import { paths } from "./path";
import type { Drawer } from "./region";
import { selected } from "./selection";
import type { Session } from "./session";
import { rest } from "./slices";
import type { Unit, Watcher } from "./watch";

const CHUNK = 250;

interface Panel {
  readonly port: chrome.runtime.Port;
  /** Changes to tell; `null` until the panel asks. */
  changed: Set<Unit> | null;
  /** Images that are no units of the watcher's, as they were told, by their ids. */
  images: Map<string, string>;
  order: string;
  complete: boolean;
}

/** Whether the coder types there. What a component keeps to itself may be a field. */
function typing(target: EventTarget | undefined): boolean {
  if (document.designMode === "on" || !(target instanceof Element)) return true;
  const field = "textarea,select,input:not([type=button],[type=checkbox],[type=radio],[type=submit],[type=reset],[type=range]),[role=textbox],[role=searchbox],[role=combobox],[role=spinbutton],[role=application] *";
  const closed = target.localName.includes("-") && !target.shadowRoot;
  return closed || target.matches(field) || (target instanceof HTMLElement && target.isContentEditable);
}

export class Panels {
  readonly #session: Session;
  readonly #watcher: Watcher;
  readonly #panels = new Set<Panel>();
  readonly #images: Images;
  /** Where a part of an image is drawn. */
  readonly region = new Later<Drawer>("region");
  readonly #life = new AbortController();
  /** Keys that the panel wants to hear of. */
  #keys = new Set<string>();
  #telling = false;
  #loading = false;
  /** The coder wants to code the selection, and no panel has been told of it. */
  #wanted = false;

  constructor(session: Session) {
    this.#session = session;
    this.#watcher = session.watcher;
    this.#images = new Images(session.watcher);
    const options = { capture: true, signal: this.#life.signal };
    // An image has its size once it is there, which nothing else tells.
    document.addEventListener("load", ({ target }) => {
      if (!(target instanceof HTMLImageElement) || this.#loading) return;
      this.#loading = true;
      void rest().then(() => {
        this.#loading = false;
        void this.tell();
      });
    }, options);
    addEventListener("keydown", (event) => { this.#pressed(event); }, options);
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
    const panel: Panel = { port, changed: null, images: new Map(), order: "", complete: false };
    this.#panels.add(panel);
    port.onDisconnect.addListener(() => {
      void chrome.runtime.lastError;
      this.#panels.delete(panel);
      if (this.#panels.size === 0) this.#keys.clear();
    });
    const asked = (request: TabRequest): void => {
      if (request.type === "watch") {
        panel.changed = new Set(this.#watcher.units());
        panel.images.clear();
        panel.complete = false;
        if (!this.#watcher.walked) this.#units(panel, [], [], false);
        void this.tell();
      } else if (request.type === "selection") {
        this.select();
      } else if (request.type === "keys") {
        this.#keys = new Set(request.keys);
      } else if (request.type === "draw") {
        this.#draw(request.unit, request.region);
      } else {
        const image = this.#images.at(request.unit);
        if (image) image.scrollIntoView({ block: "center" });
        else this.#session.reveal(request.unit, request.span);
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
      const { order, bare } = this.#images.order();
      const known = new Set(order);
      for (const panel of this.#panels) {
        if (!panel.changed) continue;
        const units = [...panel.changed].filter(({ id }) => known.has(id));
        panel.changed.clear();
        const images = bare.filter((shown) => {
          const said = JSON.stringify(shown);
          if (panel.images.get(shown.id) === said) return false;
          panel.images.set(shown.id, said);
          return true;
        });
        const complete = this.#watcher.complete;
        const ids = [this.#watcher.page().url, ...order].join();
        if (units.length === 0 && images.length === 0 && panel.order === ids && (panel.complete || !complete)) continue;
        panel.order = ids;
        panel.complete = complete;
        for (let i = 0; i === 0 || i < units.length; i += CHUNK) {
          if (i > 0) await rest();
          const last = i + CHUNK >= units.length;
          this.#units(panel, order, units.slice(i, i + CHUNK), complete && last, last ? images : []);
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
    this.#life.abort();
    this.region.made?.stop();
    for (const { port } of this.#panels) port.disconnect();
    this.#panels.clear();
  }

  /** A key on the page that the panel has a use for: it gets there and nowhere else, unless the coder types. */
  #pressed(event: KeyboardEvent): void {
    const { key, isTrusted, ctrlKey, altKey, metaKey, isComposing } = event;
    if (!isTrusted || ctrlKey || altKey || metaKey || isComposing || !this.#keys.has(key) || typing(event.composedPath()[0])) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat) for (const panel of this.#panels) this.#say(panel, { type: "key", key });
  }

  #draw(id: string, region: Region | null): void {
    const image = this.#images.at(id) ?? [...this.#watcher.units()].find((unit) => unit.id === id)?.owner.root;
    if (!(image instanceof HTMLImageElement) || this.#session.quiet) return;
    this.region.load().then(
      (drawer) => {
        drawer.draw(image, region, (drawn) => {
          for (const panel of this.#panels) this.#say(panel, { type: "drawn", unit: id, region: drawn });
        });
      },
      () => undefined,
    );
  }

  #units(panel: Panel, order: string[], units: Unit[], complete: boolean, images: ShownUnit[] = []): void {
    const path = paths();
    const changed = units.map((unit): ShownUnit => {
      const { id, owner, text, reading } = unit;
      const { root } = owner;
      const image = owner.kind === "image" && root instanceof HTMLImageElement ? this.#images.shown(root) : null;
      return { id, kind: owner.kind, author: owner.author, path: path(unit), image, text, reading };
    });
    changed.push(...images);
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
