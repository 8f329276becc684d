import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readMachine } from "../../../runner/system/machine.ts";
import { planTuning, type TuningPlan } from "../../../runner/system/tuning-plan.ts";
import { amd, contentOf, fourCores, intel, makeMachine, makeReadOnly, virtual, type MadeMachine } from "./made-machine.ts";

const hybrid = (cpu: number): number => (cpu < 4 ? 5_000_000 : 3_800_000);
const all = { setarch: true, taskset: true, systemd: true };

describe("what is tuned", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "evenkeel-machine-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const planOf = async (machine: MadeMachine, programs = all): Promise<TuningPlan> =>
    planTuning(await readMachine(makeMachine(folder, machine), programs));

  test("on an Intel machine with eight cores of two threads: everything, on the last core", async () => {
    const plan = await planOf(intel);
    expect(plan).toMatchObject({
      effect: [
        "aslr off",
        "cpu 7 pinned",
        "cpu 7 reserved",
        "frequency fixed",
        "governor performance",
        "interrupts moved",
        "smt siblings offline",
        "turbo off",
      ],
      skipped: [],
      cpu: 7,
      isReserved: true,
    });
    expect(plan.settings).toHaveLength(1 + 16 + 16 + 3 + 2 + 1);
    expect(plan.settings).toContainEqual({
      kind: "file",
      path: "sys/devices/system/cpu/intel_pstate/no_turbo",
      value: "1",
      effect: "turbo off",
    });
    expect(plan.settings).toContainEqual({ kind: "slice", slice: "user.slice", value: "0-6,8-14", effect: "cpu 7 reserved" });
    expect(plan.settings).toContainEqual(expect.objectContaining({ path: "proc/irq/120/smp_affinity_list", value: "0-6,8-14" }));
    // What is set per processor comes before one of them goes offline.
    expect(plan.settings.at(-1)).toMatchObject({ path: "sys/devices/system/cpu/cpu15/online", value: "0" });
  });

  test("on an AMD machine the turbo is switched by cpufreq/boost", async () => {
    const plan = await planOf(amd);
    expect(plan.cpu).toBe(10);
    expect(plan.settings[0]).toMatchObject({ path: "sys/devices/system/cpu/cpufreq/boost", value: "0" });
    expect(plan.settings.at(-1)).toMatchObject({ path: "sys/devices/system/cpu/cpu11/online", value: "0" });
  });

  test("in a virtual machine of two processors without cpufreq: a process is kept to one, nothing is changed", async () => {
    expect(await planOf(virtual)).toEqual({
      settings: [],
      effect: ["aslr off", "cpu 1 pinned"],
      skipped: ["cpu 1 reserved", "frequency fixed", "governor performance", "interrupts moved", "smt siblings offline", "turbo off"],
      cpu: 1,
      isReserved: false,
      cpus: [0, 1],
      isRandomizationOff: true,
    });
  });

  test("from four cores on, one is kept free of all else", async () => {
    expect((await planOf(fourCores)).effect).toEqual(["aslr off", "cpu 3 pinned", "cpu 3 reserved", "interrupts moved"]);
    expect((await planOf({ ...fourCores, cores: [[0], [1], [2]] })).effect).toEqual(["aslr off", "cpu 2 pinned"]);
  });

  test("without systemd, or with control groups that cannot do it, no core is reserved", async () => {
    const pinned = ["aslr off", "cpu 3 pinned", "interrupts moved"];
    expect((await planOf(fourCores, { ...all, systemd: false })).effect).toEqual(pinned);
    expect((await planOf({ ...fourCores, controllers: "memory pids" })).effect).toEqual(pinned);
  });

  test("a container that refuses setarch and has no taskset is measured as it is", async () => {
    expect((await planOf(virtual, { setarch: false, taskset: false, systemd: false })).effect).toEqual([]);
  });

  test("the threads of a single core all stay: the machine has no others", async () => {
    expect(await planOf({ cores: [[0, 1]] })).toMatchObject({ cpu: 1, effect: ["aslr off", "cpu 1 pinned"] });
  });

  test("of fast and slow cores a fast one measures, not the first", async () => {
    expect((await planOf({ cores: [[0, 1], [2, 3], [4], [5], [6]], kilohertz: hybrid })).cpu).toBe(2);
  });

  test("what cannot be written or lacks the value is skipped as a whole", async () => {
    expect((await planOf({ ...intel, governors: "ondemand schedutil" })).skipped).toEqual(["governor performance"]);
    const roots = makeMachine(folder, intel);
    makeReadOnly(join(roots.sys, "devices/system/cpu/intel_pstate/no_turbo"));
    makeReadOnly(join(roots.sys, "devices/system/cpu/cpufreq/policy3/scaling_governor"));
    expect(planTuning(await readMachine(roots, all)).skipped).toEqual(["governor performance", "turbo off"]);
  });

  test("asking changes nothing and gives the same answer again", async () => {
    const roots = makeMachine(folder, intel);
    const before = contentOf(folder);
    const first = planTuning(await readMachine(roots, all));
    expect(planTuning(await readMachine(roots, all))).toEqual(first);
    expect(contentOf(folder)).toEqual(before);
  });
});
