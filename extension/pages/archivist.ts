/**
 * The archive in a worker of a page: it carries out one task and is ended with it.
 *
 * Invariants: what is written leaves for the browser's own store of blobs piece by piece; the chosen file is read piece by piece.
 * Must not touch: the meaning of a task, and of what is asked of the service.
 */
import type { Request, Response } from "protocol";
import init, { run, type Clerk } from "./archive.js";
import type { Asked, Said } from "./task";

/** Of workers alone. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const reader = new FileReaderSync();
const parts: Blob[] = [];
const waiting = new Map<number, (response: Response) => void>();
let last = 0;

const say = (said: Said): void => { postMessage(said); };

const clerk = (file: File | null): Clerk => ({
  request: (request: Request) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      say({ id: last, request });
    }),
  told: (done) => { say({ done }); },
  read: (from, length) => (file ? new Uint8Array(reader.readAsArrayBuffer(file.slice(from, from + length))) : new Uint8Array()),
  write: (bytes) => { parts.push(new Blob([bytes])); },
  uuid: () => crypto.randomUUID(),
  now: () => new Date().toISOString(),
});

async function carryOut(task: unknown, file: File | null): Promise<Said> {
  await init({ module_or_path: new URL("archive_bg.wasm", location.href).href });
  return { outcome: await run(task, clerk(file)), file: new Blob(parts) };
}

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  if ("response" in data) {
    waiting.get(data.id)?.(data.response);
    waiting.delete(data.id);
    return;
  }
  void carryOut(data.task, data.file)
    .catch((error: unknown): Said => ({ broken: error instanceof Error ? error.message : String(error) }))
    .then(say);
});
