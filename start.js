// The Pulumi program of this checkout and of the package.
import { existsSync } from "node:fs";
import { requireSupportedNode } from "./tools/supported-node.js";

requireSupportedNode();
// Pulumi sets up source maps for every stack trace it keeps: positions are right without, as types are only blanked out.
Error.prepareStackTrace = undefined;
const isCheckout = existsSync(new URL("index.ts", import.meta.url));
export const { servers } = await import(isCheckout ? "./index.ts" : "./dist/index.js");
