/**
 * Tasks of the archive as a page has them carried out, one at a time: each in a worker of its own, whose memory goes with it.
 *
 * Must not touch: what a task is, and what comes of it; both ends are Rust.
 */
import type { Request, Response } from "protocol";

/** What a worker hears. */
export type Asked = { task: unknown; file: File | null } | { id: number; response: Response };

/** What it says. */
export type Said = { id: number; request: Request } | { done: number } | { outcome: unknown; file: Blob } | { broken: string };

/** What came of a task; `null` if it was stopped. */
export type Done = { outcome: unknown; file: Blob } | null;

let stop = (): void => undefined;

/** Ends the task that is under way. */
export const stopTask = (): void => { stop(); };

export function carryOut(task: unknown, file: File | null, request: (request: Request) => Promise<Response>, told: (done: number) => void): Promise<Done> {
  const worker = new Worker("archivist.js", { type: "module" });
  const say = (asked: Asked): void => { worker.postMessage(asked); };
  const answer = async (asked: Request): Promise<Response> =>
    request(asked).catch((error: unknown) => ({ type: "failed", failure: { kind: "storage", message: error instanceof Error ? error.message : String(error) } }));
  return new Promise<Done>((resolve, reject) => {
    stop = () => { resolve(null); };
    worker.onerror = ({ message }) => { reject(new Error(message || "The archive did not start.")); };
    worker.onmessage = ({ data }: MessageEvent<Said>) => {
      if ("request" in data) void answer(data.request).then((response) => { say({ id: data.id, response }); });
      else if ("done" in data) told(data.done);
      else if ("broken" in data) reject(new Error(data.broken));
      else resolve(data);
    };
    say({ task, file });
  }).finally(() => { worker.terminate(); });
}
