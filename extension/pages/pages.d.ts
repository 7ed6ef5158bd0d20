/** What `wasm-bindgen` makes of the pages, which the package holds next to the host script. */
import type { Host, Page } from "./host";

export default function init(source: { module_or_path: string }): Promise<unknown>;

export function start(page: Page, host: Host): void;
