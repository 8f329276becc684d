import { byName } from "../../config/by-name.ts";
import { readFile, realpath } from "node:fs/promises";
import { release, version } from "node:os";
import { join } from "node:path";
import type { HostFacts } from "../model.ts";
import { asRoot } from "./command.ts";
import { librariesOf } from "./libraries.ts";
import { kernel, type Roots } from "./machine.ts";
import { sha256Of } from "../text/sha256.ts";
import { namesIn, textIn } from "./contents.ts";

/**
 * Detects the facts that may change within an environment and that stay the same after a restart of an unchanged machine. Long values
 * are hashed; unknown ones are omitted. `python` is the interpreter that measures.
 */
export async function detectHostFacts(python: string): Promise<HostFacts> {
  return {
    kernel: release(),
    kernelBuild: version(),
    ...(await machineFacts(kernel)),
    libc: (await asRoot`ldd --version 2>&1`).stdout.split("\n")[0]?.trim() ?? "",
    ...(await libraryFacts(python)),
  };
}

/** Returns a hash of host facts, independent of their order: eight hexadecimal digits. */
export function hostFactsHash(facts: HostFacts): string {
  return sha256Of(JSON.stringify(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))), 8);
}

/** Reads the facts that the kernel reports about the hardware and firmware. */
export async function machineFacts({ proc, sys }: Roots): Promise<HostFacts> {
  const dmi = await Promise.all(["bios_vendor", "bios_version", "bios_date"].map((name) => textIn(join(sys, "class/dmi/id", name))));
  const microcode = /^microcode\s*:\s*(.*)$/m.exec(await textIn(join(proc, "cpuinfo")))?.[1];
  const commandLine = await textIn(join(proc, "cmdline"));
  const vulnerabilities = await vulnerabilitiesIn(join(sys, "devices/system/cpu/vulnerabilities"));
  const facts = {
    commandLine: commandLine && sha256Of(commandLine, 8),
    microcode,
    vulnerabilities: vulnerabilities && sha256Of(vulnerabilities, 8),
    firmware: dmi.filter(Boolean).join(" "),
    memoryGigabytes: await memoryGigabytes({ proc, sys }),
  };
  return Object.fromEntries(Object.entries(facts).flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : [])));
}

/** Parts that change at run time: sibling threads, which tuning switches, and the module for virtual machines. */
const ofTheMoment = /\b(?:SMT|STIBP|KVM|VMX)\b/;

/** Returns a line for each vulnerability, without the parts that change at run time. */
async function vulnerabilitiesIn(folder: string): Promise<string> {
  const names = await namesIn(folder);
  const lines = names.map(async (name) => {
    const parts = (await textIn(join(folder, name))).split(/[;,]/).map((part) => part.trim());
    return `${name}: ${parts.filter((part) => !ofTheMoment.test(part)).join("; ")}`;
  });
  return (await Promise.all(lines)).join("\n");
}

/**
 * Returns the size of the memory in GiB, from the number of memory blocks. `MemTotal` changes with each update of the kernel, so it is used
 * only without blocks, rounded up.
 */
async function memoryGigabytes({ proc, sys }: Roots): Promise<string> {
  const folder = join(sys, "devices/system/memory");
  const blockBytes = Number.parseInt(await textIn(join(folder, "block_size_bytes")), 16);
  const blocks = (await namesIn(folder)).filter((name) => /^memory\d+$/.test(name)).length;
  if (blocks > 0 && blockBytes > 0) return ((blocks * blockBytes) / 2 ** 30).toFixed(1);
  const kilobytes = /^MemTotal:\s+(\d+) kB/m.exec(await textIn(join(proc, "meminfo")))?.[1];
  return kilobytes === undefined ? "" : String(Math.ceil(Number(kilobytes) / 2 ** 20));
}

/** Returns each library of the interpreter by name, with a hash of its content. libpython is part of the environment instead. */
async function libraryFacts(python: string): Promise<HostFacts> {
  // A host that is not completely provisioned has no interpreter yet.
  const executable = await realpath(python).catch(() => undefined);
  const libraries = executable === undefined ? [] : (await librariesOf(executable)).filter(({ name }) => !name.startsWith("libpython"));
  return byName(await Promise.all(libraries.map(async ({ name, path }) => [name, sha256Of(await readFile(path), 8)] as const)));
}
