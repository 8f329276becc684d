import * as z from "zod";
import { paths } from "../../config/paths.ts";
import type { Build } from "../build/stored-build.ts";
import { writeAtomically } from "../system/atomic.ts";
import type { RunnerContext } from "../runner-context.ts";
import { naming } from "../store/disk-full.ts";
import { readDependencies, writeDependencies } from "../store/sessions.ts";
import { readJsonFile } from "../system/json-file.ts";

/** Reason that requirements are resolved as of today instead of the commit's day, and the time of the first such resolution. */
const undatedSchema = z.object({ why: z.string(), since: z.string() });
export type Undated = z.infer<typeof undatedSchema>;

/** Returns the list of packages that requirements were resolved to before, on any host. A damaged list is logged and ignored. */
export function resolvedBefore(hash: string, { results, log }: RunnerContext): string[] | undefined {
  const stored = readDependencies(results.root, hash);
  if (stored && "problem" in stored) log(`ignoring ${stored.path}: it ${stored.problem}; resolving the requirements again`);
  return stored && "list" in stored ? stored.list : undefined;
}

/** Stores the resolved packages of a build's requirements for all hosts. Also notes for the operator whether they are of the commit's day. */
export async function recordRequirements({ dependencies }: Pick<Build, "dependencies">, context: RunnerContext): Promise<void> {
  if (!dependencies) return;
  const { results, account } = context;
  const stored = readDependencies(results.root, dependencies.hash);
  if (!(stored && "problem" in stored)) await writeDependencies(results.root, account, dependencies);
  if (dependencies.undated !== undefined) await noteUndated(dependencies.undated, context);
}

/** Returns why the last requirements were resolved as of today. Undefined if they were resolved as of the day of their commit. */
export async function readUndated(): Promise<Undated | undefined> {
  return readJsonFile(paths.undated, undatedSchema);
}

/** Returns `requirements are resolved as of today, not of the day of the commit, since 2026-11-30T…: the index gives no upload times`. */
export function undatedText({ why, since }: Undated): string {
  return `requirements are resolved as of today, not of the day of the commit, since ${since}: ${why}`;
}

/** Stores and logs a changed reason. */
async function noteUndated(why: string | null, { log }: RunnerContext): Promise<void> {
  const known = await readUndated();
  if ((known?.why ?? null) === why) return;
  const noted = why === null ? null : { why, since: new Date().toISOString() };
  await naming(paths.undated, () => writeAtomically(paths.undated, JSON.stringify(noted)));
  log(noted ? undatedText(noted) : "requirements are resolved as of the day of the commit again");
}
