import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readMachine } from "../../../runner/system/machine.ts";
import { tuningHere } from "../../../runner/system/tuning-here.ts";
import { planTuning, type TuningPlan } from "../../../runner/system/tuning-plan.ts";
import type { Units } from "../../../runner/system/units.ts";
import { InfrastructureError } from "../../../runner/system/infrastructure-error.ts";
import { restore, tune, writeKernelFile, type Workbench } from "../../../runner/measure/tuning.ts";
import { amd, contentOf, fourCores, intel, makeMachine, makeReadOnly, virtual, type MadeMachine } from "../system/made-machine.ts";

const small: MadeMachine = { ...intel, cores: intel.cores.slice(0, 4) };
const active = ["fstrim.timer", "chrony.service"];

/** A systemd that keeps what it is told in memory: no test may change this machine's. */
class MadeUnits implements Units {
  running = new Set(active);
  slices = new Map([
    ["system.slice", ""],
    ["user.slice", "0-5"],
  ]);

  async active(names: readonly string[]): Promise<string[]> {
    return names.filter((name) => this.running.has(name));
  }
  async stop(names: readonly string[]): Promise<void> {
    for (const name of names) this.running.delete(name);
  }
  async start(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    for (const name of names) this.running.add(name);
    return new Map();
  }
  async allowedCpus(slice: string): Promise<string> {
    return this.slices.get(slice) ?? "";
  }
  async allowCpus(slice: string, cpus: string): Promise<void> {
    this.slices.set(slice, cpus);
  }

  state(): object {
    return { running: [...this.running].sort(), slices: Object.fromEntries(this.slices) };
  }
}

