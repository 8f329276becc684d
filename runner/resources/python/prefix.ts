import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { paths } from "../../../config/paths.ts";
import { UserError } from "../../../config/user-error.ts";
import { asRoot } from "../../system/command.ts";
import { accountToAsk, askPython } from "../../system/isolated-python.ts";
import { withLastLine } from "../../system/last-line.ts";
import { hashOf } from "../resource-type.ts";
import { choosePython, type BuildSpec, type Choice, type PythonSpec } from "./choice.ts";

export const distributionPython = "/usr/bin/python3";

const recordSchema = z.object({ version: z.string() });

/** A Python that was built, complete. */
export interface Built {
  prefix: string;
  version: string;
  interpreter: string;
}

/** Returns the interpreter of a spec on this host; undefined if it is not installed or not built yet. */
export async function interpreterOf(spec: PythonSpec): Promise<string | undefined> {
  const choice = await choiceHere(spec);
  if (choice.from === "distribution") return distributionPython;
  return choice.from === "build" ? (await findBuilt(choice.build))?.interpreter : undefined;
}

/** Returns where the interpreter comes from. @throws UserError where the distribution's Python is there and fails. */
export async function choiceHere(spec: PythonSpec): Promise<Choice> {
  const answer = await answerOf(distributionPython);
  if (answer !== undefined && "failure" in answer) {
    throw new UserError(
      `${distributionPython} does not run: ${answer.failure}`,
      "repair it on the host: apt-get install --reinstall python3-minimal",
    );
  }
  return choosePython(spec, answer?.version);
}

/** `X.Y.Z`, or the last line of an interpreter that fails. */
type Answer = { version: string } | { failure: string };

/** Versions by interpreter file: several resources ask for the same. */
const answers = new Map<string, Promise<Answer>>();

/** Returns `X.Y.Z` of an interpreter; undefined if it is missing or fails. */
export async function versionOf(interpreter: string): Promise<string | undefined> {
  const answer = await answerOf(interpreter);
  return answer !== undefined && "version" in answer ? answer.version : undefined;
}

/** Asks an interpreter for its version; undefined if there is no interpreter. */
async function answerOf(interpreter: string): Promise<Answer | undefined> {
  const file = await stat(interpreter).catch(() => undefined);
  if (!file) return undefined;
  const key = `${interpreter} ${file.ino} ${file.mtimeMs} ${file.size}`;
  const answer = answers.get(key) ?? askVersion(interpreter);
  answers.set(key, answer);
  return answer;
}

/** Lowest exit code by which a shell reports a program that was killed or could not be started. */
const killed = 128;
const tries = 3;
const pauseMilliseconds = 500;

/** Returns what an interpreter answers. @throws UserError where it could not be asked, which tells nothing about it. */
async function askVersion(interpreter: string): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const asked = await askPython(await accountToAsk(), interpreter, "import sys; print(sys.version.split()[0])");
    if (asked.exitCode === 0) return { version: asked.stdout.trim() };
    const failure = withLastLine(asked.signal ?? `exit code ${asked.exitCode}`, asked);
    if (asked.exitCode !== null && asked.exitCode < killed) return { failure };
    if (attempt === tries) throw new UserError(`${interpreter} could not be asked for its version: ${failure}`, "run the command again");
    await pause(pauseMilliseconds);
  }
}

/** Returns the complete build of this spec by the present compiler. */
export async function findBuilt(build: BuildSpec): Promise<Built | undefined> {
  const compiler = await compilerVersion(build);
  if (compiler === undefined) return undefined;
  const key = buildKey(build, compiler);
  const name = (await readdir(paths.pythons).catch(() => [])).find((one) => one.endsWith(`-${key}`));
  if (name === undefined) return undefined;
  const prefix = join(paths.pythons, name);
  const record = await readFile(recordOf(prefix), "utf8").catch(() => undefined);
  return record === undefined ? undefined : builtAt(prefix, recordSchema.parse(JSON.parse(record)).version);
}

export function builtAt(prefix: string, version: string): Built {
  return { prefix, version, interpreter: join(prefix, "bin/python3") };
}

/** The file that is written last: a prefix without it is not complete. */
export function recordOf(prefix: string): string {
  return join(prefix, "evenkeel.complete");
}

/** `<version>-<key>`: the key tells prefixes apart, the version tells people which is which. */
export function prefixName(version: string, key: string): string {
  return `${version}-${key}`;
}

/** Eight digits over all that a build depends on. The version is in the source, and the source in its SHA-256. */
export function buildKey({ sha256, configure, profileTask }: BuildSpec, compiler: string): string {
  return hashOf({ sha256, configure, profileTask, compiler }).slice(0, 8);
}

/** The C compiler of a build: `CC=` among its arguments, or gcc. */
export function compilerOf({ configure }: Pick<BuildSpec, "configure">): string {
  const chosen = configure.findLast((flag) => flag.startsWith("CC="))?.slice("CC=".length);
  return chosen?.split(" ")[0] || "gcc";
}

/** Returns the version line of a build's compiler; undefined if there is no compiler. */
export async function compilerVersion(build: BuildSpec): Promise<string | undefined> {
  const asked = await asRoot({ nothrow: true })`${compilerOf(build)} --version`;
  return asked.exitCode === 0 ? asked.stdout.split("\n")[0]?.trim() : undefined;
}
