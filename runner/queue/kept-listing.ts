import * as z from "zod";
import { byName, recordByName } from "../../config/by-name.ts";
import { paths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { writeAtomically } from "../system/atomic.ts";
import { listedSchema } from "../formats/session.ts";
import type { Listed } from "../model.ts";
import { fileStamp } from "../system/file-stamp.ts";
import { naming } from "../store/disk-full.ts";
import { listedCommands } from "../suites/command.ts";
import { unlisted, type Unlisted } from "../suites/suite.ts";
import { readJsonFile } from "../system/json-file.ts";

const keptSchema = z.object({
  /** Revision of the suite. */
  suite: z.string(),
  environment: z.string(),
  /** Key of the target's requirements that it was asked with last; empty where there are none. */
  dependencies: z.string(),
  /** Hash of the configuration that it was asked with last. */
  setup: z.string(),
  /** Time of the last listing. */
  asked: z.iso.datetime(),
  /** Those that can be measured; absent where it was never listed at this revision. */
  benchmarks: z.array(listedSchema).optional(),
  /** Parts of it that cannot be listed. */
  unlisted: z.array(unlisted),
  /** Fingerprint of what the interpreter itself executes, by the benchmark's name, where it can be told. */
  interpreted: recordByName(z.string(), z.string()),
  /** Reason that nothing could be listed the last time; `isSuites` where the suite's own code, not machine, network or requirements, failed. */
  problem: z.object({ message: z.string(), since: z.iso.datetime(), isSuites: z.boolean() }).optional(),
});
/** Listing of the suite, as it is kept. */
export type Kept = z.infer<typeof keptSchema>;

/** Listing of the suite at its present revision. */
export interface PresentListing extends Pick<Kept, "interpreted"> {
  /** Those that can be measured; undefined where the suite cannot be listed, or is not known and may not be asked. */
  benchmarks: Listed[] | undefined;
  /** It could not be listed the last time; `benchmarks` are of earlier requirements. */
  isStale: boolean;
  /** In words, where nothing new can be measured: the suite cannot be listed. */
  problem: string | undefined;
  /** Names of benchmarks that it lists and that cannot be imported, by the suite's own fault. */
  broken: ReadonlySet<string>;
}

/** Answer of the suite to a listing. */
export type Answer =
  | { listed: Listed[]; unlisted: Unlisted[]; interpreted: Record<string, string> }
  | { problem: Omit<NonNullable<Kept["problem"]>, "since"> };

/** Milliseconds after which a listing that failed is retried: the network or an index may be at fault. */
const retryMilliseconds = 10 * 60_000;

/** Modules that could not be imported are asked for again after so long: they may depend on more than the suite. */
const retryModulesMilliseconds = 3_600_000;

/** The newest listing that was read or written, with the stamp of its file. */
let known: { stamp: string; kept: Kept | undefined } | undefined;

/**
 * Reads the newest listing here; undefined where nothing was listed, or the file is damaged: then the suite is asked again. Asked again, it returns
 * the same value as long as the file has not changed.
 */
export async function readKept(): Promise<Kept | undefined> {
  const stamp = await fileStamp(paths.listing);
  if (known?.stamp !== stamp) known = { stamp, kept: await readJsonFile(paths.listing, keptSchema) };
  return known.kept;
}

/** Writes the newest listing here. */
export async function writeKept(kept: Kept): Promise<void> {
  await naming(paths.listing, () => writeAtomically(paths.listing, JSON.stringify(kept)));
}

/**
 * Returns whether the suite is to be asked again: what failed, once the configuration is another one, or after a while.
 * @param present key of the requirements and hash of the configuration as they are now.
 */
export function isDue(kept: Kept, present: Pick<Kept, "dependencies" | "setup">, now: number): boolean {
  if (kept.dependencies !== present.dependencies) return true;
  if (kept.setup !== present.setup && (kept.problem !== undefined || kept.unlisted.length > 0)) return true;
  const age = now - Date.parse(kept.asked);
  return kept.problem ? age >= retryMilliseconds : kept.unlisted.length > 0 && age >= retryModulesMilliseconds;
}

/**
 * Returns what is known after asking. Where nothing can be listed, what was listed before at this revision of the suite stands beside the reason. A
 * benchmark that could be imported before stays one that can be measured: requirements break it, not the suite, and its failures are results.
 *
 * @param since when it could not be listed for the first time; undefined where it could be, the last time.
 */
export function merged(
  kept: Kept | undefined,
  answer: Answer,
  { since, now }: { since: string | undefined; now: string },
): Pick<Kept, "asked" | "benchmarks" | "unlisted" | "interpreted" | "problem"> {
  if ("problem" in answer) {
    const { benchmarks, unlisted: before = [] } = kept ?? {};
    const problem = { ...answer.problem, since: since ?? now };
    return { asked: now, ...(benchmarks && { benchmarks }), unlisted: before, interpreted: byName(), problem };
  }
  const importable = new Set(kept?.benchmarks?.map(({ name }) => name));
  const broken = new Set(answer.unlisted.flatMap(({ benchmarks }) => benchmarks).filter((name) => !importable.has(name)));
  const benchmarks = answer.listed.filter(({ name }) => !broken.has(name));
  return { asked: now, benchmarks, unlisted: answer.unlisted, interpreted: answer.interpreted };
}

/** Returns why nothing new can be measured: the suite's own code cannot be listed, and never could be at this revision. */
export function blockingProblem({ problem, benchmarks }: Kept): string | undefined {
  return problem?.isSuites && !benchmarks ? problem.message : undefined;
}

/** Returns what is told of a kept listing. Commands are listed by the configuration, where nothing is kept. */
export function presentListing(kept: Kept | undefined, suite: HostConfig["suite"]): PresentListing {
  if (!kept) {
    const benchmarks = suite.adapter === "command" ? listedCommands(suite.benchmarks) : undefined;
    return { benchmarks, interpreted: byName(), isStale: false, problem: undefined, broken: new Set() };
  }
  const problem = blockingProblem(kept);
  return {
    benchmarks: kept.benchmarks,
    interpreted: kept.interpreted,
    isStale: kept.problem !== undefined,
    problem: problem === undefined ? undefined : problemText(problem),
    broken: brokenIn(kept),
  };
}

/** Returns `the suite cannot be listed: SyntaxError: invalid syntax`. */
function problemText(message: string): string {
  return `the suite cannot be listed: ${message}`;
}

/** Returns the benchmarks that are listed and cannot be measured, by the suite's own fault. */
export function brokenIn({ benchmarks = [], unlisted: parts }: Kept): Set<string> {
  const measurable = new Set(benchmarks.map(({ name }) => name));
  return new Set(parts.flatMap((part) => part.benchmarks).filter((name) => !measurable.has(name)));
}