describe("tuning", () => {
  let folder: string;
  let units: MadeUnits;
  let bench: Workbench;
  let plan: TuningPlan;
  let said: string[];
  const log = (line: string): void => void said.push(line);

  const make = async (machine: MadeMachine): Promise<void> => {
    rmSync(join(folder, "machine"), { recursive: true, force: true });
    const roots = makeMachine(join(folder, "machine"), machine);
    units = new MadeUnits();
    bench = { roots, units, journal: join(folder, "tuning.json"), bootId: "boot-1", write: writeKernelFile };
    plan = planTuning(await readMachine(roots, { setarch: true, taskset: true, systemd: true }));
  };
  const state = (): object => ({ files: contentOf(join(folder, "machine")), ...units.state() });
  const sysfs = (path: string): string => join(bench.roots.sys, "devices/system/cpu", path);
  const valueOf = (path: string): string => readFileSync(sysfs(path), "utf8").trim();
  const isJournalThere = (): boolean => contentOf(folder)["tuning.json"] !== undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "evenkeel-tuning-"));
    said = [];
    await make(intel);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("changes what was planned, and stops what would disturb", async () => {
    await tune(plan, bench);
    expect(valueOf("intel_pstate/no_turbo")).toBe("1");
    expect(valueOf("cpufreq/policy15/scaling_governor")).toBe("performance");
    expect(valueOf("cpufreq/policy0/scaling_min_freq")).toBe("4800000");
    expect(valueOf("cpu15/online")).toBe("0");
    expect(readFileSync(join(bench.roots.proc, "irq/16/smp_affinity_list"), "utf8").trim()).toBe("0-6,8-14");
    expect(units.state()).toEqual({ running: [], slices: { "system.slice": "0-6,8-14", "user.slice": "0-6,8-14" } });
  });

  test.each([
    ["Intel", intel],
    ["AMD", amd],
    ["a machine of four cores", fourCores],
    ["a virtual machine", virtual],
  ])("%s: what was changed is put back byte for byte, and nothing is left", async (_, machine) => {
    await make(machine);
    const before = state();
    await tune(plan, bench);
    expect(state()).not.toEqual(before);
    await restore(bench, log);
    expect(state()).toEqual(before);
    expect(isJournalThere()).toBe(false);
    expect(said).toEqual([]);
  });

  test("killed after any single step of changing or putting back, the next start puts everything back", async () => {
    let kills = 0;
    for (let limit = 0; ; limit++) {
      await make(small);
      const before = state();
      const { killed } = await killedAfter(limit, (dying) => tune(plan, dying));
      // And who puts it back is killed too, somewhere.
      await killedAfter(limit % 7, (dying) => restore(dying, log));
      await restore(bench, log);
      expect(state(), `killed after ${limit} steps`).toEqual(before);
      expect(isJournalThere()).toBe(false);
      if (!killed) break;
      kills++;
    }
    // A step for the units, then one for each setting.
    expect(kills).toBe(1 + plan.settings.length);
  });

  test("a value that does not stick names its setting, and all else can be put back", async () => {
    const before = state();
    const stubborn = {
      ...bench,
      write: async (path: string, content: string) => {
        if (!path.endsWith("no_turbo")) await writeKernelFile(path, content);
      },
    };
    await expect(tune(plan, stubborn)).rejects.toThrow(
      new InfrastructureError('tuning "turbo off" does not take effect: /sys/devices/system/cpu/intel_pstate/no_turbo is 0, set to 1'),
    );
    await restore(stubborn, log);
    expect(state()).toEqual(before);
  });

  test("a tuned machine tells the same tuning as an untuned one, though it looks different", async () => {
    await make({ ...intel, governors: "ondemand" });
    const programs = { setarch: true, taskset: true, systemd: true };
    const here = () => tuningHere({ roots: bench.roots, journal: bench.journal, programs });
    const before = await here();
    expect(before).toMatchObject({ effect: expect.arrayContaining(["smt siblings offline"]), skipped: ["governor performance"] });
    await tune(plan, bench);
    // The kernel forgets the threads of a core that are offline.
    writeFileSync(sysfs("online"), "0-14\n");
    writeFileSync(sysfs("cpu7/topology/thread_siblings_list"), "7\n");
    expect(await here()).toEqual(before);
    // As an untuned machine it would be another.
    rmSync(bench.journal);
    expect(await here()).not.toEqual(before);
  });

  test("an interrupt that cannot be moved is counted, no more", async () => {
    const before = state();
    const fixed = {
      ...bench,
      write: async (path: string, content: string) => {
        if (path.includes("/irq/0/")) throw new Error("EIO: i/o error, write");
        await writeKernelFile(path, content);
      },
    };
    expect(await tune(plan, fixed)).toEqual({ unmovable: 1 });
    await restore(fixed, log);
    expect(state()).toEqual(before);
  });

  test("what cannot be put back is named, kept in the journal and tried again", async () => {
    const before = state();
    await tune(plan, bench);
    const refusing = {
      ...bench,
      write: async (path: string, content: string) => {
        if (path.endsWith("policy2/scaling_governor")) throw new Error("EBUSY");
        await writeKernelFile(path, content);
      },
    };
    await expect(restore(refusing, log)).rejects.toThrow(/policy2\/scaling_governor: EBUSY/);
    expect(valueOf("intel_pstate/no_turbo")).toBe("0");
    expect(isJournalThere()).toBe(true);
    await restore(bench, log);
    expect(state()).toEqual(before);
    expect(isJournalThere()).toBe(false);
  });

  test("a file that went with its device is no trouble", async () => {
    await tune(plan, bench);
    rmSync(join(bench.roots.proc, "irq/120"), { recursive: true });
    await restore(bench, log);
    expect(isJournalThere()).toBe(false);
  });

  test("killed while it puts things back, after any single step, the next start does the rest", async () => {
    for (let limit = 0; ; limit++) {
      await make(fourCores);
      const before = state();
      await tune(plan, bench);
      const { killed } = await killedAfter(limit, (dying) => restore(dying, log));
      await restore(bench, log);
      expect(state(), `killed after ${limit} steps`).toEqual(before);
      if (!killed) break;
      expect(limit).toBeLessThan(20);
    }
  });

  test("a timer that does not start again is told, and keeps nobody from measuring", async () => {
    await tune(plan, bench);
    units.start = async (names) => new Map(names.map((name) => [name, "it is masked"]));
    await restore(bench, log);
    expect(said.toSorted()).toEqual(active.toSorted().map((unit) => `${unit} was stopped and does not start: it is masked`));
    expect(isJournalThere()).toBe(false);
  });

  test("a journal of another boot is deleted, not applied", async () => {
    await tune(plan, bench);
    const tunedState = state();
    await restore({ ...bench, bootId: "boot-2" }, log);
    expect(state()).toEqual(tunedState);
    expect(isJournalThere()).toBe(false);
  });

  test("a damaged journal is told and removed", async () => {
    writeFileSync(bench.journal, '{"bootId":');
    await restore(bench, log);
    expect(said).toEqual([expect.stringContaining("cannot be read")]);
    expect(isJournalThere()).toBe(false);
  });

  test("a setting that became read-only since it was planned is not taken for set", async () => {
    makeReadOnly(sysfs("cpufreq/policy1/scaling_governor"));
    const readOnly = {
      ...bench,
      write: async (path: string, content: string) => {
        if (path.endsWith("policy1/scaling_governor")) throw new Error("EROFS: read-only file system");
        await writeKernelFile(path, content);
      },
    };
    await expect(tune(plan, readOnly)).rejects.toThrow(/"governor performance".*policy1.* is powersave, set to performance \(EROFS/);
  });

  /** Run it and let it stop for ever before one of its steps, as a kill does: nothing is put in order. */
  async function killedAfter(limit: number, action: (bench: Workbench) => Promise<unknown>): Promise<{ killed: boolean }> {
    let steps = 0;
    let die: (value: boolean) => void;
    const death = new Promise<boolean>((resolve) => (die = resolve));
    const step = <T>(act: () => Promise<T>): Promise<T> => {
      if (steps++ < limit) return act();
      die(true);
      return new Promise(() => undefined);
    };
    const dying: Units = {
      active: (names) => units.active(names),
      allowedCpus: (slice) => units.allowedCpus(slice),
      stop: (names) => step(() => units.stop(names)),
      start: (names) => step(() => units.start(names)),
      allowCpus: (slice, cpus) => step(() => units.allowCpus(slice, cpus)),
    };
    const done = action({ ...bench, units: dying, write: (path, content) => step(() => writeKernelFile(path, content)) });
    return { killed: await Promise.race([death, done.then(() => false)]) };
  }
});
