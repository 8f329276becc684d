import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { writeAtomically } from "../system/atomic.ts";

/** Suffix of the file with a program's V8 code cache, compiled by this host's Node. */
export const codeEnding = ".code";

/** Bytes of the SHA-256 of program and code, which precedes the code. V8 checks only its version and the program's length, and crashes on damaged code. */
export const digestBytes = 32;

/** The running program, as `self-starting.ts` started it. */
interface Started {
  /** Its source. */
  program: string;
  script: Script;
  /** Its path, without symlinks. */
  file: string;
}

/**
 * Writes the compiled code of the running program next to an installed copy of it. It includes every function called so far.
 * Writes nothing if the program was not started from a bundle.
 */
export async function writeCode(installed: string): Promise<void> {
  const started = startedProgram();
  if (!started) return;
  const code = started.script.createCachedData();
  const digest = createHash("sha256").update(started.program).update(code).digest();
  await writeAtomically(`${installed}${codeEnding}`, Buffer.concat([digest, code]));
}

/** Writes the code if the installed program itself runs and Node rejected its code, for instance after an upgrade of Node. */
export async function renewCode(installed: string): Promise<void> {
  const started = startedProgram();
  if (started?.file === installed && started.script.cachedDataRejected !== false) await writeCode(installed);
}

function startedProgram(): Started | undefined {
  const started: unknown = Reflect.get(globalThis, "evenkeelStarted");
  return isStarted(started) ? started : undefined;
}

function isStarted(value: unknown): value is Started {
  return typeof value === "object" && value !== null && "script" in value && value.script instanceof Script;
}
