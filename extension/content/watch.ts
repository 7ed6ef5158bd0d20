/**
 * Keeps the units of a page and their readings in step with the page.
 *
 * Everything that has to be looked at stands in a set; one loop works the sets off in slices and ends. The cost of a
 * change follows what changed: added nodes are walked, changed units are read again, and a unit whose text stays the
 * same is never sent again. What is near the viewport goes first, and only that is painted.
 *
 * Invariants: a page at rest runs nothing: no timer, no polling, no frame callback; a unit keeps its id while its text
 * changes; a reading is kept only for the very text it was made of.
 * Must not touch: what a text says, how findings look.
 */
import type { Mark, Page, UnitKind, UnitReading } from "protocol";
import { settle } from "./pieces";
import { drive } from "./slices";
import { its, look, own, parent, Projection, shown, walk, type Look, type Point } from "./text";
import { carved, namer, placeIn, placeOf, type Place } from "./units";

/** A stretch of an owner's text that is read by itself: all of it, unless it is very long. */
export interface Unit {
  readonly id: string;
  readonly owner: Owner;
  text: string;
  /** Where it starts in the owner's text. */
  at: number;
  reading: UnitReading | null;
  /** Of the reading's marks, those that are certain to be about it. */
  marks: Mark[];
}

/** An element of the page with its units. */
export interface Owner {
  readonly root: Element;
  readonly kind: UnitKind;
  author: string | null;
  units: Unit[];
  /** Has a box for the viewport to meet: the root, or what is in it where the root has none. */
  readonly box: Element;
  /** Within two screens of the viewport. */
  near: boolean;
  /** Stands in the order. */
  placed: boolean;
}

/** What the watcher needs of the others. */
export interface Faces {
  read(page: Page, texts: string[]): Promise<UnitReading[]>;
  /** The texts of a page's units that the coder has decided about; null for one that was not kept, which may be any. */
  decided(url: string): Promise<Set<string | null>>;
  /** None where nothing is shown on the page. */
  readonly painter: { paint(owner: Owner, projection: Projection): void; clear(owner: Owner): void } | null;
  /** New, read, or gone. */
  changed(unit: Unit): void;
  /** The sets are worked off, or a batch was read. */
  settled(): void;
}

const UNIT_LIMIT = 100_000;
const BATCH_UNITS = 64;
const BATCH_TEXT = 200_000;
/** Owners found before the first of them are read, while the walk goes on. */
const AHEAD = 128;
/** Attributes that change what an element is. */
const NATURE = ["contenteditable", "hidden", "open", "slot"];
/** These and what an image says, and those that pages give their styles to go by. */
const ATTRIBUTES = [...NATURE, "alt", "style", "class", "aria-expanded", "aria-hidden", "data-state"];

export class Watcher {
  /** Key of this frame; the top frame's is empty. */
  readonly frame: string;
  readonly #faces: Faces;
  readonly #owners = new Map<Element, Owner>();
  /** In the order of the document. */
  #order: Owner[] = [];
  #count = 0;
  #url = address();

  // What has to be looked at.
  readonly #touched = new Set<Element | Text>();
  readonly #restyled = new Map<Element, Restyle>();
  /** Elements under which things may be shown or not; whether what was found there must be doubted. */
  readonly #swept = new Map<Element, boolean>();
  /** Owners that may no longer be text of the page. */
  readonly #doubted = new Set<Owner>();
  readonly #stale = new Set<Owner>();
  readonly #unpainted = new Set<Owner>();
  readonly #unread = new Set<Unit>();
  #removed = false;

  /** Elements that were not shown when last seen, or not visible under one that is. */
  readonly #hidden = new Set<Element>();
  /** Custom elements that had no shadow root when last seen: attaching one is no mutation. */
  readonly #bare = new Set<Element>();
  readonly #roots = new WeakSet<Node>();
  #running = false;
  #reading = false;
  /** Until the first walk is done, too. */
  #walking = true;
  #stopped = false;
  /** What was decided is asked for; it may be other by now. */
  #asking = false;
  #due = false;

