import { paths } from "../../config/paths.ts";
import { codeEnding, digestBytes } from "../../runner/resources/compiled-code.ts";

/**
 * Returns a CommonJS program as a file that compiles and runs it. Node reads the program as one string, in a tenth of the time for parsing
 * its functions. An installed program starts from compiled code in the same folder, if present (`runner/resources/compiled-code.ts`).
 *
 * Compiled code is loaded only from the folder of installed bundles, which only root can write. The copies in the login's home and on
 * standard input are compiled each time.
 * @param installed the folder of installed bundles.
 */
export function selfStarting(program: string, installed: string = paths.bundles): string {
  const wrapped = `(function (exports, require, module, __filename, __dirname) { ${inAscii(program)}\n})`;
  return `#!/usr/bin/env node
const program = ${JSON.stringify(wrapped)};
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");

function readCode() {
  if (!__filename.startsWith(${JSON.stringify(`${installed}/`)})) return undefined;
  try {
    const file = readFileSync(__filename + ${JSON.stringify(codeEnding)});
    const code = file.subarray(${digestBytes});
    const digest = createHash("sha256").update(program).update(code).digest();
    return digest.equals(file.subarray(0, ${digestBytes})) ? code : undefined;
  } catch {
    return undefined;
  }
}

const script = new Script(program, { filename: __filename, cachedData: readCode() });
globalThis.evenkeelStarted = { program, script, file: __filename };
script.runInThisContext()(exports, require, module, __filename, __dirname);
`;
}

/** Escapes the few characters outside ASCII that esbuild leaves in regular expressions. One of them doubles the size of the string in V8. */
function inAscii(program: string): string {
  return program.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
