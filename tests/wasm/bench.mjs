/**
 * The stages of the pipeline in wasm, in megabytes a second: the best of several runs, with the count that each must give.
 */

import assert from "node:assert/strict";
import { built, load } from "./engine.mjs";

const RUNS = 15;

const start = performance.now();
const { Bench, bench_fold } = await load("bench", "engine");
const loaded = performance.now();
const codebooks = await built("bench/codebooks.bin");
const grown = await built("bench/codebooks-2000.bin");
new Bench(codebooks).free();
const ready = performance.now();

const text = (await built("bench/prose.txt")).toString();
const units = text.split("\n\n");
const megabytes = Buffer.byteLength(text) / 1e6;

function measure(name, work) {
  const expected = work();
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    assert.equal(work(), expected);
    best = Math.min(best, performance.now() - start);
  }
  console.log(`${name.padEnd(40)} ${((megabytes / best) * 1000).toFixed(1).padStart(8)} MB/s   count ${expected}`);
}

console.log(`wasm in Node ${process.version}, ${megabytes.toFixed(1)} MB of text in ${units.length} units`);
console.log(`wasm compiled in ${(loaded - start).toFixed(1)} ms; codebooks loaded, automaton ready in ${(ready - loaded).toFixed(1)} ms`);
measure("fold", () => bench_fold(text));
const bench = new Bench(codebooks);
const large = new Bench(grown);
measure("fold and match", () => bench.matches(text));
measure("fold and match, 2,000 terms added", () => large.matches(text));
measure("whole pipeline, unit by unit", () => units.reduce((sum, unit) => sum + bench.read(unit), 0));
