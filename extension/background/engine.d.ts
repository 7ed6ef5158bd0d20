/** What `wasm-bindgen` makes of the engine, which the package holds next to the background script. */
import type { Event, Request, Response } from "protocol";

export default function init(source: { module_or_path: string }): Promise<unknown>;

/** The codebooks that ship beside those of every start. */
export interface CodebookFiles {
  open(id: string): Promise<Uint8Array>;
}

export class Background {
  private constructor();
  static start(
    shipped: Uint8Array,
    model: Uint8Array,
    files: CodebookFiles,
    storage: chrome.storage.StorageArea,
    session: chrome.storage.StorageArea,
  ): Background;
  handle(request: Request): Promise<{ response: Response; event: Event | null }>;
}
