// Builds the page into ../dist: one script, one style sheet, one document.
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";

const out = "../dist";
await mkdir(out, { recursive: true });
await build({
  entryPoints: { app: "src/main.ts", style: "src/style.css" },
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  outdir: out,
  legalComments: "linked",
  logLevel: "warning",
});
for (const f of ["index.html", "icon.svg"]) await copyFile(`src/${f}`, `${out}/${f}`);
