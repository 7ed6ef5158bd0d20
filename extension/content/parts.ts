/** What the overlay's boxes are made of: DOM calls alone, so that no page's CSP stands against them. */
import { isolated } from "./language";

export function element(name: string, attributes: Record<string, string>, ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

export function button(label: string, press: () => void, attributes: Record<string, string> = {}): HTMLElement {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", press);
  return made;
}

export function paragraph(name: string, words: string | null | undefined): HTMLElement[] {
  return words ? [element("p", { class: name, dir: "auto" }, words)] : [];
}

export function say(key: string, ...values: string[]): string {
  return chrome.i18n.getMessage(key, isolated(values));
}
