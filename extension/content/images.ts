/**
 * The images of a frame, for the side panel: those that say something are units already; others that are large enough to be
 * more than a sign stand behind the unit that they are in, without words.
 *
 * Images in shadow trees are known only where they say something.
 *
 * Invariants: reads only, and fetches nothing; an image keeps its id for the life of the page.
 * Must not touch: what is in an image.
 */
import type { ShownImage, ShownUnit } from "protocol";
import { namer } from "./units";
import type { Owner, Watcher } from "./watch";

/** Shortest side of an image that is more than a sign or a face beside a name, in CSS pixels. */
const LEAST = 96;
/** Longest name of an image, and how much of its surroundings is in one that has no address of its own. */
const NAME = 1000;
const AROUND = 300;

export class Images {
  readonly #watcher: Watcher;
  readonly #ids = new WeakMap<HTMLImageElement, string>();
  readonly #known = new Map<string, WeakRef<HTMLImageElement>>();
  #last = 0;

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  /** Ids of all units and images in their order, and those images that are no units by themselves. */
  order(): { order: string[]; bare: ShownUnit[] } {
    const behind = new Map<Owner | null, ShownUnit[]>();
    for (const image of document.images) {
      const owner = this.#watcher.around(image);
      if (owner?.root === image || image.width < LEAST || image.height < LEAST || !image.checkVisibility() || image.isContentEditable) continue;
      const author = namer(image, "image")?.name ?? null;
      const shown: ShownUnit = { id: this.#id(image), kind: "image", author, path: null, image: this.shown(image), text: "", reading: null };
      const others = behind.get(owner);
      if (others) others.push(shown);
      else behind.set(owner, [shown]);
    }
    const order: string[] = [];
    let before: Owner | null = null;
    const close = (): void => {
      if (before) order.push(...(behind.get(before) ?? []).map(({ id }) => id));
    };
    for (const { id, owner } of this.#watcher.units()) {
      if (owner !== before) close();
      before = owner;
      order.push(id);
    }
    close();
    order.push(...(behind.get(null) ?? []).map(({ id }) => id));
    return { order, bare: [...behind.values()].flat() };
  }

  /** The image with this id, if it is none of the watcher's units. */
  at(id: string): HTMLImageElement | null {
    return this.#known.get(id)?.deref() ?? null;
  }

  /** An image as the panel knows it. */
  shown(image: HTMLImageElement): ShownImage {
    return { source: this.#name(image), width: image.width, height: image.height };
  }

  #id(image: HTMLImageElement): string {
    let id = this.#ids.get(image);
    if (id === undefined) {
      id = `${this.#watcher.frame}i${String(++this.#last)}`;
      this.#ids.set(image, id);
      this.#known.set(id, new WeakRef(image));
    }
    return id;
  }

  /** What an image is known by the next time, too: its address, whose query may be of one visit alone, or where it stands. */
  #name(image: HTMLImageElement): string {
    const address = image.src || image.currentSrc;
    if (/^(https?|file):/.test(address)) return address.replace(/[?#].*/s, "").slice(0, NAME);
    // Its beginning and end tell it from others.
    if (address.startsWith("data:")) return `${String(address.length)} ${address.slice(0, NAME / 2)} ${address.slice(-NAME / 2)}`;
    const owner = this.#watcher.around(image);
    const [unit] = owner?.units ?? [];
    const place = [...(owner?.root.querySelectorAll("img") ?? [])].indexOf(image);
    return `${String(place)} ${unit?.text.slice(0, AROUND) ?? ""}`;
  }
}
