/**
 * What the coder sees only when she asks for it: images and videos, by a style that the background gives the page, and
 * units above a tier, by an animation that ends in a blur. The first click lifts a cover and does nothing else. Counts what
 * came into view, where she wants that.
 *
 * A script of its own, which comes where any of it is wanted.
 *
 * Invariants: no element and no attribute of the page is written: what is covered and lifted is a style sheet and animations;
 * of what was seen only numbers leave this script.
 * Must not touch: what is wanted, and where it is kept.
 */
import type { Care } from "../background/care";
import type { Session } from "./session";
import type { Owner, Unit } from "./watch";
import { tell } from "./wire";

const MEDIA = "img,video,image,input[type=image]";
const BLUR = "blur(10px)";
/** Units of no tier are counted after those of six. */
const NO_TIER = 6;

const tierOf = ({ units }: Owner): number => Math.max(-1, ...units.flatMap(({ reading }) => reading?.results.map(({ tier }) => tier ?? -1) ?? []));
const textOf = ({ units }: Owner): string => units.map(({ text }) => text).join("");

/** An element under a filter, until the animation is cancelled. From it to it: half-way to the page's own would be another. */
const hold = (element: Element, filter: string): Animation =>
  element.animate([{ filter }, { filter }], { duration: 0, fill: "forwards" });

export class Carer {
  readonly #session: Session;
  #care: Care | null = null;
  readonly #life = new AbortController();
  /** Media that she asked for. */
  readonly #lifted = new Map<Element, Animation>();
  readonly #covered = new Map<Element, { owner: Owner; animation: Animation }>();
  /** Units that she asked for, by their text: a page may make their elements anew. */
  readonly #shown = new Set<string>();
  /** Those that were counted. */
  readonly #counted = new Set<string>();
  readonly #owners = new WeakMap<Element, Owner>();
  #units: number[] = [];
  #liftedCount = 0;
  /** Since when the page is shown, as far as it was not told; null while it is not. */
  #since = document.hidden ? null : Date.now();
  readonly #views = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const owner = this.#owners.get(target);
      if (isIntersecting && owner) this.#count(owner);
    }
    // At once: not every browser lets a page that is closed say anything.
    if (this.#units.length > 0) this.#tell();
  });

  constructor(session: Session) {
    this.#session = session;
    const options = { capture: true, signal: this.#life.signal };
    for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
      addEventListener(type, (event) => { this.#pressed(event as MouseEvent); }, options);
    }
    addEventListener("keydown", (event) => { this.#keyed(event); }, options);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#tell();
      this.#since = document.hidden ? null : Date.now();
    }, options);
  }

  /** What she wants, as it is now. */
  set(care: Care | null): void {
    this.#care = care;
    tell({ need: "cover" }).catch(() => undefined);
    if (care?.media === "off" || !care) this.#uncover();
    if (!care?.log) this.#views.disconnect();
    for (const unit of this.#session.watcher.units()) this.changed(unit);
  }

  /** A unit is new, was read, or is gone. */
  changed({ owner, reading }: Unit): void {
    const { root } = owner;
    const there = root.isConnected;
    // While it is read again it stays as it is.
    if (there && !reading) return;
    const from = this.#care?.tier ?? Infinity;
    const covered = there && tierOf(owner) >= from && !this.#shown.has(textOf(owner));
    const before = this.#covered.get(root);
    if (covered && !before) {
      const animation = hold(root, BLUR);
      this.#covered.set(root, { owner, animation });
    } else if (!covered && before) {
      before.animation.cancel();
      this.#covered.delete(root);
    }
    if (there && this.#care?.log) {
      this.#owners.set(root, owner);
      this.#views.observe(root);
    }
  }

  stop(): void {
    this.#tell();
    this.#life.abort();
    this.#views.disconnect();
    for (const { animation } of this.#covered.values()) animation.cancel();
    this.#covered.clear();
    this.#uncover();
  }

  /** No cover of media is there to be lifted. */
  #uncover(): void {
    for (const animation of this.#lifted.values()) animation.cancel();
    this.#lifted.clear();
  }

  #isCovered(element: Element): boolean {
    return (this.#care?.media ?? "off") !== "off" && element.matches(MEDIA) && !this.#lifted.has(element);
  }

  /** A cover under the pointer takes the press, and is lifted by the click. */
  #pressed(event: MouseEvent): void {
    if (!event.isTrusted || event.button !== 0) return;
    const path = event.composedPath().filter((node) => node instanceof Element);
    const lift = this.#liftUnit(path) ?? this.#liftMedia([...path.slice(0, 1), ...document.elementsFromPoint(event.clientX, event.clientY)]);
    if (!lift) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "click") lift();
  }

  /** Enter and the space bar lift what stands around or in what the keyboard is on. */
  #keyed(event: KeyboardEvent): void {
    if (!event.isTrusted || (event.key !== "Enter" && event.key !== " ") || event.altKey || event.ctrlKey || event.metaKey) return;
    const [on] = event.composedPath();
    if (!(on instanceof HTMLElement) || on.isContentEditable || /^(input|textarea|select)$/.test(on.localName)) return;
    const path = event.composedPath().filter((node) => node instanceof Element);
    const lift = this.#liftUnit(path) ?? (on === document.body ? null : this.#liftMedia([on, ...on.querySelectorAll(MEDIA)]));
    if (!lift) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    lift();
  }

  #liftUnit(path: Element[]): (() => void) | null {
    const root = path.find((element) => this.#covered.has(element));
    const cover = root && this.#covered.get(root);
    if (!cover) return null;
    return () => {
      this.#shown.add(textOf(cover.owner));
      cover.animation.cancel();
      this.#covered.delete(root);
      this.#asked();
      this.#count(cover.owner);
      this.#tell();
    };
  }

  #liftMedia(elements: Element[]): (() => void) | null {
    const covered = elements.filter((element) => this.#isCovered(element));
    if (covered.length === 0) return null;
    return () => {
      for (const element of covered) {
        this.#lifted.set(element, hold(element, "none"));
        this.#asked();
      }
      this.#tell();
    };
  }

  #asked(): void {
    if (this.#care?.log) this.#liftedCount++;
  }

  /** A unit is in view, and not covered. */
  #count(owner: Owner): void {
    const { root, units: [unit] } = owner;
    if (!this.#care?.log || !unit?.reading || this.#covered.has(root) || this.#counted.has(unit.id)) return;
    this.#counted.add(unit.id);
    this.#views.unobserve(root);
    const tier = tierOf(owner);
    const place = tier < 0 ? NO_TIER : Math.min(tier, NO_TIER - 1);
    this.#units[place] = (this.#units[place] ?? 0) + 1;
  }

  /** Tells what was counted since it was told last. */
  #tell(): void {
    if (!this.#care?.log) return;
    // Once for all frames of a page.
    const seconds = self === top && this.#since !== null ? Math.floor((Date.now() - this.#since) / 1000) : 0;
    if (this.#since !== null) this.#since += seconds * 1000;
    const units = Array.from({ length: NO_TIER + 1 }, (_, tier) => this.#units[tier] ?? 0);
    tell({ exposed: { units, lifted: this.#liftedCount, seconds } }).catch(() => undefined);
    this.#units = [];
    this.#liftedCount = 0;
  }
}

globalThis.postil?.care.come(() => new Carer(globalThis.postil!));
