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

async function start(): Promise<Background> {
  const [codebooks] = await Promise.all([
    fetch(chrome.runtime.getURL("codebooks.bin")).then((file) => file.arrayBuffer()),
    init({ module_or_path: chrome.runtime.getURL("engine_bg.wasm") }),
  ]);
  return Background.start(new Uint8Array(codebooks), chrome.storage.local);
}
