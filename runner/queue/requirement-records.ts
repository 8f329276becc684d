import * as z from "zod";
import { paths } from "../../config/paths.ts";
import type { Build } from "../build/stored-build.ts";
import { writeAtomically } from "../system/atomic.ts";
import type { RunnerContext } from "../runner-context.ts";
import { naming } from "../store/disk-full.ts";
import { readDependencies, writeDependencies } from "../store/sessions.ts";
import { readJsonFile } from "../system/json-file.ts";

/** Requirements that are resolved without looking back, and since when. */
const undatedSchema = z.object({ why: z.string(), since: z.string() });
export type Undated = z.infer<typeof undatedSchema>;

/** The list that requirements were resolved to before, here or on another host. One that is not to be believed is reported, and not used. */
export function resolvedBefore(hash: string, { results, log: say }: RunnerContext): string[] | undefined {
  const stored = readDependencies(results.root, hash);
  if (stored && "problem" in stored) say(`ignoring ${stored.path}: it ${stored.problem}; resolving the requirements again`);
  return stored && "list" in stored ? stored.list : undefined;
}

/** Keeps what a build's requirements were resolved to, for all hosts; and for the operator, whether that was as of the day of the commit. */
export async function recordRequirements({ dependencies }: Pick<Build, "dependencies">, context: RunnerContext): Promise<void> {
  if (!dependencies) return;
  const { results, account } = context;
  const stored = readDependencies(results.root, dependencies.hash);
  if (!(stored && "problem" in stored)) await writeDependencies(results.root, account, dependencies);
  if (dependencies.undated !== undefined) await noteUndated(dependencies.undated, context);
}

/** Returns the reason that requirements were resolved as of the day of the first request; undefined where the last ones were resolved as of their commit. */
export async function readUndated(): Promise<Undated | undefined> {
  return readJsonFile(paths.undated, undatedSchema);
}

/** Returns the fact and what follows from it, in a sentence. */
export function undatedText({ why, since }: Undated): string {
  return `requirements are resolved as of today, not of the day of the commit, since ${since}: ${why}`;
}

/** Says it once: as long as the reason stays the same. */
async function noteUndated(why: string | null, { log: say }: RunnerContext): Promise<void> {
  const known = await readUndated();
  if ((known?.why ?? null) === why) return;
  const noted = why === null ? null : { why, since: new Date().toISOString() };
  await naming(paths.undated, () => writeAtomically(paths.undated, JSON.stringify(noted)));
  say(noted ? undatedText(noted) : "requirements are resolved as of the day of the commit again");
}
