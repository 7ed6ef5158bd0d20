/** What a project reads where permissions cover each other. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const { build } = createRequire(new URL("../../extension/package.json", import.meta.url))("esbuild");
const source = new URL("../../extension/content/pattern.ts", import.meta.url).pathname;
const { outputFiles } = await build({ entryPoints: [source], bundle: true, write: false, format: "esm" });
const { covers, excluded, leavesAlone, reads } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

/** https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/Match_patterns, for patterns of whole sites. */
const COVERED = [
  ["https://a.example/*", "https://a.example", true],
  ["https://a.example/*", "https://a.example:8443", true],
  ["https://a.example/*", "http://a.example", false],
  ["https://a.example/*", "https://b.a.example", false],
  ["https://a.example/*", "https://a.example.b", false],
  ["*://a.example/*", "http://a.example", true],
  ["*://a.example/*", "file:///a.example", false],
  ["https://*.a.example/*", "https://a.example", true],
  ["https://*.a.example/*", "https://b.a.example", true],
  ["https://*.a.example/*", "https://ba.example", false],
  ["*://*/*", "https://a.example", true],
  ["*://*/*", "file:///home/a.html", false],
  ["file:///*", "file:///home/a.html", true],
  ["<all_urls>", "file:///home/a.html", true],
  ["http://[::1]/*", "http://[::1]:8000", true],
  // All of what another covers.
  ["*://*/*", "https://*.a.example/*", true],
  ["*://*/*", "*://*/*", true],
  ["*://*/*", "<all_urls>", false],
  ["https://*.a.example/*", "https://b.a.example/*", true],
  ["https://b.a.example/*", "https://*.a.example/*", false],
  ["https://a.example/*", "*://a.example/*", false],
];

test("a pattern covers what the browser says it does", () => {
  for (const [pattern, address, is] of COVERED) assert.equal(covers(pattern, address), is, `${pattern} and ${address}`);
});

const [ALL, A, B] = ["*://*/*", "https://a.example/*", "https://b.example/*"];
const [a, b, c] = ["https://a.example", "https://b.example", "https://c.example"];

/** What is on and off; what is kept from wider permissions; what is read, and left alone, of three sites and one unknown. */
const SCOPES = [
  { on: [], off: [], kept: [], read: [], alone: [] },
  { on: [A, B], off: [], kept: [], read: [a, b], alone: [] },
  { on: [A], off: [B], kept: [], read: [a], alone: [b, null] },
  { on: [], off: [A], kept: [], read: [], alone: [a, null] },
  // The narrower one decides.
  { on: [ALL], off: [A], kept: [A], read: [b, c], alone: [a, null] },
  { on: [A], off: [ALL], kept: [], read: [a], alone: [b, c, null] },
  // One within another within a third: what is off is left alone with all that is in it.
  { on: [ALL, A], off: ["https://*.example/*"], kept: ["https://*.example/*"], read: [], alone: [a, b, c, null] },
];

test("a project reads what is on, and leaves alone what is off", () => {
  for (const { on, off, kept, read, alone } of SCOPES) {
    const scope = { on, off };
    const said = JSON.stringify(scope);
    assert.deepEqual(excluded(scope), kept, said);
    assert.deepEqual([a, b, c].filter((address) => reads(scope, address)), read, said);
    assert.deepEqual([a, b, c, null].filter((address) => leavesAlone(scope, address)), alone, said);
  }
});
