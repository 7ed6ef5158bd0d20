/**
 * Work in slices: at most `SLICE` milliseconds of the page's main thread at a time.
 *
 * Invariants: nothing is scheduled while there is no work.
 */

/** Half of what one task of ours may take, so that a step that runs over still keeps within it. */
const SLICE = 4;

/** Lets the page run. Every browser that the manifest admits has the scheduler. */
export function rest(): Promise<void> {
  return scheduler.postTask(() => undefined);
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
