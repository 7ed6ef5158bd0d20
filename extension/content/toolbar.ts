/**
 * The toolbar by a selection: gives it a code at once, and takes it back.
 *
 * Invariants: the selection and the page's focus stay as they are until the coder moves into the toolbar, by pointer or
 * with Tab; a code is given only by a choice from the open list, never by walking through a closed one.
 * Must not touch: what is selected, what a decision means.
 */
import type { CodebookCard, CodeCard } from "protocol";
import { Bubble } from "./bubble";
import { assign, type Said } from "./decide";
import type { Desk } from "./desk";
import { button, element, say } from "./parts";
import { boxes } from "./pieces";
import type { Selected } from "./selection";

export class Toolbar {
  readonly #desk: Desk;
  #shown: Bubble | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get shown(): boolean {
    return this.#shown !== null;
  }

  hide(): void {
    this.#shown?.close();
  }

  show(selected: Selected): void {
    this.hide();
    const words = boxes(selected.ranges).filter(({ top, bottom }) => bottom > 0 && top < innerHeight);
    const codebooks = this.#desk.codebooks();
    if (words.length === 0 || codebooks.length === 0) return;

    const choices = codebooks.flatMap((codebook) => codebook.codes.map((code) => ({ codebook, code })));
    const select = this.#select(codebooks);
    const status = element("p", { role: "status" });
    const undo = button(say("toolbar_undo"), () => void back(), { hidden: "" });
    const more = button(say("toolbar_more"), () => void this.#desk.more().then((keys) => {
      if (keys === null) this.hide();
      else tell(keys === "" ? say("toolbar_waits") : say("toolbar_keys", keys));
    }), { title: say("toolbar_more_means") });
    const box = element("section", { role: "group", class: "tools", "aria-label": say("toolbar_name") }, select, undo, more, status);

    // Whose keyboard it was before it came here.
    let before: Element | null = null;
    const bubble = new Bubble(box, this.#desk.own, () => {
      if (this.#shown === bubble) this.#shown = null;
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    });
    const tell = (text: string): void => {
      status.textContent = text;
      bubble.place(words);
    };
    let said: Said | null = null;
    const choose = async ({ codebook, code }: { codebook: CodebookCard; code: CodeCard }): Promise<void> => {
      undo.hidden = true;
      const latest = await assign(this.#desk, selected, codebook.codebook, code.id);
      if (!latest.wrong) said = latest;
      undo.hidden = said === null;
      tell(latest.wrong ?? say("toolbar_coded", code.label));
    };
    const back = async (): Promise<void> => {
      const wrong = await said?.undo();
      if (!wrong) {
        said = null;
        if (undo.matches(":focus")) select.focus();
        undo.hidden = true;
      }
      tell(wrong ?? say("toolbar_undone"));
    };
    select.addEventListener("change", () => {
      const choice = choices[Number(select.value)];
      // The same code may be chosen again.
      select.selectedIndex = 0;
      if (choice) void choose(choice);
    });
    // A press would take the focus, and in some browsers the selection, from the page; the list needs it to open.
    box.addEventListener("mousedown", (event) => {
      if (event.target !== select) event.preventDefault();
    });
    this.#shown = bubble;
    bubble.show(words, () => bubble.focused);
    bubble.keys({
      Tab: () => {
        if (bubble.focused) return false;
        before = document.activeElement;
        select.focus();
        return;
      },
    });
  }

  /** The codes of all codebooks, under a line that says what the list is for. */
  #select(codebooks: CodebookCard[]): HTMLSelectElement {
    const select = element("select", { "aria-label": say("toolbar_code") }) as HTMLSelectElement;
    select.append(element("option", { value: "", disabled: "", selected: "", hidden: "" }, say("toolbar_choose")));
    let next = 0;
    for (const { title, codes } of codebooks) {
      const parents = new Map(codes.map(({ id, parent }) => [id, parent]));
      const depth = (id: string): number => {
        let steps = 0;
        for (let at = parents.get(id); at && steps < codes.length; at = parents.get(at)) steps++;
        return steps;
      };
      const options = codes.map(({ id, label, definition }) =>
        element("option", { value: String(next++), title: definition, dir: "auto" }, "\u2003".repeat(depth(id)) + label),
      );
      select.append(element("optgroup", { label: title }, ...options));
    }
    select.addEventListener("keydown", (event) => {
      const { key, altKey, ctrlKey, metaKey } = event;
      if (altKey || ctrlKey || metaKey || key === "Tab" || key === "Escape" || key === "Shift") return;
      event.preventDefault();
      try {
        select.showPicker();
      } catch {
        // In a frame of another site only the browser's own keys open it: Alt with an arrow.
      }
    });
    return select;
  }
}
