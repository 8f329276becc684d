import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeCpuList } from "../../../runner/system/cpu-list.ts";
import type { Roots } from "../../../runner/system/machine.ts";

/** What a made machine has. */
export interface MadeMachine {
  /** Threads of each physical core. */
  cores: number[][];
  /** Fastest frequency of a processor, in kHz; without one there is no cpufreq. */
  kilohertz?: (cpu: number) => number;
  turbo?: "intel" | "boost";
  governors?: string;
  interrupts?: number[];
  /** Controllers of version 2 control groups. */
  controllers?: string;
}

export const intel: MadeMachine = {
  cores: [0, 1, 2, 3, 4, 5, 6, 7].map((core) => [core, core + 8]),
  kilohertz: () => 4_800_000,
  turbo: "intel",
  interrupts: [0, 16, 120],
  controllers: "cpuset cpu io memory pids",
};
export const amd: MadeMachine = { ...intel, turbo: "boost", cores: [0, 1, 2, 3, 4, 5].map((core) => [2 * core, 2 * core + 1]) };
export const fourCores: MadeMachine = { cores: [[0], [1], [2], [3]], controllers: "cpuset memory pids", interrupts: [9] };
export const virtual: MadeMachine = { cores: [[0], [1]], interrupts: [9], controllers: "cpuset memory pids" };

/** The kernel's file systems of a made machine, below a folder. */
export function makeMachine(folder: string, machine: MadeMachine): Roots {
  const { cores, kilohertz, turbo, governors = "performance powersave", interrupts = [], controllers } = machine;
  const roots: Roots = { sys: join(folder, "sys"), proc: join(folder, "proc") };
  const put = (root: keyof Roots, path: string, content: string): void => {
    const file = join(roots[root], path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${content}\n`);
  };
  const cpus = cores.flat();
  put("sys", "devices/system/cpu/online", writeCpuList(cpus));
  put("proc", "1/status", `Name:\tsystemd\nCpus_allowed_list:\t${writeCpuList(cpus)}`);
  put("proc", "sys/kernel/random/boot_id", "boot-1");
  for (const core of cores) {
    for (const cpu of core) {
      const of = `devices/system/cpu/cpu${cpu}`;
      put("sys", `${of}/topology/thread_siblings_list`, writeCpuList(core));
      if (cpu > 0) put("sys", `${of}/online`, "1");
      if (kilohertz === undefined) continue;
      put("sys", `${of}/cpufreq/cpuinfo_max_freq`, String(kilohertz(cpu)));
      const policy = `devices/system/cpu/cpufreq/policy${cpu}`;
      put("sys", `${policy}/scaling_governor`, "powersave");
      put("sys", `${policy}/scaling_available_governors`, governors);
      put("sys", `${policy}/scaling_min_freq`, "800000");
      put("sys", `${policy}/scaling_max_freq`, String(kilohertz(cpu)));
    }
  }
  if (turbo === "intel") put("sys", "devices/system/cpu/intel_pstate/no_turbo", "0");
  if (turbo === "boost") put("sys", "devices/system/cpu/cpufreq/boost", "1");
  if (controllers !== undefined) put("sys", "fs/cgroup/cgroup.controllers", controllers);
  for (const number of interrupts) put("proc", `irq/${number}/smp_affinity_list`, writeCpuList(cpus));
  return roots;
}

/** Every file below a folder with its content. */
export function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry): [string, string] => {
      const file = join(entry.parentPath, entry.name);
      return [file.slice(folder.length + 1), readFileSync(file, "utf8")];
    }),
  );
}

/** As the kernel shows what nobody can set. */
export function makeReadOnly(file: string): void {
  chmodSync(file, 0o444);
}
