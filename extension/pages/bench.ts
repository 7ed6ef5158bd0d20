/**
 * An engine in a worker of a page, which hears the same requests as the extension's background and keeps nothing beyond the page.
 *
 * Invariants: a worker that cannot go on fails everything it was asked; the next request starts another, with what was stored.
 * Must not touch: what is asked.
 */
import type { Event, Request, Response } from "protocol";

export interface Asked {
  id: number;
  request: Request;
  /** What is stored, for a worker that has just started. */
  before: object;
}

export type Said = { id: number; response: Response } | { event: Event } | { kept: object } | { broken: string };

/** Gives the way to ask; what is said unasked goes to `hear`. */
export function bench(hear: (event: Event) => void): (request: Request) => Promise<Response> {
  let worker: Worker | null = null;
  let last = 0;
  /** What workers have stored: what was switched on stays so when one dies. */
  const kept = {};
  const waiting = new Map<number, (response: Response) => void>();

  function broken(which: Worker, message: string): void {
    if (worker !== which) return;
    which.terminate();
    worker = null;
    for (const resolve of waiting.values()) resolve({ type: "failed", failure: { kind: "storage", message } });
    waiting.clear();
  }

  function engine(): Worker {
    if (worker) return worker;
    const started = new Worker(new URL("worker.js", document.baseURI).href, { type: "module" });
    started.onmessage = ({ data }: MessageEvent<Said>) => {
      if ("event" in data) hear(data.event);
      else if ("kept" in data) Object.assign(kept, data.kept);
      else if ("broken" in data) broken(started, data.broken);
      else {
        waiting.get(data.id)?.(data.response);
        waiting.delete(data.id);
      }
    };
    started.onerror = ({ message }) => { broken(started, message || "The engine's worker did not start."); };
    return (worker = started);
  }

  return (request) =>
    new Promise((resolve) => {
      const asked: Asked = { id: ++last, request, before: kept };
      waiting.set(asked.id, resolve);
      engine().postMessage(asked);
    });
}
