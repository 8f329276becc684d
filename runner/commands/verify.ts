import { openRunnerContext, type RunnerContext } from "../runner-context.ts";
import { upgradeOf } from "../queue/planned.ts";
import { readState } from "../queue/state.ts";
import type { Verification } from "../queue/verification.ts";
import { commonModeText } from "../report/common-mode.ts";
import { shiftText } from "../text/measurements.ts";
import { counted, percentText } from "../text/quantities.ts";
import { judgeText, marginText, verdictText } from "../report/upgrade.ts";
import type { BenchmarkVerdict, Continuity } from "../timeline/verdict.ts";
import { hostCommand, print, sharedOptions, unstoppable } from "./command.ts";
import { pushEmptyCommit } from "./empty-commit.ts";

export const command = hostCommand({
  name: "verify",
  summary: "check that results are continuous across the latest upgrade",
  exitCodes: ["0 continuous", "1 broken, or failed", "3 inconclusive"],
})
  .option(
    "--push-empty-commit",
    "first push an empty commit to the target, for the next runs to measure; requires target.allowEmptyCommits",
  )
  .option(...sharedOptions.json)
  .action(async (options: { pushEmptyCommit?: true; json?: true }) => {
    const context = await openRunnerContext(unstoppable);
    if (options.pushEmptyCommit) console.error(`pushed the empty commit ${await pushEmptyCommit(context)}`);
    const found = await verify(context);
    print(found, options, verifiedText);
    process.exitCode = exitCodeOf(found);
  });

/** Result of `evenkeel verify`. */
export interface Verified {
  verdict: Continuity;
  /** Reason, as a sentence. */
  why: string;
  /** Details; absent if nothing could be compared yet. */
  verification?: Verification;
}

/** Returns the verdict on the newest upgrade from stored results. Measures nothing: missing sessions are in the queue. */
async function verify(context: RunnerContext): Promise<Verified> {
  const found = upgradeOf(await readState(context, { allowBuild: false }));
  if (!found) return inconclusive("the benchmarks of the suite are not known yet; the next run lists them");
  if (found.items.length > 0) return inconclusive(`the bridge is not finished: ${counted(found.items.length, "session")} in the queue`);
  const { verification } = found;
  if (!verification)
    return inconclusive("there was no transition between environments, or no revision outside of its bridge to judge it by");
  return { verdict: verification.verdict.verdict, why: verdictText(verification.verdict), verification };
}

/** Returns the exit code: 0 continuous, 1 broken, 3 inconclusive. */
export function exitCodeOf({ verdict }: Verified): number {
  return { continuous: 0, broken: 1, inconclusive: 3 }[verdict];
}

/** Returns a line for the suite, and a line per benchmark. */
export function verifiedText({ verdict, why, verification }: Verified): string {
  const head = `${verdict}: ${why}`;
  if (!verification) return head;
  const { needs } = verification;
  const { benchmarks, common } = verification.verdict;
  const width = Math.max(...benchmarks.map(({ benchmark }) => benchmark.length));
  const more = needs.length > 0 ? [`further sessions of ${counted(needs.length, "benchmark")} are in the queue`] : [];
  const judged = [judgeText(verification, (id) => id.slice(0, 12)), `Suite: ${commonModeText(common)}.`];
  return [head, ...judged, ...benchmarks.map((one) => line(one, width)), ...more].join("\n");
}

function line(one: BenchmarkVerdict, width: number): string {
  const { benchmark, verdict, shift, reason } = one;
  const numbers = shift ? `${shiftText(shift.delta).padStart(9)} ± ${percentText(shift.standardError, 2)} (standard error)` : "";
  const margin = marginText(one);
  const why = verdict === "continuous" ? "" : (reason ?? "");
  return [`  ${benchmark.padEnd(width)}  ${verdict.padEnd(12)}`, numbers, margin && `margin ${margin}`, why].filter(Boolean).join("  ");
}

function inconclusive(why: string): Verified {
  return { verdict: "inconclusive", why };
}
