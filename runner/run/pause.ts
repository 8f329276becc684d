import { rm } from "node:fs/promises";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { writeAtomically } from "../system/atomic.ts";
import { readJsonFile } from "../system/json-file.ts";

const pauseSchema = z.object({ why: z.string(), since: z.string() });
/** Pause of the schedule by `evenkeel pause`. */
export type Pause = z.infer<typeof pauseSchema>;

export async function readPause(): Promise<Pause | undefined> {
  return readJsonFile(paths.pause, pauseSchema.catch({ why: "the pause file is damaged; `evenkeel resume` removes it", since: "" }));
}

export async function pause(why: string): Promise<Pause> {
  const pausing = { why, since: new Date().toISOString() };
  await writeAtomically(paths.pause, `${JSON.stringify(pausing)}\n`);
  return pausing;
}

/** Ends the pause. Returns it, or undefined if there was none. */
export async function resume(): Promise<Pause | undefined> {
  const pausing = await readPause();
  await rm(paths.pause, { force: true });
  return pausing;
}

/** Returns the reasons that the schedule is paused: the configuration, `evenkeel pause`, or both. Undefined if it is not. */
export function pauseText({ enabled, why }: HostConfig["schedule"], pausing: Pause | undefined): string | undefined {
  const reasons = [
    ...(enabled ? [] : [`paused by the configuration: ${why ?? "no reason given"}`]),
    ...(pausing ? [pausedSince(pausing)] : []),
  ];
  return reasons.length > 0 ? reasons.join("; ") : undefined;
}

export function pausedSince({ since, why }: Pause): string {
  return `paused since ${since}: ${why}`;
}
