import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { release } from "node:os";
import type { Environment, MinorFacts } from "../model.ts";
import { asRoot } from "./command.ts";
import { tuningHere } from "./tuning-here.ts";

/** What this machine is, now. `python` is the interpreter that measures, `compiler` a command such as `clang`. */
export async function detectEnvironment(python: string, compiler: string): Promise<Environment> {
  const facts = {
    cpu: await cpuModel(),
    machine: await machineIdentity(),
    os: await osRelease(),
    python: await pythonFacts(python),
    compiler: await compilerVersion(compiler),
    tuning: (await tuningHere()).effect,
  };
  const id = createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
  return { id, ...facts };
}

/** What may change without making another environment. */
export async function detectMinorFacts(): Promise<MinorFacts> {
  const libc = (await asRoot`ldd --version 2>&1`).stdout.split("\n")[0] ?? "";
  const memory = /^MemTotal:\s+(\d+) kB/m.exec(await readFile("/proc/meminfo", "utf8"))?.[1] ?? "0";
  const microcode = /^microcode\s*:\s*(.*)$/m.exec(await readFile("/proc/cpuinfo", "utf8"))?.[1] ?? "";
  return {
    kernel: release(),
    libc: libc.trim(),
    memoryGigabytes: (Number(memory) / 2 ** 20).toFixed(0),
    ...(microcode && { microcode }),
  };
}

async function cpuModel(): Promise<string> {
  const cpuinfo = await readFile("/proc/cpuinfo", "utf8");
  return /^(?:model name|Model|Hardware)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.trim() ?? "unknown";
}

/** Hashed: the identity must tell machines apart, not name them to the world. */
async function machineIdentity(): Promise<string> {
  const uuid = await readFile("/sys/class/dmi/id/product_uuid", "utf8").catch(() => readFile("/etc/machine-id", "utf8"));
  return createHash("sha256").update(uuid.trim()).digest("hex").slice(0, 16);
}

/** Distribution and release, as /etc/os-release has them. */
export async function osRelease(): Promise<Environment["os"]> {
  const text = await readFile("/etc/os-release", "utf8");
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { id: field("ID"), versionId: field("VERSION_ID") };
}

async function pythonFacts(python: string): Promise<Environment["python"]> {
  const print = "import platform, sysconfig; print(platform.python_version()); print(sysconfig.get_config_var('CONFIG_ARGS'))";
  const [version = "", buildFlags = ""] = (await asRoot`${python} -I -c ${print}`).stdout.split("\n");
  const sha256 = createHash("sha256")
    .update(await readFile(await realpath(python)))
    .digest("hex");
  return { version, buildFlags, sha256 };
}

async function compilerVersion(compiler: string): Promise<string> {
  return (await asRoot`${compiler} --version`).stdout.split("\n")[0]?.trim() ?? "";
}
