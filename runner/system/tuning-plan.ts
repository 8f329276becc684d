import { writeCpuList } from "./cpu-list.ts";
import type { Cpu, MachineFacts } from "./machine.ts";

/** A kernel file and its new value. Paths begin with `sys/` or `proc/`. */
interface FileSetting {
  kind: "file";
  path: string;
  /** Value, or file to read it from when the setting is applied. */
  value: string | { from: string };
  /** Effect that the setting belongs to. */
  effect: string;
}

/** An interrupt to move off the measuring core. Interrupts that cannot be moved are skipped. */
interface InterruptSetting {
  kind: "interrupt";
  path: string;
  value: string;
}

/** A systemd slice to restrict to some processors. */
interface SliceSetting {
  kind: "slice";
  slice: string;
  value: string;
  effect: string;
}

export type Setting = FileSetting | InterruptSetting | SliceSetting;

/** Changes for measuring on this machine, in order of application. They are undone in reverse order. */
export interface TuningPlan {
  settings: Setting[];
  /** Applied effects as sorted texts: part of the environment id. */
  effect: string[];
  /** Effects that this machine does not support, as texts. */
  skipped: string[];
  /** Processor that measures; undefined if processes cannot be pinned. */
  cpu: number | undefined;
  /** True if that processor's core is reserved for measuring. */
  isReserved: boolean;
  /** Every processor of this machine. */
  cpus: number[];
  isRandomizationOff: boolean;
}

const coresToReserveOne = 4;
const cpuFolder = "sys/devices/system/cpu";
const crowdedSlices = ["system.slice", "user.slice"];

/** Plans the tuning of a machine from its facts. The same machine always gets the same plan. */
export function planTuning(facts: MachineFacts): TuningPlan {
  const { programs, policies } = facts;
  const cores = coresOf(facts.cpus);
  const measuring = measuringCpu(cores);
  const cpu = programs.taskset ? measuring?.number : undefined;
  const isLarge = cores.length >= coresToReserveOne;
  const others = facts.cpus.map(({ number }) => number).filter((number) => !measuring?.siblings.includes(number));

  const parts: Part[] = [
    { effect: "aslr off", isHere: programs.setarch, settings: [] },
    { effect: cpu === undefined ? "cpu pinned" : `cpu ${cpu} pinned`, isHere: cpu !== undefined, settings: [] },
    { effect: "turbo off", isHere: facts.turbo !== undefined, settings: turboSettings(facts.turbo) },
    {
      effect: "governor performance",
      isHere: policies.length > 0 && policies.every(({ governors }) => governors.includes("performance")),
      settings: policies.map(({ name }) => file(`cpufreq/${name}/scaling_governor`, "performance")),
    },
    {
      // After the turbo, because switching it off changes the highest frequency.
      effect: "frequency fixed",
      isHere: policies.length > 0 && policies.every(({ hasMinimum }) => hasMinimum),
      settings: policies.map(({ name }) =>
        file(`cpufreq/${name}/scaling_min_freq`, { from: `${cpuFolder}/cpufreq/${name}/scaling_max_freq` }),
      ),
    },
    {
      effect: "interrupts moved",
      isHere: isLarge && cpu !== undefined && facts.interrupts.length > 0,
      settings: facts.interrupts.map((number) => ({
        kind: "interrupt",
        path: `proc/irq/${number}/smp_affinity_list`,
        value: writeCpuList(others),
      })),
    },
    {
      effect: cpu === undefined ? "cpu reserved" : `cpu ${cpu} reserved`,
      isHere: isLarge && cpu !== undefined && facts.cpuset && programs.systemd,
      settings: crowdedSlices.map((slice) => ({ kind: "slice", slice, value: writeCpuList(others) })),
    },
    // Last, and so undone first: settings per processor need it online.
    { effect: "smt siblings offline", ...siblingsOffline(measuring, cores) },
  ];

  const here = parts.filter(({ isHere }) => isHere);
  return {
    settings: here.flatMap(({ effect, settings }) => settings.map((setting) => ({ ...setting, effect }))),
    effect: here.map(({ effect }) => effect).sort(),
    skipped: parts
      .filter(({ isHere }) => !isHere)
      .map(({ effect }) => effect)
      .sort(),
    cpu,
    isReserved: here.some(({ effect }) => effect.endsWith(" reserved")),
    cpus: facts.cpus.map(({ number }) => number),
    isRandomizationOff: programs.setarch,
  };
}

interface Part {
  effect: string;
  isHere: boolean;
  settings: (Omit<FileSetting, "effect"> | InterruptSetting | Omit<SliceSetting, "effect">)[];
}

function file(path: string, value: FileSetting["value"]): Omit<FileSetting, "effect"> {
  return { kind: "file", path: `${cpuFolder}/${path}`, value };
}

function turboSettings(turbo: MachineFacts["turbo"]): Part["settings"] {
  if (turbo === undefined) return [];
  return [turbo === "no_turbo" ? file("intel_pstate/no_turbo", "1") : file("cpufreq/boost", "0")];
}

/** Plans to take the siblings of the measuring thread offline. A single core keeps all its threads. */
function siblingsOffline(measuring: Cpu | undefined, cores: Cpu[][]): Pick<Part, "isHere" | "settings"> {
  const core = cores.find(([first]) => first === measuring) ?? [];
  const siblings = core.slice(1);
  return {
    isHere: cores.length > 1 && siblings.length > 0 && siblings.every(({ removable }) => removable),
    settings: siblings.map(({ number }) => file(`cpu${number}/online`, "0")),
  };
}

/** Returns the physical cores, each with its threads sorted by number. */
function coresOf(cpus: readonly Cpu[]): Cpu[][] {
  const cores = new Map<string, Cpu[]>();
  for (const cpu of [...cpus].sort((a, b) => a.number - b.number)) {
    const key = writeCpuList(cpu.siblings);
    cores.set(key, [...(cores.get(key) ?? []), cpu]);
  }
  return [...cores.values()];
}

/** Returns the first thread of the last of the fastest cores. Avoids the first core, which the kernel prefers for its own work. */
function measuringCpu(cores: Cpu[][]): Cpu | undefined {
  const firsts = cores.flatMap(([first]) => (first ? [first] : []));
  const [only] = cores;
  // The threads of a single core stay online, so the last one measures instead of cpu 0.
  if (firsts.length === 1) return only?.[only.length - 1];
  const candidates = firsts.slice(1);
  const fastest = Math.max(...candidates.map(({ maximumKilohertz }) => maximumKilohertz));
  return candidates.filter(({ maximumKilohertz }) => maximumKilohertz === fastest).at(-1);
}
