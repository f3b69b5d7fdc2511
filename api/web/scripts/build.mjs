// Builds src/ into dist/, which is committed and embedded by web.go.
// The same sources give the same bytes: versions are pinned, names are content hashes, nothing holds a date or a path.
import { build } from "esbuild";
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { root, shared } from "./bundle.mjs";

const dist = join(root, "dist");
await rm(dist, { recursive: true, force: true });

const result = await build({
  ...shared,
  entryPoints: { main: "src/main.tsx" },
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  splitting: true,
  minify: true,
  legalComments: "none", // licenses.txt names every part with its licence
  metafile: true,
});

const outputs = Object.entries(result.metafile.outputs);
const [script, { cssBundle }] = outputs.find(([, o]) => o.entryPoint === "src/main.tsx");
const asset = (path) => "/assets/" + basename(path);
const page = (await readFile(join(root, "src/index.html"), "utf8"))
  .replace("{{script}}", asset(script))
  .replace("{{style}}", asset(cssBundle));
await writeFile(join(dist, "index.html"), page);
await writeFile(join(dist, "licenses.txt"), await licences(Object.keys(result.metafile.inputs)));

for (const [path, { bytes }] of outputs) console.log(String(bytes).padStart(8), path);

/** The licence texts of every package of which something ends in the bundle. */
async function licences(inputs) {
  const packages = new Set(inputs.map((p) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(p)?.[1]).filter(Boolean));
  const parts = ["The workbench contains the following software and fonts.\n"];
  for (const name of [...packages].sort()) {
    const dir = join(root, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(dir, "package.json"), "utf8"));
    parts.push(`\n${"=".repeat(80)}\n${name} ${version} (${license})\n\n${await licenceText(dir)}\n`);
  }
  return parts.join("");
}

async function licenceText(dir) {
  for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENCE"]) {
    const text = await readFile(join(dir, name), "utf8").catch(() => undefined);
    if (text) return text.trim().replaceAll("\r\n", "\n");
  }
  return "(the package names its licence only by its identifier)";
}
