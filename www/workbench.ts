/**
 * What the browser does for the workbench: the object that the page, which is Rust, is started with.
 *
 * The engine lives in a worker and hears the same requests as the extension's background.
 *
 * Must not touch: what is asked, and what the page shows.
 */
import type { Event } from "protocol";
import { direction, isolated } from "../extension/content/language";
import { bench } from "../extension/pages/bench";
import type { Host } from "../extension/pages/host";
import init, { start } from "../extension/pages/pages.js";
import { save } from "../extension/pages/save";

/** What the page uses of what the extension offers its own, and the clipboard. */
export type Bench = Pick<Host, "message" | "direction" | "request" | "onEvent" | "save" | "now"> & {
  copy(text: string): Promise<void>;
};

/** What there are catalogues for. */
const LANGUAGES = ["en", "ar", "de", "fr"];
const spoken = navigator.languages.map((tag) => tag.split("-", 1)[0] ?? "");
const language = spoken.find((tag) => LANGUAGES.includes(tag)) ?? "en";

const beside = (path: string): string => new URL(path, document.baseURI).href;

const listeners: ((event: Event) => void)[] = [];
const request = bench((event) => { for (const listener of listeners) listener(event); });

const catalogue = (await (await fetch(beside(`_locales/${language}/messages.json`))).json()) as Record<string, { message: string }>;

const host: Bench = {
  message(key, args) {
    const values = isolated(args, direction(language));
    return (catalogue[key]?.message ?? "").replace(/\$(\$|[1-9])/g, (_, place: string) => (place === "$" ? "$" : (values[Number(place) - 1] ?? "")));
  },
  direction: () => direction(language),
  request,
  onEvent(callback) {
    listeners.push(callback);
  },
  save,
  copy: async (text) => navigator.clipboard.writeText(text),
  now: () => new Date().toISOString(),
};

document.documentElement.lang = language;
await init({ module_or_path: beside("pages_bg.wasm") });
document.getElementById("waiting")?.remove();
start("workbench", host);
