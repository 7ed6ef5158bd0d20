/**
 * Work in slices: at most `SLICE` milliseconds of the page's main thread at a time.
 *
 * Invariants: nothing is scheduled while there is no work.
 */

/** Half of what one task of ours may take, so that a step that runs over still keeps within it. */
const SLICE = 4;

let resume: (() => void) | null = null;
const channel = new MessageChannel();
channel.port1.onmessage = () => resume?.();

/** Lets the page run. */
export function rest(): Promise<void> {
  if (globalThis.scheduler?.postTask) return globalThis.scheduler.postTask(() => undefined);
  return new Promise((resolve) => {
    const before = resume;
    resume = () => {
      resume = null;
      before?.();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

/** Runs `work` to its end, or until `stopped` says so. */
export async function drive(work: Generator<void>, stopped: () => boolean): Promise<void> {
  let until = performance.now() + SLICE;
  while (!stopped() && !work.next().done) {
    if (performance.now() < until) continue;
    await rest();
    until = performance.now() + SLICE;
  }
}
