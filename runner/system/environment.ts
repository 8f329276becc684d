import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Environment, MachineShift } from "../model.ts";
import { asRoot } from "./command.ts";
import { accountToAsk, askPython } from "./isolated-python.ts";
import { librariesOf } from "./libraries.ts";
import { tuningHere } from "./tuning-here.ts";
import { sha256Of } from "../text/sha256.ts";
import { textIn } from "./contents.ts";

/** Facts that determine an environment and its id. */
type EnvironmentFacts = Omit<Environment, "id">;

/** Declared parts of an environment. */
export interface Declared {
  /** Hash of the host facts. */
  hostFacts?: string | undefined;
  machineShifts?: readonly MachineShift[];
}

/** Detects the environment of this machine. `python` is the interpreter that measures, `compiler` a command such as `clang`. */
export async function detectEnvironment(
  python: string,
  compiler: string,
  { hostFacts, machineShifts = [] }: Declared = {},
): Promise<Environment> {
  return environmentOf({
    cpu: await cpuModel(),
    machine: await machineIdentity(),
    os: await osRelease(),
    python: await pythonFacts(python),
    compiler: await compilerVersion(compiler),
    tuning: (await tuningHere()).effect,
    ...(hostFacts !== undefined && { hostFacts }),
    ...(machineShifts.length > 0 && { machineShifts: [...machineShifts] }),
  });
}

/** Returns the environment of these facts. Its id does not depend on their order. */
export function environmentOf({ cpu, machine, os, python, compiler, tuning, hostFacts, machineShifts }: EnvironmentFacts): Environment {
  const facts = {
    cpu,
    ...(machine !== undefined && { machine }),
    os: { id: os.id, versionId: os.versionId },
    python: pythonOf(python),
    compiler,
    ...(tuning !== undefined && { tuning }),
    ...(hostFacts !== undefined && { hostFacts }),
    ...(machineShifts !== undefined && { machineShifts: machineShifts.map(({ since, why }) => ({ since, why })) }),
  };
  return { id: sha256Of(JSON.stringify(facts), 16), ...facts };
}

function pythonOf({ version, buildFlags, sha256 }: Environment["python"]): Environment["python"] {
  return { version, ...(buildFlags !== undefined && { buildFlags }), ...(sha256 !== undefined && { sha256 }) };
}

async function cpuModel(): Promise<string> {
  const cpuinfo = await readFile("/proc/cpuinfo", "utf8");
  return /^(?:model name|Model|Hardware)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.trim() ?? "unknown";
}

/** Placeholder ids of boards without an id of their own. */
const noUuid = /^(?:([0-9a-f])\1{31}|03000200040005000006000700080009)$/;

/**
 * Returns a hashed id of this machine: it distinguishes machines without publishing their ids.
 * @param root root of the file system; a test folder in tests.
 */
export async function machineIdentity(root = "/"): Promise<string> {
  const uuid = await textIn(join(root, "sys/class/dmi/id/product_uuid"));
  const isOwn = uuid !== "" && !noUuid.test(uuid.toLowerCase().replaceAll("-", ""));
  return sha256Of(isOwn ? uuid : await textIn(join(root, "etc/machine-id")), 16);
}

/** Returns distribution and release from /etc/os-release. */
export async function osRelease(): Promise<Environment["os"]> {
  const text = await readFile("/etc/os-release", "utf8");
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { id: field("ID"), versionId: field("VERSION_ID") };
}

async function pythonFacts(python: string): Promise<Environment["python"]> {
  const print = "import sys, sysconfig; print(sys.version.split()[0]); print(sysconfig.get_config_var('CONFIG_ARGS'))";
  const asked = await askPython(await accountToAsk(), python, print);
  if (asked.exitCode !== 0) throw new Error(`${python} does not run: ${asked.stderr.trim()}`);
  const [version = "", buildFlags = ""] = asked.stdout.split("\n");
  return { version, buildFlags, sha256: await interpreterHash(python) };
}

/** Returns the hash of the executable and of libpython, which has the interpreter itself in shared builds. */
async function interpreterHash(python: string): Promise<string> {
  const executable = await realpath(python);
  const libpython = (await librariesOf(executable)).filter(({ name }) => name.startsWith("libpython"));
  const hash = createHash("sha256");
  for (const file of [executable, ...libpython.map(({ path }) => path)]) hash.update(await readFile(file));
  return hash.digest("hex");
}

async function compilerVersion(compiler: string): Promise<string> {
  return (await asRoot`${compiler} --version`).stdout.split("\n")[0]?.trim() ?? "";
}
