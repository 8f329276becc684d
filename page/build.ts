import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../config/root.ts";

/** The page without its data, built from this folder. */
export interface BuiltPage {
  /** Content by name: html, script, style. */
  files: Record<string, string>;
  /** Paths of the sources, relative to the checkout. */
  sources: string[];
}

/** Builds the page in about 0.1 s. The same sources give the same bytes. */
export async function buildPage(): Promise<BuiltPage> {
  // Imported here, because few commands need it.
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: root,
    entryPoints: { page: "page/main.ts" },
    outdir: "page",
    bundle: true,
    minify: true,
    platform: "browser",
    target: ["chrome109", "firefox115", "safari16"],
    format: "iife",
    legalComments: "inline",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const built = result.outputFiles.map(({ path, text }): [string, string] => [path.endsWith(".css") ? "page.css" : "page.js", text]);
  const html = "page/index.html";
  return {
    files: {
      "index.html": await readFile(join(root, html), "utf8"),
      ...Object.fromEntries(built),
      // Makes GitHub Pages serve the files unchanged.
      ".nojekyll": "",
    },
    sources: [html, "page/build.ts", ...Object.keys(result.metafile.inputs)],
  };
}
