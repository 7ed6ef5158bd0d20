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

/**
 * Runs `work` to its end, or until `stopped` says so. Not at once: who calls may stand in the middle of the page's own
 * work, and asking for a style there would make the browser work it out twice.
 */
export async function drive(work: Generator<void>, stopped: () => boolean): Promise<void> {
  for (let until = 0; !stopped(); ) {
    if (performance.now() >= until) {
      await rest();
      until = performance.now() + SLICE;
    } else if (work.next().done) {
      return;
    }
  }
}
