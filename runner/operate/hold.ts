import { readFile, rm } from "node:fs/promises";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { writeAtomically } from "../host/atomic.ts";

const holdSchema = z.object({ why: z.string(), since: z.string() });
/** The state in which the schedule does nothing, by an operator's word. */
export type Hold = z.infer<typeof holdSchema>;

export async function readHold(): Promise<Hold | undefined> {
  const text = await readFile(paths.hold, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return holdSchema.catch({ why: "the hold's file is damaged", since: "" }).parse(tryParseJson(text));
}

export async function pause(why: string): Promise<Hold> {
  const hold = { why, since: new Date().toISOString() };
  await writeAtomically(paths.hold, `${JSON.stringify(hold)}\n`);
  return hold;
}

/** Returns the hold that was lifted, if there was one. */
export async function resume(): Promise<Hold | undefined> {
  const hold = await readHold();
  await rm(paths.hold, { force: true });
  return hold;
}

/** Why the schedule does nothing: by configuration, by an operator's word, or both. undefined where it is at work. */
export function pauseText({ enabled, why }: HostConfig["schedule"], hold: Hold | undefined): string | undefined {
  const reasons = [...(enabled ? [] : [`paused by the configuration: ${why ?? "no reason given"}`]), ...(hold ? [holdText(hold)] : [])];
  return reasons.length > 0 ? reasons.join("; ") : undefined;
}

export function holdText({ since, why }: Hold): string {
  return `on hold since ${since}: ${why}`;
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
