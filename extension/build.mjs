/**
 * Writes all of the package that comes from this folder, and the site of `../www`: `node build.mjs DIRECTORY SITE`.
 *
 * The wasm glue (`engine.js`, `archive.js`, and one for each wasm of pages) is another's and stays an import of its own. The same files serve every
 * browser; manifests are made elsewhere.
 */
import { build, transform } from "esbuild";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
if (!process.argv[3]) throw new Error("usage: node build.mjs DIRECTORY SITE");
const [out, site] = process.argv.slice(2).map((path) => resolve(path));
process.chdir(here);
await mkdir(out, { recursive: true });

const banner = { js: "/*! Postil | MIT OR Apache-2.0 */" };
const minifyCss = async (source) => (await transform(source, { loader: "css", minify: true, legalComments: "none" })).code;

const glue = {
  name: "glue",
  setup(context) {
    context.onResolve({ filter: /\/(engine|pages|panel|options|editor|archive)\.js$/ }, ({ path }) => ({ path: `./${basename(path)}`, external: true }));
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
  /^(bubble|decided|deselect|element|elementAt|finding|furnish|hits|looking|made|met|mirror|names|near|node|owner|painter|pieces?|place[ds]?|prepare|ranges|refresh|reread|rested|result|root|seen|settled|slots|space|surface|under|visible|watcher|wrong)$/;

const common = { absWorkingDir: here, bundle: true, minify: true, target: "es2023", charset: "utf8", legalComments: "none", banner, logLevel: "warning" };
await Promise.all([
  build({ ...common, entryPoints: { background: "background/main.ts" }, outdir: out, format: "esm", plugins: [glue] }),
  build({ ...common, entryPoints: { host: "pages/host.ts", archivist: "pages/archivist.ts", worker: "../www/worker.ts" }, outdir: out, format: "esm", plugins: [glue] }),
]);

// One after the other: what the content script and its overlay say to each other needs the same names in both.
let mangleCache = {};
for (const [name, entry] of Object.entries({ content: "main", overlay: "overlay", quiet: "quiet", mirror: "mirror", region: "region", care: "care", early: "early", teach: "teach" })) {
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

// The site is its folder as it stands, but for the scripts, with what the workbench shares with our other pages.
await cp("../www", site, { recursive: true, filter: (path) => !path.endsWith(".ts") });
await build({ ...common, entryPoints: { workbench: "../www/workbench.ts", worker: "../www/worker.ts" }, outdir: site, format: "esm", plugins: [glue] });
for (const shared of ["pages.css", "_locales"]) await cp(join(out, shared), join(site, shared), { recursive: true });
