/** What `wasm-bindgen` makes of the pages, which the package holds next to the host script. */
import type { Bench } from "../../www/workbench";
import type { Host, Page } from "./host";

export default function init(source: { module_or_path: string }): Promise<unknown>;

export function start(page: Page, host: Host): void;
export function start(page: "workbench", host: Bench): void;
