/**
 * *Teach me this site*: the coder points at a post, a comment, a message or a bio and at its author's name, sees at once what
 * else is found by that, and has it kept.
 *
 * A script of its own, which the coder calls for and which ends with its box. It stands in one closed shadow root under one
 * host element; what is outlined is drawn over the page, which stays as it is. It needs no other script of ours.
 *
 * Invariants: while the box is open no click and no key of the coder's gets to the page; nothing is kept before she says so.
 * Must not touch: how selectors come about, and where they are kept.
 */
import box from "./box.css";
import { alike, finder, within, type Choice } from "./derive";
import host from "./host.css";
import { direction, language } from "./language";
import { button, element, paragraph, say } from "./parts";
import css from "./teach.css";
import { tell, type Rule } from "./wire";

/** Most outlines that are drawn. */
const OUTLINES = 300;
const EXAMPLE = 160;

const KINDS = ["post", "comment", "message", "bio"] as const;
type Kind = (typeof KINDS)[number];

/** What was taken: a kind of unit, and perhaps its authors. */
interface Taken {
  readonly kind: Kind;
  readonly unit: Choice;
  author: Choice | null;
}

const words = (of: Element | undefined): string => (of?.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, EXAMPLE);

/** What in an element has words of its own. */
const worded = (of: Element): Element[] =>
  [...of.querySelectorAll("*")].filter(({ childNodes }) => [...childNodes].some((node) => node instanceof Text && /\S/.test(node.data)));

class Teacher {
  readonly #host = document.createElement("div");
  readonly #outlines = element("div", { class: "outlines" });
  readonly #box = element("section", { role: "dialog", tabindex: "-1", "aria-label": say("teach_title") });
  readonly #said = element("div", { class: "said", role: "status" });
  readonly #life = new AbortController();
  readonly #find = finder();
  readonly #taken: Taken[] = [];
  #kind: Kind = "post";
  /** The unit that was taken and whose author is pointed at. */
  #unit: Taken | null = null;
  /** Nothing is pointed at any more: what was taken is looked over. */
  #review = false;
  #target: Element | null = null;
  /** What was pointed at before each step wider. */
  #inner: Element[] = [];
  #choices: Choice[] = [];
  #choice = 0;
  /** Where the keyboard was before. */
  readonly #before = document.activeElement;
  #drawn = 0;

