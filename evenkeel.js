#!/usr/bin/env node
// The admin's commands: `npx evenkeel COMMAND` with the package, `npm run COMMAND` in a checkout.
import { existsSync } from "node:fs";
import { requireSupportedNode } from "./tools/supported-node.js";

requireSupportedNode();
const isCheckout = existsSync(new URL("provision/main.ts", import.meta.url));
const { main } = await import(isCheckout ? "./provision/main.ts" : "./dist/main.js");
process.exitCode = await main(process.argv.slice(2));
