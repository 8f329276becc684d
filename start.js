// The Pulumi program of this checkout and of the package.
import { existsSync } from "node:fs";
import { requireSupportedNode } from "./tools/supported-node.js";

requireSupportedNode();
// Disables Pulumi's source maps for stack traces. Positions are right without them, as types are only replaced by blanks.
Error.prepareStackTrace = undefined;
const isCheckout = existsSync(new URL("index.ts", import.meta.url));
export const { servers } = await import(isCheckout ? "./index.ts" : "./dist/index.js");