  start(): void {
    const root = this.#host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(host + box + css);
    root.adoptedStyleSheets = [sheet];
    this.#box.lang = language();
    this.#box.dir = direction();
    root.append(this.#outlines, this.#box);
    this.#host.popover = "manual";
    document.documentElement.append(this.#host);
    this.#host.showPopover();
    const options = { capture: true, signal: this.#life.signal };
    const page = (hear: (event: Event) => void) => (event: Event): void => {
      if (event.target !== this.#host) hear(event);
    };
    const mine = (event: Event): void => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    for (const type of ["pointerdown", "pointerup", "mousedown", "mouseup", "auxclick", "dblclick"]) addEventListener(type, page(mine), options);
    addEventListener("click", page((event) => {
      mine(event);
      this.#point(event.composedPath()[0]);
      this.#take();
    }), options);
    addEventListener("pointermove", page((event) => { this.#point(event.composedPath()[0]); }), options);
    addEventListener("keydown", page((event) => {
      mine(event);
      this.#key(event as KeyboardEvent);
    }), options);
    for (const type of ["keyup", "keypress"]) addEventListener(type, page(mine), options);
    for (const type of ["scroll", "resize"]) addEventListener(type, () => { this.#redraw(); }, options);
    for (const type of ["keydown", "keyup", "keypress"]) {
      this.#box.addEventListener(type, (event) => {
        event.stopPropagation();
        if (type === "keydown") this.#key(event as KeyboardEvent);
      });
    }
    this.#ask();
    // Somewhere to begin for who has no pointer.
    this.#point(document.elementsFromPoint(innerWidth / 2, innerHeight / 2).find((at) => at !== this.#host), true);
  }

  stop(): void {
    this.#life.abort();
    this.#host.remove();
    globalThis.postilTeacher = undefined;
    if (this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
  }

  #key(event: KeyboardEvent): void {
    const on = event.target instanceof Element && event.target !== this.#host ? event.target.localName : "";
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const meant: Record<string, () => void> = {
      ArrowUp: () => { this.#wider(); },
      ArrowDown: () => { this.#narrower(); },
      ArrowRight: () => { this.#step(1); },
      ArrowLeft: () => { this.#step(-1); },
      Enter: () => { this.#take(); },
      Escape: () => { this.stop(); },
    };
    const does = meant[event.key];
    // What a control of the box makes of a key is its own.
    if (!does || (event.key !== "Escape" && (on === "select" || this.#review || (on === "button" && event.key === "Enter")))) return;
    event.preventDefault();
    does();
  }

  /** Points at an element; `repeats`: or rather at what of the elements around it the page repeats. */
  #point(at: unknown, repeats = false): void {
    if (!(at instanceof Element) || this.#review || at === this.#target) return;
    let target = at;
    for (let up: Element | null = at; repeats && up && up !== document.body; up = up.parentElement) {
      const name = up.localName;
      const like: Element[] = [...(up.parentElement?.children ?? [])].filter(({ localName, textContent }) => localName === name && (textContent ?? "").trim().length > 20);
      if (like.length > 2 && like.includes(up)) target = up;
    }
    this.#inner = [];
    this.#aim(target);
  }

  #aim(target: Element): void {
    if (target === document.documentElement || target === document.body) return;
    this.#target = target;
    const unit = this.#unitAround(target);
    if (!this.#unit) this.#choices = alike(target, this.#kind, this.#find);
    else this.#choices = unit && unit !== target ? within(target, unit, this.#unit.unit) : [];
    this.#choice = 0;
    this.#show();
  }

  /** Of the units that were found, the one that an element stands in. */
  #unitAround(element: Element): Element | null {
    return this.#unit?.unit.found.findLast((one) => one.contains(element)) ?? null;
  }

  #wider(): void {
    const wider = this.#target?.parentElement;
    if (!this.#target || !wider || wider === document.body) return;
    this.#inner.push(this.#target);
    this.#aim(wider);
  }

  #narrower(): void {
    const inner = this.#inner.pop() ?? [...(this.#target?.children ?? [])].find(({ textContent }) => /\S/.test(textContent ?? ""));
    if (inner) this.#aim(inner);
  }

  /** To the next of what is found; in a unit, to what stands next in it. */
  #step(by: 1 | -1): void {
    const target = this.#target;
    if (!target) return;
    const unit = this.#unitAround(target);
    const all = this.#unit && unit ? worded(unit) : (this.#now?.found ?? []);
    const next = all.at((all.indexOf(target) + by) % all.length);
    if (!next) return;
    next.scrollIntoView({ block: "nearest" });
    this.#inner = [];
    this.#aim(next);
  }

  get #now(): Choice | undefined {
    return this.#choices[this.#choice];
  }

  /** Takes more or fewer than are found now. */
  #count(by: 1 | -1): void {
    const now = this.#now?.found.length ?? 0;
    const other = this.#choices
      .map(({ found }, index) => ({ index, more: (found.length - now) * by }))
      .filter(({ more }) => more > 0)
      .sort((a, b) => a.more - b.more)[0];
    if (other) this.#choice = other.index;
    this.#show();
  }

  #take(): void {
    const choice = this.#now;
    if (this.#review || !choice) return;
    if (this.#unit) {
      this.#unit.author = choice;
      this.#look();
    } else {
      this.#unit = { kind: this.#kind, unit: choice, author: null };
      this.#taken.push(this.#unit);
      this.#ask();
      this.#target = null;
      this.#choices = [];
      // The keyboard begins at the first words of the unit.
      const [start] = choice.found.flatMap(worded);
      if (start) this.#aim(start);
    }
  }

  /** Asks for a unit, or for the author of the one that was taken. */
  #ask(): void {
    const act = (key: string, press: () => void, attributes: Record<string, string> = {}): HTMLElement => button(say(key), press, attributes);
    const author = this.#unit !== null;
    const kind = element("select", {}) as HTMLSelectElement;
    kind.append(...KINDS.map((each) => element("option", { value: each, ...(each === this.#kind && { selected: "" }) }, say(`teach_kind_${each}`))));
    kind.addEventListener("change", () => {
      this.#kind = kind.value as Kind;
      if (this.#target) this.#aim(this.#target);
    });
    this.#box.replaceChildren(
      element("h2", {}, say(author ? "teach_author" : "teach_title")),
      ...paragraph("ask", say(author ? "teach_point_author" : "teach_point")),
      ...(author ? [] : [element("label", {}, say("teach_kind"), kind)]),
      this.#said,
      element(
        "div",
        { class: "buttons" },
        act("teach_take", () => { this.#take(); }, { class: "first", id: "take" }),
        act("teach_wider", () => { this.#wider(); }, { id: "wider" }),
        act("teach_narrower", () => { this.#narrower(); }, { id: "narrower" }),
        act("teach_next", () => { this.#step(1); }, { id: "next" }),
        act("teach_more", () => { this.#count(1); }, { id: "more" }),
        act("teach_fewer", () => { this.#count(-1); }, { id: "fewer" }),
        ...(author ? [act("teach_skip", () => { this.#look(); }, { id: "skip" })] : []),
        act("teach_aside", () => { this.#box.classList.toggle("aside"); }),
        act("teach_leave", () => { this.stop(); }, { id: "leave" }),
      ),
      ...paragraph("keys", say("teach_keys")),
    );
    this.#box.focus({ preventScroll: true });
  }

  /** What was taken, to be kept. */
  #look(): void {
    this.#review = true;
    this.#unit = null;
    this.#target = null;
    this.#choices = [];
    const lines = this.#taken.map(({ kind, unit, author }) => {
      const names = author ? [...new Set(author.found.map(words))].slice(0, 5).join(", ") : say("teach_no_author");
      return element("li", {}, say("teach_line", say(`teach_kind_${kind}`), String(unit.found.length), names));
    });
    const save = button(say("teach_save"), () => void this.#save(), { class: "first", id: "save" });
    this.#box.replaceChildren(
      element("h2", {}, say("teach_title")),
      ...paragraph("ask", say("teach_review")),
      element("ul", {}, ...lines),
      this.#said,
      element(
        "div",
        { class: "buttons" },
        save,
        button(say("teach_another"), () => {
          this.#review = false;
          this.#ask();
          this.#show();
        }, { id: "another" }),
        button(say("teach_leave"), () => { this.stop(); }, { id: "leave" }),
      ),
    );
    this.#said.replaceChildren();
    this.#redraw();
    save.focus({ preventScroll: true });
  }

  async #save(): Promise<void> {
    const rules = this.#taken.flatMap(({ kind, unit, author }): Rule[] => [[kind, unit.selector], ...(author ? [["author", author.selector] as const] : [])]);
    const once = rules.filter(([part, selector], i) => rules.findIndex((rule) => rule[0] === part && rule[1] === selector) === i);
    const wrong = await tell({ taught: once }).catch((error: unknown) => String(error));
    if (wrong === true) this.stop();
    else this.#said.replaceChildren(...paragraph("wrong", String(wrong)));
  }

  /** Says and outlines what is pointed at, and what else is found by it. */
  #show(): void {
    const choice = this.#now;
    const enabled = (id: string, on: boolean): void => {
      this.#box.querySelector(`#${id}`)?.toggleAttribute("disabled", !on);
    };
    const counts = this.#choices.map(({ found }) => found.length);
    const count = choice?.found.length ?? 0;
    enabled("take", choice !== undefined);
    enabled("more", counts.some((one) => one > count));
    enabled("fewer", choice !== undefined && counts.some((one) => one < count));
    if (!choice) this.#said.replaceChildren(...paragraph("outside", this.#unit ? say("teach_outside") : say("teach_nothing")));
    else {
      const example = this.#unit ? [...new Set(choice.found.map(words))].slice(0, 3).join(" · ") : words(this.#target ?? undefined);
      const found = count === 1 ? say("teach_found_one") : say("teach_found_other", String(count));
      this.#said.replaceChildren(found, element("q", { dir: "auto" }, example), element("code", { dir: "ltr" }, choice.selector));
    }
    this.#redraw();
  }

  /** Once before the page is painted next. */
  #redraw(): void {
    cancelAnimationFrame(this.#drawn);
    this.#drawn = requestAnimationFrame(() => {
      const found = this.#review ? this.#taken.flatMap(({ unit }) => unit.found) : [...(this.#unit?.unit.found ?? []), ...(this.#now?.found ?? [])];
      const outlined: [Element, string][] = found.map((one) => [one, ""]);
      if (this.#target) outlined.push([this.#target, "target"]);
      const boxes = outlined.flatMap(([one, name]) => {
        const { left, top, width, height } = one.getBoundingClientRect();
        if (top > innerHeight || top + height < 0 || width === 0) return [];
        const box = element("div", { class: name });
        for (const [side, value] of Object.entries({ left, top, width, height })) box.style.setProperty(side, `${value}px`);
        return [box];
      });
      this.#outlines.replaceChildren(...boxes.slice(-OUTLINES));
    });
  }
}

declare global {
  var postilTeacher: Teacher | undefined;
}

globalThis.postilTeacher?.stop();
globalThis.postilTeacher = new Teacher();
globalThis.postilTeacher.start();
