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
  /** Key of the target's requirements at the last listing; empty if there are none. */
  dependencies: z.string(),
  /** Hash of the configuration at the last listing. */
  setup: z.string(),
  /** Time of the last listing. */
  asked: z.iso.datetime(),
  /** Benchmarks that can be measured; absent if the suite was never listed at this revision. */
  benchmarks: z.array(listedSchema).optional(),
  /** Parts of the suite that cannot be listed. */
  unlisted: z.array(unlisted),
  /** Fingerprints of the interpreter's programs, by benchmark name, if known. */
  interpreted: recordByName(z.string(), z.string()),
  /** Reason of the last failure to list anything. `isSuites`: the suite's own code failed, not machine, network or requirements. */
  problem: z.object({ message: z.string(), since: z.iso.datetime(), isSuites: z.boolean() }).optional(),
});
/** Stored listing of the suite. */
export type Kept = z.infer<typeof keptSchema>;

/** Listing of the suite at its present revision. */
export interface PresentListing extends Pick<Kept, "interpreted"> {
  /** Benchmarks that can be measured. Undefined if the suite cannot be listed, or was not listed yet and may not be. */
  benchmarks: Listed[] | undefined;
  /** The last listing failed; `benchmarks` are of earlier requirements. */
  isStale: boolean;
  /** Message, if nothing new can be measured because the suite cannot be listed. */
  problem: string | undefined;
  /** Names of listed benchmarks that cannot be imported because of an error of the suite. */
  broken: ReadonlySet<string>;
}

/** Answer of the suite to a listing. */
export type Answer =
  | { listed: Listed[]; unlisted: Unlisted[]; interpreted: Record<string, string> }
  | { problem: Omit<NonNullable<Kept["problem"]>, "since"> };

/** Milliseconds before a failed listing is retried: the cause may be the network or a package index. */
const retryMilliseconds = 10 * 60_000;

/** Milliseconds before modules that could not be imported are listed again: they may depend on more than the suite. */
const retryModulesMilliseconds = 3_600_000;

/** Last listing that was read, with the stamp of its file. */
let known: { stamp: string; kept: Kept | undefined } | undefined;

/**
 * Reads this host's newest listing. Undefined if there is none or the file is damaged; the suite is then listed again. Returns the same object
 * until the file changes.
 */
export async function readKept(): Promise<Kept | undefined> {
  const stamp = await fileStamp(paths.listing);
  if (known?.stamp !== stamp) known = { stamp, kept: await readJsonFile(paths.listing, keptSchema) };
  return known.kept;
}

/** Writes this host's newest listing. */
export async function writeKept(kept: Kept): Promise<void> {
  await naming(paths.listing, () => writeAtomically(paths.listing, JSON.stringify(kept)));
}

/**
 * Returns whether the suite must be listed again: its requirements changed, or a part failed and the configuration changed or time passed.
 * @param present key of the present requirements and hash of the present configuration.
 * @param now in milliseconds since 1970.
 */
export function isDue(kept: Kept, present: Pick<Kept, "dependencies" | "setup">, now: number): boolean {
  if (kept.dependencies !== present.dependencies) return true;
  if (kept.setup !== present.setup && (kept.problem !== undefined || kept.unlisted.length > 0)) return true;
  const age = now - Date.parse(kept.asked);
  return kept.problem ? age >= retryMilliseconds : kept.unlisted.length > 0 && age >= retryModulesMilliseconds;
}

/**
 * Merges an answer into the stored listing. If nothing can be listed, the earlier listing of this suite revision is kept, with the problem.
 * A benchmark that could be imported before remains measurable: requirements break it, not the suite, and its failures are results.
 *
 * @param since time of the first failed listing in a row; undefined if the last one succeeded.
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

/** Returns why nothing new can be measured: the suite's own code fails, and was never listed at this revision. Undefined if it can. */
export function blockingProblem({ problem, benchmarks }: Kept): string | undefined {
  return problem?.isSuites && !benchmarks ? problem.message : undefined;
}

/** Returns the present listing by the stored one. Without a stored one, the configuration lists the benchmarks of the `command` adapter. */
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

/** Returns the listed benchmarks that cannot be measured because of an error of the suite. */
export function brokenIn({ benchmarks = [], unlisted: parts }: Kept): Set<string> {
  const measurable = new Set(benchmarks.map(({ name }) => name));
  return new Set(parts.flatMap((part) => part.benchmarks).filter((name) => !measurable.has(name)));
}
