/**
 * What the browser does for the workbench: the object that the page, which is Rust, is started with.
 *
 * The engine lives in a worker and hears the same requests as the extension's background.
 *
 * Must not touch: what is asked, and what the page shows.
 */
import type { Event, Request, Response } from "protocol";
import type { Host } from "../extension/pages/host";
import init, { start } from "../extension/pages/pages.js";
import { save } from "../extension/pages/save";

/** What the page uses of what the extension offers its own, and the clipboard. */
export type Bench = Pick<Host, "message" | "direction" | "request" | "onEvent" | "save" | "now"> & {
  copy(text: string): Promise<void>;
};

export interface Asked {
  id: number;
  request: Request;
  /** What is stored, for a worker that has just started. */
  before: object;
}

export type Said = { id: number; response: Response } | { event: Event } | { kept: object } | { broken: string };

const LANGUAGE = "en";

const beside = (path: string): string => new URL(path, document.baseURI).href;

let worker: Worker | null = null;
let last = 0;
/** What workers have stored: what was switched on stays so when one dies. */
const kept = {};
const waiting = new Map<number, (response: Response) => void>();
const listeners: ((event: Event) => void)[] = [];

function failed(message: string): Response {
  return { type: "failed", failure: { kind: "storage", message } };
}

/** A worker that cannot go on fails everything it was asked; the next request starts another. */
function broken(which: Worker, message: string): void {
  if (worker !== which) return;
  which.terminate();
  worker = null;
  for (const resolve of waiting.values()) resolve(failed(message));
  waiting.clear();
}

function engine(): Worker {
  if (worker) return worker;
  const started = new Worker(beside("worker.js"), { type: "module" });
  started.onmessage = ({ data }: MessageEvent<Said>) => {
    if ("event" in data) for (const listener of listeners) listener(data.event);
    else if ("kept" in data) Object.assign(kept, data.kept);
    else if ("broken" in data) broken(started, data.broken);
    else {
      waiting.get(data.id)?.(data.response);
      waiting.delete(data.id);
    }
  };
  started.onerror = ({ message }) => { broken(started, message || "The engine's worker did not start."); };
  return (worker = started);
}

const catalogue = (await (await fetch(beside(`_locales/${LANGUAGE}/messages.json`))).json()) as Record<string, { message: string }>;

const host: Bench = {
  message: (key, args) => (catalogue[key]?.message ?? "").replace(/\$(\$|[1-9])/g, (_, place: string) => (place === "$" ? "$" : (args[Number(place) - 1] ?? ""))),
  direction: () => "ltr",
  request: (request) =>
    new Promise((resolve) => {
      const asked: Asked = { id: ++last, request, before: kept };
      waiting.set(asked.id, resolve);
      engine().postMessage(asked);
    }),
  onEvent(callback) {
    listeners.push(callback);
  },
  save,
  copy: async (text) => navigator.clipboard.writeText(text),
  now: () => new Date().toISOString(),
};

await init({ module_or_path: beside("pages_bg.wasm") });
document.getElementById("waiting")?.remove();
start("workbench", host);
