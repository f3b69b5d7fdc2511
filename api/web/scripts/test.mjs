// Bundles every test/*.test.ts and runs it with Node's own test runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { root, shared } from "./bundle.mjs";

const out = join(root, ".build/test");
await rm(out, { recursive: true, force: true });
const tests = (await readdir(join(root, "test"))).filter((f) => f.endsWith(".test.ts")).sort();
await build({
  ...shared,
  entryPoints: tests.map((f) => "test/" + f),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  platform: "node",
});
const files = tests.map((f) => join(out, f.replace(/\.ts$/, ".mjs")));
process.exit(spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1);
