/** What `wasm-bindgen` makes of the archive, which the package holds next to the worker's script. */
import type { Request, Response } from "protocol";

export default function init(source: { module_or_path: string }): Promise<unknown>;

/** What the worker's script does for a task. */
export interface Clerk {
  request(request: Request): Promise<Response>;
  told(done: number): void;
  /** Bytes of the chosen file; none after its end. */
  read(from: number, length: number): Uint8Array;
  write(bytes: Uint8Array<ArrayBuffer>): void;
  uuid(): string;
  now(): string;
}

export function run(task: unknown, clerk: Clerk): Promise<unknown>;
