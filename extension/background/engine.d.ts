/** What `wasm-bindgen` makes of the engine, which the package holds next to the background script. */
import type { Event, Request, Response } from "protocol";

export default function init(source: { module_or_path: string }): Promise<unknown>;

export class Background {
  private constructor();
  static start(codebooks: Uint8Array, storage: chrome.storage.StorageArea): Background;
  handle(request: Request): Promise<{ response: Response; event: Event | null }>;
}
