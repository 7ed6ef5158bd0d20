/**
 * Where a part of an image is drawn: a frame over the image on its page, with the pointer or with the arrow keys.
 *
 * A script of its own, which comes when the first part is drawn. It stands in one closed shadow root under one host element
 * and goes with its frame; the image stays as it is.
 *
 * Invariants: while it is open no click on the image and no key of the coder's gets to the page.
 * Must not touch: what is coded.
 */
import type { Region } from "protocol";
import shared from "./box.css";
import host from "./host.css";
import { direction, language } from "./language";
import { button, element, paragraph, say } from "./parts";
import css from "./region.css";
import type {} from "./session";

/** All of an image, either way, and a step of an arrow key. */
const WHOLE = 1000;
const STEP = 20;

export class Drawer {
  #end: AbortController | null = null;

  stop(): void {
    this.#end?.abort();
  }

  /** Has a part of an image drawn; what was being drawn before is let go. */
  draw(image: HTMLImageElement, region: Region | null, done: (region: Region | null) => void): void {
    this.stop();
    const life = (this.#end = new AbortController());
    const { signal } = life;
    const before = document.activeElement;
    const box = document.createElement("div");
    const root = box.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(host + shared + css);
    root.adoptedStyleSheets = [sheet];
    const part = element("div", { class: "part" });
    const veil = element("div", { class: "veil", tabindex: "0", role: "group", "aria-label": say("region_title") }, part);
    const said = element("p", { role: "status" });
    let drawn: Region = region ?? { x: WHOLE / 4, y: WHOLE / 4, width: WHOLE / 2, height: WHOLE / 2 };
    const leave = (took?: Region | null): void => {
      life.abort();
      if (took !== undefined) done(took);
    };
    const bar = element(
      "section",
      { lang: language(), dir: direction() },
      ...paragraph("keys", say("region_keys")),
      said,
      element(
        "div",
        { class: "buttons" },
        button(say("region_take"), () => { leave(drawn); }, { class: "first", id: "take" }),
        button(say("region_whole"), () => { leave(null); }, { id: "whole" }),
        button(say("region_leave"), () => { leave(); }, { id: "leave" }),
      ),
    );
    root.append(veil, bar);

    const show = (): void => {
      const { left, top, width, height } = image.getBoundingClientRect();
      Object.assign(veil.style, { left: `${String(left)}px`, top: `${String(top)}px`, width: `${String(width)}px`, height: `${String(height)}px` });
      const percent = (tenths: number): string => `${String(tenths / 10)}%`;
      Object.assign(part.style, { left: percent(drawn.x), top: percent(drawn.y), width: percent(drawn.width), height: percent(drawn.height) });
      said.textContent = say("region_is", percent(drawn.x), percent(drawn.y), percent(drawn.width), percent(drawn.height));
    };
    /** From one corner to the other. */
    const between = (x: number, y: number, toX: number, toY: number): void => {
      const within = (at: number): number => Math.round(Math.min(Math.max(at, 0), WHOLE));
      const [left, right] = [within(Math.min(x, toX)), within(Math.max(x, toX))];
      const [top, bottom] = [within(Math.min(y, toY)), within(Math.max(y, toY))];
      const at = (start: number): number => Math.min(start, WHOLE - 1);
      drawn = { x: at(left), y: at(top), width: Math.max(right - at(left), 1), height: Math.max(bottom - at(top), 1) };
      show();
    };
    const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
      const { left, top, width, height } = image.getBoundingClientRect();
      return [((clientX - left) / width) * WHOLE, ((clientY - top) / height) * WHOLE];
    };

    let from: [number, number] | null = null;
    veil.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = place(event);
      veil.setPointerCapture(event.pointerId);
    });
    veil.addEventListener("pointermove", (event) => {
      if (from) between(...from, ...place(event));
    });
    veil.addEventListener("pointerup", () => { from = null; });
    const pressed = (event: KeyboardEvent): void => {
      event.stopPropagation();
      const arrows: Record<string, [number, number]> = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
      const arrow = arrows[event.key];
      const { x, y, width, height } = drawn;
      const onButton = event.target instanceof HTMLButtonElement;
      if (event.key === "Escape") leave();
      else if (event.key === "Enter" && !onButton) leave(drawn);
      else if (arrow && event.shiftKey) between(x, y, x + Math.max(width + arrow[0], STEP), y + Math.max(height + arrow[1], STEP));
      else if (arrow) {
        const [toX, toY] = [Math.min(Math.max(x + arrow[0], 0), WHOLE - width), Math.min(Math.max(y + arrow[1], 0), WHOLE - height)];
        between(toX, toY, toX + width, toY + height);
      } else return;
      event.preventDefault();
    };
    root.addEventListener("keydown", (event) => { pressed(event as KeyboardEvent); });
    for (const type of ["keyup", "keypress", "click", "pointerdown", "pointerup", "mousedown", "mouseup"]) {
      box.addEventListener(type, (event) => { event.stopPropagation(); });
    }
    for (const type of ["scroll", "resize"]) addEventListener(type, show, { capture: true, signal });
    signal.addEventListener("abort", () => {
      box.remove();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    });

    image.scrollIntoView({ block: "center" });
    box.popover = "manual";
    document.documentElement.append(box);
    box.showPopover();
    show();
    veil.focus({ preventScroll: true });
  }
}

globalThis.postil?.mirror.made?.region.come(() => new Drawer());
