/* Builds the browser's side of Xiuhua into xiuhua/doors/frame/static/xh/.

   Every file is named by its content, so that a browser may keep it for ever; manifest.json maps the
   names that templates use to the names on disk, and holds the digest of the sources it was built from.
   Run it by hand with `node build.mjs`; `pip install .` and `uv sync` run it through hatch_build.py. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "xiuhua", "doors", "frame", "static", "xh");
const target = ["chrome87", "safari15"];
const files = {}; // name in templates → name on disk
const parts = {}; // name → chunks loaded with it
const later = {}; // name → chunks loaded when needed

const common = {
  absWorkingDir: here, bundle: true, minify: true, target, legalComments: "none", charset: "utf8", metafile: true,
  outdir: out, entryNames: "[name]-[hash]", chunkNames: "part-[hash]", assetNames: "[name]-[hash]", logLevel: "warning",
};

/** Sources as one digest: the same rule as `source_digest` in hatch_build.py. */
function sourceDigest() {
  const listed = ["build.mjs", "package.json", "package-lock.json", "tsconfig.json"];
  const walk = (folder) => readdirSync(join(here, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]);
  const digest = createHash("sha256");
  for (const path of [...listed, ...walk("src")].sort()) {
    digest.update(path).update("\0").update(readFileSync(join(here, path))).update("\0");
  }
  return digest.digest("hex");
}

function keep(result) {
  for (const [path, made] of Object.entries(result.metafile.outputs)) {
    if (!made.entryPoint || basename(path).startsWith("part-")) continue;
    const name = basename(path).replace(/-[A-Z0-9]{8}(?=\.)/, "");
    files[name] = basename(path);
    parts[name] = reached(result.metafile.outputs, path, "import-statement");
    later[name] = reached(result.metafile.outputs, path, "dynamic-import").filter((part) => !parts[name].includes(part));
  }
}

/** The chunks that a file needs at once, or those that it fetches later. */
function reached(outputs, path, kind, seen = new Set()) {
  for (const { path: next, kind: how, external } of outputs[path].imports) {
    const wanted = how === kind || how === "import-statement";
    if (external || !wanted || seen.has(next)) continue;
    seen.add(next);
    reached(outputs, next, kind, seen);
  }
  return [...seen].map((part) => basename(part));
}

function write(name, text) {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  const kept = `${basename(name, extname(name))}-${digest}${extname(name)}`;
  writeFileSync(join(out, kept), text);
  files[name] = kept;
}

/** One sprite of the icons in src/icons.txt: outline by default, `name!` for the filled one. */
function sprite() {
  const names = readFileSync(join(here, "src/icons.txt"), "utf8").split(/\s+/).filter(Boolean);
  const symbols = names.map((name) => {
    const filled = name.endsWith("!");
    const plain = name.replace("!", "");
    const path = join(here, "node_modules/@tabler/icons/icons", filled ? "filled" : "outline", `${plain}.svg`);
    const inside = readFileSync(path, "utf8").replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
    const paint = filled ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
    const id = filled ? `${plain}-filled` : plain;
    return `<symbol id="${id}" viewBox="0 0 24 24" ${paint}>${inside.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  write("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
  return names.map((name) => (name.endsWith("!") ? `${name.slice(0, -1)}-filled` : name));
}

function weigh() {
  for (const [name, kept] of Object.entries(files).sort()) {
    const all = [kept, ...(parts[name] ?? [])];
    const bytes = all.reduce((sum, one) => sum + gzipSync(readFileSync(join(out, one)), { level: 9 }).length, 0);
    console.log(`  ${name.padEnd(16)} ${(bytes / 1024).toFixed(1).padStart(7)} kB gz`);
  }
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

keep(await esbuild.build({ ...common, entryPoints: ["src/xiuhua.css", "src/map.css"] }));
// The worker is an entry of its own; `inject` puts what old browsers lack before it.
keep(await esbuild.build({
  ...common, entryPoints: { "map-worker": "maplibre-gl/dist/maplibre-gl-worker.mjs" }, format: "esm", inject: ["src/old.ts"],
}));
keep(await esbuild.build({
  ...common, entryPoints: ["src/too-old.js", "src/sw.ts"], format: "iife",
}));
const { "map-worker.js": worker, "map.css": mapCss } = files;
keep(await esbuild.build({
  ...common, format: "esm", splitting: true,
  entryPoints: ["src/desk.ts", "src/phone.ts", "src/public.ts"],
  define: { MAP_WORKER: JSON.stringify(worker), MAP_CSS: JSON.stringify(mapCss) },
}));
const icons = sprite();
write("mark.svg", readFileSync(join(here, "src/mark.svg"), "utf8"));
// Addresses in a web manifest are relative to it, so that it works under any path prefix.
write("phone.webmanifest", readFileSync(join(here, "src/phone.webmanifest"), "utf8").replace("MARK", files["mark.svg"]));

writeFileSync(join(out, "manifest.json"), JSON.stringify({ digest: sourceDigest(), files, parts, later, icons }, null, 1));
console.log(`front end: ${Object.keys(files).length} files in xiuhua/doors/frame/static/xh`);
weigh();
