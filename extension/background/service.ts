/**
 * The engine, once in the life of the background.
 *
 * Loaded on the first request: a background woken for anything else stays small. The browser may end this life at any
 * moment, so nothing is kept here that a new start would miss.
 *
 * Must not touch: what the engine is asked.
 */
import init, { Background } from "./engine.js";

let started: Promise<Background> | null = null;

export function engine(): Promise<Background> {
  started ??= start().catch((error: unknown) => {
    // The next request tries again.
    started = null;
    throw error;
  });
  return started;
}

const open = async (path: string): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(chrome.runtime.getURL(path))).arrayBuffer());

async function start(): Promise<Background> {
  const [shipped, model] = await Promise.all([
    open("codebooks.bin"),
    open("model.bin"),
    init({ module_or_path: chrome.runtime.getURL("engine_bg.wasm") }),
  ]);
  const { local, session } = chrome.storage;
  return Background.start(shipped, model, { open: (id) => open(`codebooks/${id}.bin`) }, local, session);
}
