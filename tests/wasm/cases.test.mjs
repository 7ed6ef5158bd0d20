/**
 * The TOML cases through the engine that ships.
 *
 * The expectations are the ones of the native tests; what is asserted of them is what crosses to JavaScript.
 */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { built, load, memory } from "./engine.mjs";

const { Background } = await load("dist/chromium", "engine");
const cases = JSON.parse(await built("cases.json"));
const codebooks = await built("dist/chromium/codebooks.bin");
const model = await built("dist/chromium/model.bin");
const files = { open: (id) => built(`dist/chromium/codebooks/${id}.bin`) };
const page = { url: "https://site.example/page", title: "A page" };

async function ask(background, request) {
  const { response } = await background.handle(request);
  assert.notEqual(response.type, "failed", JSON.stringify(response));
  return response;
}

/** A text's reading under the first codebook. */
async function read(background, text) {
  const { readings } = await ask(background, { type: "read", page, units: [text] });
  assert.equal(readings.length, 1);
  for (const { start, end, matched } of readings[0].results[0].findings) {
    assert.equal(text.slice(start, end).toWellFormed(), matched, "a finding's offsets are its words");
  }
  return readings[0].results[0];
}

/** No model: the cases hold the evidence to what it says by itself. */
const none = new Uint8Array();
const own = (bytes) => Background.start(Uint8Array.from(bytes), none, files, memory(), memory());

test("fold", async (suite) => {
  for (const { name, text, folded, codebook } of cases.fold.case) {
    await suite.test(name, async () => {
      const { findings } = await read(own(codebook), text);
      assert.ok(findings.length > 0, `${JSON.stringify(folded)} is not found in ${JSON.stringify(text)}`);
    });
  }
});

test("matching", async (suite) => {
  for (const { name, text, found, at, codebook } of cases.matching.case) {
    await suite.test(name, async () => {
      const { findings } = await read(own(codebook), text);
      assert.deepEqual(findings.map((finding) => finding.matched), found);
      if (at) assert.deepEqual(findings.map(({ start }) => [...text.slice(0, start)].length), at);
    });
  }
  await suite.test("after a lone surrogate", async () => {
    const word = cases.matching.case.find((one) => one.name === "whole word");
    const { findings } = await read(own(word.codebook), "\ud800 kuffar \udc00 kuffar");
    assert.deepEqual(findings.map(({ start, end }) => [start, end]), [[2, 8], [11, 17]]);
  });
});

test("judgement", async (suite) => {
  const background = Background.start(codebooks, none, files, memory(), memory());
  for (const { name, group, text, stance, tier, support, codes, targets } of cases.judgement.case) {
    await suite.test(`${group}: ${name}`, async () => {
      const reading = await read(background, text);
      if (stance?.length) assert.ok(stance.includes(reading.stance), reading.stance);
      if (tier) assert.ok(tier[0] <= reading.tier && reading.tier <= tier[1], `tier ${reading.tier}`);
      if (support) assert.equal(reading.support >= 0.5 ? "above" : "below", support);
      const probable = reading.codes.filter((one) => one.probability >= 0.5).map((one) => one.code);
      for (const code of codes ?? []) assert.ok(probable.includes(code), `${code} is not among ${probable}`);
      for (const [target, towards] of Object.entries(targets ?? {})) {
        assert.equal(reading.targets.find((one) => one.target === target)?.stance, towards);
      }
    });
  }
});

test("a decision is stored once, found again and survives the engine", async () => {
  const storage = memory();
  const text = cases.judgement.case.find((one) => one.support === "above").text;
  const { codebook, codes, findings } = await read(Background.start(codebooks, model, files, storage, memory()), text);
  const decision = {
    id: randomUUID(),
    at: new Date().toISOString(),
    page,
    text,
    kind: "post",
    action: "accepted",
    codebook,
    code: findings[0].code,
    span: [findings[0].start, findings[0].end],
    proposed: { probability: codes[0].probability, stance: null, tier: null, support: null },
  };
  const decide = { type: "decide", decision };
  assert.equal((await ask(Background.start(codebooks, model, files, storage, memory()), decide)).id, decision.id);
  await ask(Background.start(codebooks, model, files, storage, memory()), decide);

  const woken = Background.start(codebooks, model, files, storage, memory());
  const { readings } = await ask(woken, { type: "read", page, units: [text, "Another text."] });
  assert.deepEqual(readings[0].marks.map(({ decision, outcome }) => [decision, outcome]), [[decision.id, "exact"]]);
  assert.deepEqual(readings[1].marks, []);
  const { records, next } = await ask(woken, { type: "records", after: null, limit: 10 });
  assert.equal(records.length, 1);
  assert.equal(next, null);
});

test("what is no request is refused, not obeyed", async () => {
  const background = Background.start(codebooks, model, files, memory(), memory());
  for (const request of [null, 1, "read", {}, { type: "read" }, { type: "read", page, units: "text" }]) {
    assert.equal((await background.handle(request)).response.type, "failed");
  }
  assert.throws(() => Background.start(codebooks.subarray(1), model, files, memory(), memory()));
});

test("a codebook that ships switched off is opened once it is switched on", async () => {
  const opened = [];
  const watched = { open: (id) => (opened.push(id), files.open(id)) };
  const background = Background.start(codebooks, model, watched, memory(), memory());
  const { offers } = await ask(background, { type: "codebooks" });
  assert.ok(offers.length > 0);
  const [{ codebook, codes }] = offers;
  const text = "A seizure of heroin.";
  assert.ok(!(await ask(background, { type: "read", page, units: [text] })).readings[0].results.some((it) => it.codebook.id === codebook.id));
  assert.deepEqual(opened, [], "no start opens it");
  const settings = { codebooksOff: [], codebooksOn: [codebook.id], quiet: false };
  await ask(background, { type: "setSettings", settings });
  assert.deepEqual(opened, [codebook.id]);
  const { readings } = await ask(background, { type: "read", page, units: [text] });
  assert.deepEqual(readings[0].results.at(-1).codebook, codebook);
  const card = (await ask(background, { type: "codebooks" })).codebooks.find((one) => one.codebook.id === codebook.id);
  assert.equal(card.codes.length, codes);

  const broken = Background.start(codebooks, model, { open: () => Promise.reject(new Error("not there")) }, memory(), memory());
  const { response } = await broken.handle({ type: "setSettings", settings });
  assert.equal(response.type, "failed");
});
