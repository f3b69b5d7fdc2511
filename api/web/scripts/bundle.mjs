// What every build of the workbench has in common: how styles, icons and fonts are found.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the workbench, the one with package.json. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

// dkfds ships one style sheet. We bring our own subset of its fonts, draw icons as inline SVG
// (so that they take the text's colour) and show no logo: those rules would only be weight.
const unwanted = [
  /@font-face\s*\{[^}]*\}/g,
  /\.icon-[a-z0-9-]+:not\(a\)\s*\{[^}]*\}/g,
  /background-image:\s*url\("[^"]*\.png"\);/g,
];

const dkfdsStyles = {
  name: "dkfds-styles",
  setup(build) {
    build.onLoad({ filter: /dkfds[\\/]dist[\\/]css[\\/]dkfds\.css$/ }, async ({ path }) => {
      let css = await readFile(path, "utf8");
      for (const rule of unwanted) css = css.replace(rule, "");
      return { contents: css, loader: "css" };
    });
  },
};

// An icon a style sheet points at becomes a data URL; an icon imported by code becomes its text.
const icons = {
  name: "icons",
  setup(build) {
    build.onLoad({ filter: /\.svg$/ }, async ({ path, suffix }) => ({
      contents: await readFile(path),
      loader: suffix === "?text" ? "text" : "dataurl",
    }));
  },
};

/** esbuild options shared by the shipped bundle, the unit tests and the stories. */
export const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  plugins: [dkfdsStyles, icons],
  loader: { ".woff2": "file" },
  logLevel: "warning",
};

/** Starts the server of the stories; it answers until the process ends. */
export async function startStories(port = 0) {
  const outfile = join(root, ".build/stories.mjs");
  await build({ ...shared, entryPoints: ["stories/server.ts"], outfile, platform: "node" });
  const { start } = await import(outfile);
  return start(root, port);
}
