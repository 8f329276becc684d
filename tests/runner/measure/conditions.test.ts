import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Roots } from "../../../runner/system/machine.ts";
import { conditionsBetween, readConditions, wasThrottled } from "../../../runner/measure/conditions.ts";

const quiet = { load: 1, throttled: 40, swapped: 500, temperature: 60 };

describe("the conditions of a block", () => {
  let folder: string;
  let roots: Roots;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "evenkeel-conditions-"));
    roots = { sys: join(folder, "sys"), proc: join(folder, "proc") };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (path: string, content: string): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${content}\n`);
  };
  const thread = (cpu: number, core: number, throttled: { core: number; package: number }): void => {
    const of = `sys/devices/system/cpu/cpu${cpu}`;
    put(`${of}/topology/core_id`, String(core));
    put(`${of}/topology/physical_package_id`, "0");
    put(`${of}/thermal_throttle/core_throttle_count`, String(throttled.core));
    put(`${of}/thermal_throttle/package_throttle_count`, String(throttled.package));
  };

  test("every core and package is counted once, pages of both ways, the processor's hottest sensor", async () => {
    thread(0, 0, { core: 3, package: 10 });
    thread(1, 1, { core: 4, package: 10 });
    thread(2, 0, { core: 3, package: 10 });
    put("proc/loadavg", "1.25 0.80 0.50 2/300 4711");
    put("proc/vmstat", "pgpgin 5\npswpin 7\npswpout 11");
    put("sys/class/thermal/thermal_zone0/type", "acpitz");
    put("sys/class/thermal/thermal_zone0/temp", "99000");
    put("sys/class/thermal/thermal_zone1/type", "x86_pkg_temp");
    put("sys/class/thermal/thermal_zone1/temp", "61000");
    put("sys/class/hwmon/hwmon0/name", "nvme");
    put("sys/class/hwmon/hwmon0/temp1_input", "88000");
    put("sys/class/hwmon/hwmon1/name", "coretemp");
    put("sys/class/hwmon/hwmon1/temp1_input", "60000");
    put("sys/class/hwmon/hwmon1/temp2_input", "64500");
    expect(await readConditions(roots)).toEqual({ load: 1.25, throttled: 17, swapped: 18, temperature: 64.5 });
  });

  test("a machine without sensors and counters has none", async () => {
    put("proc/loadavg", "0.00 0.00 0.00 1/100 1");
    put("sys/class/hwmon/hwmon0/name", "k10temp");
    put("sys/class/hwmon/hwmon0/temp1_input", "");
    expect(await readConditions(roots)).toEqual({ load: 0, throttled: 0, swapped: 0 });
  });

  test("this very machine can be asked", async () => {
    expect((await readConditions({ sys: "/sys", proc: "/proc" })).load).toBeGreaterThanOrEqual(0);
  });

  test("counters are those of the block, load and temperature the higher ones", () => {
    const after = { load: 1.5, throttled: 42, swapped: 500, temperature: 58 };
    expect(conditionsBetween(quiet, after)).toEqual({ load: 1.5, throttled: 2, swapped: 0, temperature: 60 });
  });

  test("a counter that began anew is not negative", () => {
    expect(conditionsBetween(quiet, { load: 1, throttled: 0, swapped: 0 })).toEqual({ load: 1, throttled: 0, swapped: 0, temperature: 60 });
  });

  test("a throttled block is told from one that is not", () => {
    expect(wasThrottled(conditionsBetween(quiet, quiet))).toBe(false);
    expect(wasThrottled(conditionsBetween(quiet, { ...quiet, throttled: 41 }))).toBe(true);
  });
});