  readonly #mutations = new MutationObserver((records) => {
    this.#mutated(records);
  });
  readonly #views = new IntersectionObserver(
    (entries) => {
      this.#moved(entries);
    },
    { rootMargin: "200% 0px", scrollMargin: "1000px 0px" },
  );
  /** A component that is defined late grows, and so does a frame that is shown late; nothing else tells. */
  readonly #sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) if (target.shadowRoot || this.#hidden.has(target)) this.#touched.add(target);
    if (this.#touched.size > 0) this.#run();
  });
  readonly #abort = new AbortController();

  constructor(frame: string, faces: Faces) {
    this.frame = frame;
    this.#faces = faces;
  }

  start(): void {
    const { signal } = this.#abort;
    this.#observe(document);
    this.#touched.add(document.documentElement);
    // Style sheets that came late change what is shown without a mutation, and so does the size of the window.
    const loaded = ({ target }: Event): void => {
      if (target instanceof Element && !sheet(target)) return;
      this.#resheet();
      this.#run();
    };
    for (const type of ["load", "resize"]) addEventListener(type, loaded, { signal });
    document.addEventListener("load", loaded, { capture: true, signal });
    const readdressed = (): void => {
      this.#run();
    };
    addEventListener("popstate", readdressed, { signal });
    globalThis.navigation?.addEventListener("currententrychange", readdressed, { signal });
    this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
    this.#mutations.disconnect();
    this.#views.disconnect();
    this.#sizes.disconnect();
  }

  page(): Page {
    return { url: this.#url, title: document.title };
  }

  *units(): Generator<Unit> {
    for (const owner of this.#order) yield* owner.units;
  }

  /** The owners around an element, innermost first, then those that follow it in the document. */
  *from(element: Element | null): Generator<Owner> {
    for (let at = this.around(element); at; at = this.around(parent(at.root))) yield at;
    if (element) yield* this.#order.slice(this.#index(element));
  }

  /** The units that a node stands in. */
  around(node: Element | null): Owner | null {
    for (let at = node; at; at = parent(at)) {
      const owner = this.#owners.get(at);
      if (owner) return owner;
    }
    return null;
  }

  /** Whether all of the page has been walked; only then is the order whole. */
  get walked(): boolean {
    return !this.#walking;
  }

  get complete(): boolean {
    return !this.#running && !this.#reading && this.#unread.size === 0;
  }

  /** An owner's text as it stands on the page now, and where in it points of the page are. */
  project(owner: Owner, points: readonly Point[] = []): Projection {
    const steps = this.#project(owner, points);
    let step = steps.next();
    while (!step.done) step = steps.next();
    return step.value;
  }

  /**
   * Units whose readings may have changed by a decision are read again: those that show something, and its own. While the
   * texts are waited for, what else is decided is asked for once.
   */
  async decided(url: string): Promise<void> {
    if (url !== this.#url) return;
    this.#due = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#due) {
      this.#due = false;
      const texts = await this.#faces.decided(this.#url);
      for (const unit of this.units()) {
        if (texts.has(null) || texts.has(unit.text) || (unit.reading && remarkable(unit.reading))) this.#unread.add(unit);
      }
      void this.#read();
    }
    this.#asking = false;
  }

  /** Every reading is out of date. */
  reread(): void {
    for (const owner of this.#order) {
      this.#views.observe(owner.box);
      for (const unit of owner.units) this.#unread.add(unit);
    }
    void this.#read();
  }

  /** Other things are units now, or none. */
  refind(): void {
    this.#restyled.set(document.documentElement, "whole");
    this.#run();
  }

  #observe(root: Document | ShadowRoot): void {
    if (this.#roots.has(root)) return;
    this.#roots.add(root);
    this.#mutations.observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
  }

  #mutated(records: MutationRecord[]): void {
    for (const { type, target, addedNodes, removedNodes, attributeName } of records) {
      if (type === "characterData") {
        if (target instanceof Text) this.#touched.add(target);
      } else if (type === "attributes") {
        const element = target as Element;
        if (attributeName === "alt") this.#touched.add(element);
        else if (attributeName === "style") this.#restyled.set(element, this.#restyled.get(element) ?? "style");
        else if (NATURE.includes(attributeName ?? "")) this.#restyled.set(element, "whole");
        else {
          // What a button opens stands beside it.
          const at = (attributeName === "aria-expanded" && element.parentElement) || element;
          if (this.#restyled.get(at) !== "whole") this.#restyled.set(at, "class");
        }
      } else {
        let ours = true;
        for (const node of addedNodes) {
          if (own.has(node)) continue;
          ours = false;
          if (sheet(node) || sheet(target)) this.#resheet();
          if (node instanceof Element || node instanceof Text) this.#touched.add(node);
        }
        for (const node of removedNodes) {
          if (own.has(node)) continue;
          ours = false;
          if (sheet(node) || sheet(target)) this.#resheet();
          this.#removed = true;
        }
        if (ours) continue;
        const owner = this.around(target instanceof ShadowRoot ? target.host : target instanceof Element ? target : null);
        if (owner) this.#stale.add(owner);
      }
    }
    this.#run();
  }

  /** Styles may be others: what was found is not doubted for it. */
  #resheet(): void {
    const root = document.documentElement;
    this.#swept.set(root, this.#swept.get(root) ?? false);
  }

  #moved(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const owner = this.#owners.get(target) ?? this.around(target);
      if (!owner || owner.near === isIntersecting) continue;
      owner.near = isIntersecting;
      if (owner.units.some(({ reading }) => reading && remarkable(reading))) this.#unpainted.add(owner);
    }
    this.#run();
  }

  #run(): void {
    const url = address();
    if (url !== this.#url) {
      this.#url = url;
      void this.#navigated(url);
    }
    if (this.#running || this.#stopped) return;
    this.#running = true;
    void drive(this.#steps(), () => this.#stopped).finally(() => {
      this.#running = false;
      void this.#read();
    });
  }

  /** The same document under a new address: what was decided there, not here, goes; what was decided here comes. */
  async #navigated(url: string): Promise<void> {
    const texts = await this.#faces.decided(url);
    if (url !== this.#url) return;
    for (const unit of this.units()) if (texts.size > 0 || unit.reading?.marks.length) this.#unread.add(unit);
    void this.#read();
  }

  *#steps(): Generator<void> {
    for (;;) {
      if (this.#removed) {
        this.#removed = false;
        yield* this.#forget();
      } else if (this.#restyled.size > 0) {
        for (const [element, change] of this.#restyled) {
          this.#restyled.delete(element);
          this.#restyle(element, change);
          yield;
        }
      } else if (this.#swept.size > 0) {
        const under = [...this.#swept];
        this.#swept.clear();
        yield* this.#sweep(under);
      } else if (this.#touched.size > 0) {
        this.#walking = true;
        yield* this.#scan();
        this.#walking = false;
      } else if (this.#stale.size > 0) {
        yield* this.#refresh();
      } else if (this.#unpainted.size > 0) {
        for (const owner of drain(this.#unpainted)) yield* this.#paint(owner);
      } else {
        return;
      }
      yield;
    }
  }

  #settle(): void {
    for (const owner of settle([...this.#owners.values()].flatMap(({ units }) => units))) this.#unpainted.add(owner);
  }

  /** Drops what is no longer in the document. */
  *#forget(): Generator<void> {
    for (const owner of this.#order) if (!owner.root.isConnected) this.#drop(owner);
    this.#order = this.#order.filter((owner) => this.#owners.get(owner.root) === owner);
    this.#settle();
    yield;
    for (const set of [this.#hidden, this.#bare]) for (const element of set) if (!element.isConnected) set.delete(element);
  }

  #restyle(element: Element, change: Restyle): void {
    if (!element.isConnected) return;
    const seen = look(element);
    const { box } = seen;
    const turned = dark(seen) !== this.#hidden.has(element);
    if (turned || change === "whole") this.#touched.add(element);
    else if (change === "style" || box === "hidden" || box === "none") return;
    const owner = this.around(element);
    if (owner) this.#stale.add(owner);
    this.#swept.set(element, turned || change === "whole");
  }

  /** Looks again at whether what stands under the given elements is shown. */
  *#sweep(under: [Element, boolean][]): Generator<void> {
    // What stands in another tree may be under any of them.
    const inside = (element: Element): boolean =>
      under.some(([root]) => its(root, "contains").call(root, element) || tree(root) !== tree(element));
    const turned = under.some(([, whole]) => whole);
    for (const element of this.#hidden) {
      if (inside(element) && !dark(look(element))) this.#touched.add(element);
      yield;
    }
    for (const element of this.#bare) {
      if (element.shadowRoot) this.#touched.add(element);
      yield;
    }
    for (const owner of this.#order) {
      if (inside(owner.root) && (turned || !shown(owner.root))) {
        this.#doubted.add(owner);
        this.#stale.add(owner);
      }
      yield;
    }
  }

  /** Finds the units under what was touched. */
  *#scan(): Generator<void> {
    const touched = new Set(drain(this.#touched));
    for (const node of touched) {
      yield;
      if (!node.isConnected) continue;
      const above = parent(node);
      // What is under another touched element is walked with it.
      let covered = false;
      for (let at = above; at && !covered; at = parent(at)) covered = touched.has(at);
      if (covered) continue;
      const around = above && placeOf(above);
      if (!around && node !== document.documentElement) continue;
      if (!around && this.#away()) continue;
      if (node instanceof Element) yield* this.#walk(node, around);
      else if (around && (!BLANK.test(node.data) || this.#owners.has(around.root))) this.#place(around);
    }
  }

  /** Whether this is a frame that is not shown now; when it is, it has a size. */
  #away(): boolean {
    const root = document.querySelector(":root");
    if (!root || shown(root)) return false;
    if (!this.#hidden.has(root)) this.#sizes.observe(root);
    this.#hidden.add(root);
    return true;
  }

  *#walk(root: Element, around: Place | null): Generator<void> {
    const found: Owner[] = [];
    // Owners on the way down, with the index in `found` where each would stand if it has text.
    const stack: { element: Element | null; place: Place | null; index: number; met: boolean }[] = [
      { element: null, place: around, index: 0, met: false },
    ];
    const meet = (): void => {
      const top = stack.at(-1);
      if (!top?.place || top.met) return;
      top.met = true;
      if (top.element === null) this.#place(top.place);
      else found.splice(top.index, 0, this.#own(top.place));
    };
    /** The uppermost element that is not visible. */
    let veil: Element | null = null;
    const steps = walk(root, {
      enter: (element, seen) => {
        if (seen.box === "none") return false;
        if (seen.box === "hidden" || (!veil && !seen.visible)) this.#hidden.add(element);
        else this.#hidden.delete(element);
        if (seen.box === "hidden") return false;
        if (!seen.visible) veil ??= element;
        const inside = its(element, "shadowRoot");
        if (inside) {
          if (this.#bare.delete(element)) this.#sizes.unobserve(element);
          this.#observe(inside);
        } else if (its(element, "localName").includes("-")) {
          this.#bare.add(element);
          this.#sizes.observe(element);
        }
        const place = placeIn(element, seen, stack.at(-1)?.place ?? null);
        if (place?.root === element) stack.push({ element, place, index: found.length, met: false });
        if (element instanceof HTMLImageElement && element.alt !== "" && seen.visible) meet();
        return true;
      },
      text: (node, { visible }) => {
        if (visible && !BLANK.test(node.data)) meet();
      },
      leave: (element) => {
        if (element === veil) veil = null;
        if (stack.at(-1)?.element === element) stack.pop();
      },
    });
    for (let step = steps.next(); !step.done; step = steps.next()) {
      if (this.#stale.size > AHEAD) {
        yield* this.#refresh();
        void this.#read();
      }
      yield;
    }
    this.#insert(found);
  }

  /** The owner at a place by itself, put in order. */
  #place(place: Place): void {
    const owner = this.#own(place);
    if (!owner.placed) this.#insert([owner]);
  }

  /** The owner at a place, to be read. */
  #own(place: Place): Owner {
    let owner = this.#owners.get(place.root);
    if (!owner || owner.kind !== place.kind) {
      if (owner) this.#drop(owner);
      owner = { root: place.root, kind: place.kind, author: null, units: [], box: boxed(place.root), near: false, placed: false };
      this.#owners.set(place.root, owner);
      this.#views.observe(owner.box);
    }
    this.#stale.add(owner);
    return owner;
  }

  /** Puts owners that follow each other in the document into the order. */
  #insert(found: Owner[]): void {
    const first = found[0];
    if (!first) return;
    const moved = new Set(found.filter(({ placed }) => placed));
    if (moved.size > 0) this.#order = this.#order.filter((owner) => !moved.has(owner));
    for (const owner of found) owner.placed = true;
    this.#order.splice(this.#index(first.root), 0, ...found);
  }

  /** Where in the order an element stands or would stand. */
  #index(element: Element): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#order[middle];
      if (other && precedes(other.root, element)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Reads the text of stale owners off the page; what changed is to be read by the engine. */
  *#refresh(): Generator<void> {
    for (const owner of drain(this.#stale)) {
      yield;
      if (this.#owners.get(owner.root) !== owner) continue;
      const { root } = owner;
      const place = this.#doubted.delete(owner) ? placeOf(root) : owner;
      const misplaced = place?.root !== root || place.kind !== owner.kind;
      const projection = misplaced || !root.isConnected || !shown(root) ? null : yield* this.#project(owner);
      if (!projection?.text) {
        this.#away();
        this.#drop(owner);
        continue;
      }
      owner.author = namer(owner.root, owner.kind)?.name ?? null;
      const before = owner.units;
      let changed = false;
      owner.units = cut(projection.text).map(({ at, text }, index) => {
        const unit = before[index] ?? { id: `${this.frame}${++this.#count}`, owner, text: "", at, reading: null, marks: [] };
        if (unit.text !== text) {
          changed = true;
          unit.text = text;
          unit.reading = null;
          unit.marks = [];
          this.#unread.add(unit);
          this.#faces.changed(unit);
        }
        unit.at = at;
        return unit;
      });
      for (const unit of before.slice(owner.units.length)) this.#unread.delete(unit);
      if (changed) this.#views.observe(owner.box);
      // The words may be the same in new nodes.
      if (owner.near) this.#faces.painter?.paint(owner, projection);
    }
  }

  *#project(owner: Owner, points: readonly Point[] = []): Generator<void, Projection> {
    return yield* Projection.of(owner.root, carved(owner.root, owner.kind), points);
  }

  *#paint(owner: Owner): Generator<void> {
    const { painter } = this.#faces;
    if (!painter || this.#owners.get(owner.root) !== owner) return;
    if (!owner.near) {
      painter.clear(owner);
      return;
    }
    const projection = yield* this.#project(owner);
    if (owner.units.every((unit) => projection.text.startsWith(unit.text, unit.at))) painter.paint(owner, projection);
    else this.#stale.add(owner);
  }

  #drop(owner: Owner): void {
    this.#owners.delete(owner.root);
    this.#views.unobserve(owner.box);
    for (const unit of owner.units) {
      this.#unread.delete(unit);
      this.#faces.changed(unit);
    }
    // Out of the order with all others that are dropped in this round.
    if (owner.placed) this.#removed = true;
    this.#faces.painter?.clear(owner);
  }

  async #read(): Promise<void> {
    if (this.#reading || this.#stopped) return;
    this.#reading = true;
    try {
      while (this.#unread.size > 0 && !this.#stopped) {
        const batch = this.#batch();
        const texts = batch.map(({ text }) => text);
        const readings = await this.#faces.read(this.page(), texts).catch(() => null);
        if (!readings) {
          // Asked again when the page next changes.
          for (const unit of batch) this.#unread.add(unit);
          break;
        }
        batch.forEach((unit, index) => {
          const reading = readings[index];
          const { owner } = unit;
          if (!reading || unit.text !== texts[index] || this.#owners.get(owner.root) !== owner) return;
          const before = unit.reading !== null && remarkable(unit.reading);
          unit.reading = reading;
          this.#faces.changed(unit);
          if (before || remarkable(reading)) {
            this.#unpainted.add(owner);
            this.#views.observe(owner.box);
          } else if (!owner.units.some((other) => other.reading && remarkable(other.reading))) {
            this.#views.unobserve(owner.box);
          }
        });
        this.#settle();
        this.#run();
      }
    } finally {
      this.#reading = false;
    }
    if (!this.#stopped) this.#faces.settled();
  }

  /** The next units to read: those near the viewport first, else in order. */
  #batch(): Unit[] {
    const batch: Unit[] = [];
    let length = 0;
    for (const near of [true, false]) {
      for (const unit of this.#unread) {
        if (unit.owner.near !== near) continue;
        if (batch.length === BATCH_UNITS || (batch.length > 0 && length + unit.text.length > BATCH_TEXT)) break;
        batch.push(unit);
        length += unit.text.length;
        this.#unread.delete(unit);
      }
    }
    return batch;
  }
}

/** How an element may have changed: in its own style, in what its class gives it and what it holds, or in all. */
type Restyle = "style" | "class" | "whole";

const BLANK = /^\s*$/;

/** Whether something is not shown now, and may be later. */
function dark({ box, visible }: Look): boolean {
  return box === "hidden" || (box !== "none" && !visible);
}

/** Whether a node brings style to the page. */
function sheet(node: unknown): boolean {
  return node instanceof HTMLStyleElement || (node instanceof HTMLLinkElement && node.relList.contains("stylesheet"));
}

/** Where this page is, without the fragment. A frame that has its text from the page around it is at that page's address. */
function address(): string {
  return (location.protocol === "about:" ? document.baseURI : location.href).replace(/#.*/s, "");
}

/** Whether there is anything to show of a reading. */
export function remarkable(reading: UnitReading): boolean {
  return reading.marks.length > 0 || reading.results.some(({ findings }) => findings.length > 0);
}

/** Takes everything out of a set or map, one by one; what is added meanwhile comes out too. */
function* drain<T>(from: Set<T>): Generator<T> {
  for (const item of from) {
    from.delete(item);
    yield item;
  }
}

/** Cuts a very long text at line ends, else at spaces, else between characters. */
function cut(text: string): { at: number; text: string }[] {
  const parts: { at: number; text: string }[] = [];
  let at = 0;
  while (text.length - at > UNIT_LIMIT) {
    const window = text.slice(at, at + UNIT_LIMIT);
    let length = window.lastIndexOf("\n") + 1 || window.lastIndexOf(" ") + 1 || UNIT_LIMIT;
    if (/[\uD800-\uDBFF]/.test(window.charAt(length - 1))) length -= 1;
    parts.push({ at, text: text.slice(at, at + length) });
    at += length;
  }
  parts.push({ at, text: at === 0 ? text : text.slice(at) });
  return parts;
}

function boxed(root: Element): Element {
  let box = root;
  while (getComputedStyle(box).display === "contents" && box.firstElementChild) box = box.firstElementChild;
  return box;
}

function tree(node: Element): Node {
  return its(node, "getRootNode").call(node);
}

/** Document order, through shadow roots: a host stands before what is in it. */
function precedes(a: Element, b: Element): boolean {
  const [pathA, pathB] = [a, b].map((element) => {
    const path = [element];
    for (let root = tree(element); root instanceof ShadowRoot; root = tree(root.host)) path.unshift(root.host);
    return path;
  }) as [Element[], Element[]];
  for (let i = 0; ; i++) {
    const [x, y] = [pathA[i], pathB[i]];
    if (!x) return y !== undefined;
    if (!y) return false;
    if (x !== y) return (its(x, "compareDocumentPosition").call(x, y) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  }
}
