/**
 * Writes all of the package that comes from this folder: `node build.mjs DIRECTORY`.
 *
 * The wasm glue (`engine.js`, `pages.js`) is another's and stays an import of its own. The same files serve every
 * browser; manifests are made elsewhere.
 */
import { build, transform } from "esbuild";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
if (!process.argv[2]) throw new Error("usage: node build.mjs DIRECTORY");
const out = resolve(process.argv[2]);
process.chdir(here);
await mkdir(out, { recursive: true });

const banner = { js: "/*! Postil | MIT OR Apache-2.0 */" };
const minifyCss = async (source) => (await transform(source, { loader: "css", minify: true, legalComments: "none" })).code;

const glue = {
  name: "glue",
  setup(context) {
    context.onResolve({ filter: /^\.\/(engine|pages)\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** A style sheet of the overlay is a text in it. */
const styles = {
  name: "styles",
  setup(context) {
    context.onLoad({ filter: /\.css$/ }, async ({ path }) => ({ loader: "text", contents: await minifyCss(await readFile(path, "utf8")) }));
  },
};

/** Names of the content scripts' own, which neither a message nor the page knows. */
const INNER =
  /^(bubble|decided|deselect|element|elementAt|finding|furnish|hits|looking|met|names|near|node|owner|painter|pieces?|place[ds]?|prepare|ranges|refresh|reread|rested|result|root|seen|settled|slots|space|surface|under|visible|watcher|wrong)$/;

const common = { absWorkingDir: here, bundle: true, minify: true, target: "es2023", charset: "utf8", legalComments: "none", banner, logLevel: "warning" };
await Promise.all([
  build({ ...common, entryPoints: { background: "background/main.ts" }, outdir: out, format: "esm", plugins: [glue] }),
  build({ ...common, entryPoints: { host: "pages/host.ts" }, outdir: out, format: "esm", plugins: [glue] }),
]);

// One after the other: what the content script and its overlay say to each other needs the same names in both.
let mangleCache = {};
for (const [name, entry] of Object.entries({ content: "main", overlay: "overlay", quiet: "quiet" })) {
  const scripts = { entryPoints: { [name]: `content/${entry}.ts` }, outdir: out, format: "iife", plugins: [styles] };
  ({ mangleCache } = await build({ ...common, ...scripts, mangleProps: INNER, mangleCache }));
}

/** One highlight for each colour of the palette, in both schemes and in forced colours. */
const palette = JSON.parse(await readFile("content/palette.json", "utf8"));
const rules = palette.flatMap(({ light, dark }, index) => {
  const name = `::highlight(h${index + 1})`;
  return [
    `${name}{background-color:${light}40;text-decoration:underline dotted 2px ${light}}`,
    `@media (prefers-color-scheme:dark){${name}{background-color:${dark}4d;text-decoration-color:${dark}}}`,
    `@media (forced-colors:active){${name}{background-color:Mark;color:MarkText;text-decoration-color:MarkText}}`,
  ];
});
await writeFile(join(out, "content.css"), await minifyCss(rules.join("") + (await readFile("content/content.css", "utf8"))));

const sheets = (await readdir("pages")).filter((name) => name.endsWith(".css")).sort();
const css = await Promise.all(sheets.map((name) => readFile(join("pages", name), "utf8")));
await writeFile(join(out, "pages.css"), await minifyCss(css.join("\n")));

for (const page of await readdir("pages")) if (page.endsWith(".html")) await cp(join("pages", page), join(out, page));
await cp("_locales", join(out, "_locales"), { recursive: true });
await cp("icons", join(out, "icons"), { recursive: true, filter: (path) => !path.endsWith(".svg") });
