/** What `wasm-bindgen` makes of the pages, which the package holds next to the host script. */
import type { Host } from "./host";

export default function init(source: { module_or_path: string }): Promise<unknown>;

export function start(page: "panel" | "popup", host: Host): void;
