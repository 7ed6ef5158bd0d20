/** What sites write into the alternative text of images is left out, and what is said in it stays. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";

const { build } = createRequire(new URL("../../extension/package.json", import.meta.url))("esbuild");
const source = new URL("../../extension/content/text.ts", import.meta.url).pathname;
const { outputFiles } = await build({ entryPoints: [source], bundle: true, write: false, format: "esm" });
const { alternative, leaveOut } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
const { sites } = JSON.parse(await readFile(new URL("../../extension/adapters.json", import.meta.url), "utf8"));

/** Site, what an image says, and what of it is read. Written by us after the form that the sites give it. */
const SAID = [
  ["instagram", "Photo by Salt Bakery on May 05, 2026. May be an image of 2 people, beard and bread.", ""],
  ["instagram", "Photo shared by Salt Bakery on May 05, 2026 tagging @tea_house. May be an image of text.", ""],
  ["instagram", "Photo by Salt on May 5, 2026. May be a meme of text that says 'TWO LOAVES. ONE OVEN.'.", "'TWO LOAVES. ONE OVEN.'."],
  ["instagram", "May be an image of 1 person and text that says “two loaves”.", "“two loaves”."],
  ["instagram", "May be a cartoon of a loaf.", ""],
  ["instagram", "No photo description available.", ""],
  ["instagram", "salt_bakery's profile picture", ""],
  ["instagram", "Two loaves on a board, maybe three.", "Two loaves on a board, maybe three."],
  ["x", "Image", ""],
  ["x", "Image of a loaf on a board", "Image of a loaf on a board"],
  ["reddit", "r/baking - Two loaves", "Two loaves"],
  ["telegram", "May be an image of bread", "May be an image of bread"],
];

test("a site's own words about images are left out", () => {
  for (const [id, alt, read] of SAID) {
    leaveOut(sites.find((site) => site.id === id).alternative);
    assert.equal(alternative({ alt }), read, `${id}: ${alt}`);
  }
});

test("no description takes long", () => {
  leaveOut(sites.flatMap(({ alternative }) => alternative));
  for (const part of ["May be a ", "Photo by a on ", "Photo by a on a 2026 tagging ", "a'", "r/a - "]) {
    assert.ok(alternative({ alt: part.repeat(100_000) }).length <= 2000, part);
  }
});
