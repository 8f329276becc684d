// Builds the package's JavaScript in dist/, for `npm pack`. Node does not strip types below node_modules.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { bundle, shippedBundle } from "../provision/program/bundle.ts";
import { bundleStandIn, shippedStandIn } from "./offline/install-command-plugin.ts";
import { root } from "../config/root.ts";
import { oldestNode } from "../provision/engine/pulumi-home.ts";

/** Constants that identify programs of the package. */
const constants = { evenkeelPackaged: "true" };
const outdir = join(root, "dist");

await rm(outdir, { recursive: true, force: true });
// Dependencies are external: npm installs them with the package.
await build({
  absWorkingDir: root,
  entryPoints: { index: "index.ts", main: "provision/main.ts" },
  outdir,
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  target: oldestNode(),
  format: "esm",
  define: constants,
  logLevel: "warning",
});
await writeFile(join(root, shippedBundle), (await bundle(constants)).content);
await writeFile(join(root, shippedStandIn), await bundleStandIn());
