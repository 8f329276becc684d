import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { writeAtomically } from "../system/atomic.ts";

/** Added to an installed program's path: V8's code of it, as compiled by this host's Node. */
export const codeEnding = ".code";

/** Bytes of the SHA-256 of program and code, before the code. V8 itself checks its version and the program's length, and crashes on damaged code. */
export const digestBytes = 32;

/** The program that runs, as `self-starting.ts` started it. */
interface Started {
  /** Its source. */
  program: string;
  script: Script;
  /** Its path, without symlinks. */
  file: string;
}

/**
 * Writes the compiled code of the program that runs, with every function that it called so far, beside an installed copy of it.
 * Writes nothing for a program that was not started from a bundle.
 */
export async function writeCode(installed: string): Promise<void> {
  const started = startedProgram();
  if (!started) return;
  const code = started.script.createCachedData();
  const digest = createHash("sha256").update(started.program).update(code).digest();
  await writeAtomically(`${installed}${codeEnding}`, Buffer.concat([digest, code]));
}

/** The same where the installed program itself runs, and had no code that this host's Node accepts: it was upgraded, say. */
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
