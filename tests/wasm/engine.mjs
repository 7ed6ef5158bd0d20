/**
 * The engine of the built package, loaded in Node.
 *
 * Invariants: the very bytes that ship; storage is a map that behaves like the extension's.
 */

import { readFile } from "node:fs/promises";

const target = new URL("../../target/", import.meta.url);

/** A file below target/. */
export const built = (path) => readFile(new URL(path, target));

/** Loads glue and wasm made by wasm-bindgen. */
export async function load(folder, name) {
  // As a data URL: Node takes a bare .js file for the older kind of module.
  const glue = await built(`${folder}/${name}.js`);
  const module = await import(`data:text/javascript;base64,${glue.toString("base64")}`);
  await module.default({ module_or_path: await built(`${folder}/${name}_bg.wasm`) });
  return module;
}

/** What the service uses of `chrome.storage.local`. */
export function memory() {
  const held = new Map();
  const names = (keys) => (typeof keys === "string" ? [keys] : Array.isArray(keys) ? keys : [...held.keys()]);
  return {
    async get(keys) {
      return Object.fromEntries(names(keys).filter((key) => held.has(key)).map((key) => [key, structuredClone(held.get(key))]));
    },
    async set(items) {
      for (const [key, value] of Object.entries(items)) held.set(key, structuredClone(value));
    },
    async remove(keys) {
      for (const key of names(keys)) held.delete(key);
    },
    async getKeys() {
      return [...held.keys()];
    },
  };
}
