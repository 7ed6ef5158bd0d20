/**
 * Lints a built package: `node lint.mjs DIRECTORY`. Fails on every error and warning but those named here.
 *
 * The linter knows Firefox alone. What it misses in Chromium's package is what only Firefox asks for; what it finds
 * unknown there is what only Chromium has.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const directory = process.argv[2];
if (!directory) throw new Error("usage: node lint.mjs DIRECTORY");

const chromium = !("browser_specific_settings" in JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")));
const expected = [
  // Asked for only where it exists.
  ({ code, message }) => code === "UNSUPPORTED_API" && message.startsWith("sidePanel."),
  ({ code }) =>
    chromium && ["ADDON_ID_REQUIRED", "BACKGROUND_SERVICE_WORKER_NOFALLBACK", "MISSING_DATA_COLLECTION_PERMISSIONS"].includes(code),
  ({ code, message }) => chromium && code === "MANIFEST_PERMISSIONS" && message.includes('"sidePanel"'),
];

const webExt = fileURLToPath(new URL("node_modules/.bin/web-ext", import.meta.url));
const run = spawnSync(webExt, ["lint", "--self-hosted", "--output=json", `--source-dir=${directory}`], { encoding: "utf8" });
if (!run.stdout) throw new Error(run.stderr || String(run.error));
const { errors, warnings } = JSON.parse(run.stdout);
const unexpected = [...errors, ...warnings].filter((finding) => !expected.some((is) => is(finding)));
for (const { code, message, file, line } of unexpected) console.error(`${file ?? "manifest.json"}:${line ?? 1}: ${code}: ${message}`);
process.exitCode = unexpected.length > 0 ? 1 : 0;
