import { join } from "node:path";
import type { Roots } from "../system/machine.ts";
import type { Conditions } from "../model.ts";
import { namesIn, textIn } from "../system/contents.ts";

/** Values of the kernel at one moment. Counters start at boot. */
export interface Reading {
  /** Load average over one minute. */
  load: number;
  throttled: number;
  swapped: number;
  /** Highest temperature of the processor in degrees Celsius; absent without a sensor. */
  temperature?: number;
}

/** Reads the conditions. It takes some milliseconds, so it is done before and after a block, never within. Missing counters are 0. */
export async function readConditions({ sys, proc }: Roots): Promise<Reading> {
  const vmstat = await textIn(join(proc, "vmstat"));
  const temperatures = [...(await zoneTemperatures(sys)), ...(await chipTemperatures(sys))];
  return {
    load: Number((await textIn(join(proc, "loadavg"))).split(" ")[0]),
    throttled: await throttleCount(sys),
    swapped: counter(vmstat, "pswpin") + counter(vmstat, "pswpout"),
    ...(temperatures.length > 0 && { temperature: Math.max(...temperatures) }),
  };
}

/** Returns the conditions of a block from the readings before and after it. */
export function conditionsBetween(before: Reading, after: Reading): Conditions {
  const temperatures = [before.temperature, after.temperature].filter((one) => one !== undefined);
  return {
    load: Math.max(before.load, after.load),
    // The counter of a processor that was offline starts at 0 again.
    throttled: Math.max(0, after.throttled - before.throttled),
    swapped: Math.max(0, after.swapped - before.swapped),
    ...(temperatures.length > 0 && { temperature: Math.max(...temperatures) }),
  };
}

/** Returns true if the processor throttled itself. Such a block is repeated, up to a limit for each session. */
export function wasThrottled({ throttled }: Conditions): boolean {
  return throttled > 0;
}

/** Sums the throttle counts of every core and package. All threads of one show the same counter, so each counts once. */
async function throttleCount(sys: string): Promise<number> {
  const counts = new Map<string, number>();
  for (const name of await namesIn(join(sys, "devices/system/cpu"))) {
    if (!/^cpu\d+$/.test(name)) continue;
    const folder = join(sys, "devices/system/cpu", name);
    const packageId = await textIn(join(folder, "topology/physical_package_id"));
    const coreId = await textIn(join(folder, "topology/core_id"));
    counts.set(`core ${packageId} ${coreId}`, Number(await textIn(join(folder, "thermal_throttle/core_throttle_count"))));
    counts.set(`package ${packageId}`, Number(await textIn(join(folder, "thermal_throttle/package_throttle_count"))));
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** Returns the temperatures of the kernel's thermal zones of the processor. */
async function zoneTemperatures(sys: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await namesIn(join(sys, "class/thermal"))) {
    const folder = join(sys, "class/thermal", name);
    if (/cpu|pkg|soc/i.test(await textIn(join(folder, "type")))) found.push(...degrees(await textIn(join(folder, "temp"))));
  }
  return found;
}

/** Returns the temperatures of the processor's own sensors. */
async function chipTemperatures(sys: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await namesIn(join(sys, "class/hwmon"))) {
    const folder = join(sys, "class/hwmon", name);
    if (!/^(coretemp|k10temp|zenpower|cpu_thermal)$/.test(await textIn(join(folder, "name")))) continue;
    const inputs = (await namesIn(folder)).filter((file) => /^temp\d+_input$/.test(file));
    for (const input of inputs) found.push(...degrees(await textIn(join(folder, input))));
  }
  return found;
}

/** Converts thousandths of degrees; empty for an impossible value. */
function degrees(text: string): number[] {
  const value = Number(text) / 1000;
  return text.trim() !== "" && value > 0 && value < 150 ? [value] : [];
}

function counter(vmstat: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(vmstat)?.[1] ?? 0);
}
