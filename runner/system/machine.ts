import { existsSync } from "node:fs";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { asRoot } from "./command.ts";
import { readCpuList } from "./cpu-list.ts";
import { namesIn, textIn } from "./contents.ts";

/** Where the kernel's own file systems are: another folder in tests. */
export interface Roots {
  sys: string;
  proc: string;
}

export const kernel: Roots = { sys: "/sys", proc: "/proc" };

/** One processor that is online and may be used. */
export interface Cpu {
  number: number;
  /** All threads of its core, itself included. */
  siblings: number[];
  /** Whether it can be taken offline. */
  removable: boolean;
  /** 0 where the kernel does not tell. */
  maximumKilohertz: number;
}

/** A group of processors that share one frequency. */
interface FrequencyPolicy {
  name: string;
  /** Governors to choose from; empty where none can be chosen. */
  governors: string[];
  /** Whether its lowest frequency can be set. */
  hasMinimum: boolean;
}

/** What of this machine can be tuned: read, nothing changed. */
export interface MachineFacts {
  cpus: Cpu[];
  policies: FrequencyPolicy[];
  /** The switch of Intel's turbo, of the others' boost; which of them can be set. */
  turbo: "no_turbo" | "boost" | undefined;
  /** Interrupts whose processors can be asked for. */
  interrupts: number[];
  /** Whether control groups can keep slices off a processor. */
  cpuset: boolean;
  programs: { setarch: boolean; taskset: boolean; systemd: boolean };
}

/** Absolute: a measured process has a search path of its own. */
export const setarchPath = "/usr/bin/setarch";
export const tasksetPath = "/usr/bin/taskset";

/** What the machine's programs can do; a container may refuse some. */
export async function readPrograms(): Promise<MachineFacts["programs"]> {
  const shell = asRoot({ nothrow: true });
  const setarch = await shell`${setarchPath} -R true`;
  const taskset = await shell`test -x ${tasksetPath}`;
  return { setarch: setarch.exitCode === 0, taskset: taskset.exitCode === 0, systemd: hasSystemd() };
}

/** Whether systemd runs this machine. */
export function hasSystemd(): boolean {
  return existsSync("/run/systemd/system");
}

export async function readMachine(roots: Roots, programs: MachineFacts["programs"]): Promise<MachineFacts> {
  const cpufreq = join(roots.sys, "devices/system/cpu/cpufreq");
  const noTurbo = await isSettable(join(roots.sys, "devices/system/cpu/intel_pstate/no_turbo"));
  const boost = await isSettable(join(cpufreq, "boost"));
  const controllers = await textIn(join(roots.sys, "fs/cgroup/cgroup.controllers"));
  return {
    cpus: await readCpus(roots),
    policies: await readPolicies(cpufreq),
    turbo: noTurbo ? "no_turbo" : boost ? "boost" : undefined,
    interrupts: await readInterrupts(roots),
    cpuset: controllers.trim().split(" ").includes("cpuset"),
    programs,
  };
}

async function readCpus(roots: Roots): Promise<Cpu[]> {
  const online = readCpuList(await textIn(join(roots.sys, "devices/system/cpu/online")));
  // Of the first process: this one's own may be narrowed by whoever started it.
  const status = await textIn(join(roots.proc, "1/status"));
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1];
  const usable = allowed === undefined ? online : readCpuList(allowed).filter((cpu) => online.includes(cpu));
  return Promise.all(usable.map((number) => readCpu(roots, number)));
}

async function readCpu(roots: Roots, number: number): Promise<Cpu> {
  const folder = join(roots.sys, `devices/system/cpu/cpu${number}`);
  const siblings = readCpuList(await textIn(join(folder, "topology/thread_siblings_list")));
  return {
    number,
    siblings: siblings.includes(number) ? siblings : [number],
    removable: await isSettable(join(folder, "online")),
    maximumKilohertz: Number(await textIn(join(folder, "cpufreq/cpuinfo_max_freq"))),
  };
}

async function readPolicies(cpufreq: string): Promise<FrequencyPolicy[]> {
  const names = (await namesIn(cpufreq)).filter((name) => /^policy\d+$/.test(name));
  const byNumber = names.sort((a, b) => Number(a.slice("policy".length)) - Number(b.slice("policy".length)));
  return Promise.all(
    byNumber.map(async (name) => ({
      name,
      governors: (await isSettable(join(cpufreq, name, "scaling_governor")))
        ? (await textIn(join(cpufreq, name, "scaling_available_governors"))).trim().split(" ")
        : [],
      hasMinimum: (await isSettable(join(cpufreq, name, "scaling_min_freq"))) && existsSync(join(cpufreq, name, "scaling_max_freq")),
    })),
  );
}

async function readInterrupts(roots: Roots): Promise<number[]> {
  const numbers = (await namesIn(join(roots.proc, "irq"))).map(Number).filter(Number.isInteger);
  const settable = await Promise.all(numbers.map((number) => isSettable(join(roots.proc, `irq/${number}/smp_affinity_list`))));
  return numbers.filter((_, index) => settable[index]).sort((a, b) => a - b);
}

/** Root may open what nobody can write: the mode tells, and the file system. */
async function isSettable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return ((await stat(path)).mode & 0o222) !== 0;
  } catch {
    return false;
  }
}
