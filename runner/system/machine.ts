import { existsSync } from "node:fs";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { runAsRoot } from "./command.ts";
import { readCpuList } from "./cpu-list.ts";
import { namesIn, textIn } from "./contents.ts";

/** Mount points of the kernel's file systems; test folders in tests. */
export interface Roots {
  sys: string;
  proc: string;
}

export const kernel: Roots = { sys: "/sys", proc: "/proc" };

/** A processor that is online and may be used. */
export interface Cpu {
  number: number;
  /** All threads of its core, itself included. */
  siblings: number[];
  /** True if it can be taken offline. */
  removable: boolean;
  /** Highest frequency; 0 if unknown. */
  maximumKilohertz: number;
}

/** A group of processors that share one frequency. */
interface FrequencyPolicy {
  name: string;
  /** Available governors; empty if the governor cannot be set. */
  governors: string[];
  /** True if its lowest frequency can be set. */
  hasMinimum: boolean;
}

/** Tunable features of this machine. */
export interface MachineFacts {
  cpus: Cpu[];
  policies: FrequencyPolicy[];
  /** Available switch: Intel's `no_turbo`, or `boost` of other drivers. */
  turbo: "no_turbo" | "boost" | undefined;
  /** Interrupts whose processors can be set. */
  interrupts: number[];
  /** True if control groups can keep slices off a processor. */
  cpuset: boolean;
  programs: { setarch: boolean; taskset: boolean; systemd: boolean };
}

/** Absolute paths, because a measured process has its own search path. */
export const setarchPath = "/usr/bin/setarch";
export const tasksetPath = "/usr/bin/taskset";

let setarchWorks: Promise<boolean> | undefined;

/** Checks which programs work on this machine; a container may refuse some. */
export async function readPrograms(): Promise<MachineFacts["programs"]> {
  setarchWorks ??= runAsRoot([setarchPath, "-R", "true"]).then(({ exitCode }) => exitCode === 0);
  const taskset = await access(tasksetPath, constants.X_OK).then(
    () => true,
    () => false,
  );
  return { setarch: await setarchWorks, taskset, systemd: hasSystemd() };
}

/** Returns true if systemd runs this machine. */
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
  // Uses the first process, because the affinity of this one may be restricted by its parent.
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

/** Returns true if a file can be written. Root may open read-only files too, so the mode is checked as well. */
async function isSettable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return ((await stat(path)).mode & 0o222) !== 0;
  } catch {
    return false;
  }
}
