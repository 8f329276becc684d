import { building, sampling, withBlock, withBlockBegun, withFailure, type Activity } from "../../../runner/progress/activity.ts";
import { exampleHeader } from "../store/example.ts";
import type { JournalContents } from "../../../runner/store/journal-contents.ts";

/** A journal that plans some benchmarks, and holds no block. */
export function journalOf(benchmarks: readonly string[], samples = 15): JournalContents {
  const plan = benchmarks.map((benchmark) => ({ benchmark, variant: "compiled" as const, workload: "w", samples }));
  return { path: "", header: exampleHeader({ plan }), blocks: [], chosen: [], failed: [], finished: false, ended: "" };
}

/**
 * An activity after so many blocks of five samples, each of which took 2 s: benchmark i takes i + 1 ms, give or take a percent. The clock is
 * at 10 s when sampling begins.
 */
export function measuring(benchmarks: readonly string[], blocks: number, options: { failing?: string; rounds?: number } = {}): Activity {
  const { rounds = 3, failing } = options;
  let now = 10_000;
  let activity = sampling(building("revision 0123456789ab", "new", 0), journalOf(benchmarks, rounds * 5), now);
  for (let done = 0; done <= blocks; done++) {
    const index = done % benchmarks.length;
    const which = { benchmark: benchmarks[index] ?? "", variant: "compiled" as const };
    const begun = { round: Math.floor(done / benchmarks.length), rounds, blocksDone: done, blocks: rounds * benchmarks.length };
    activity = withBlockBegun(activity, { ...which, ...begun }, 0, now);
    if (done === blocks) break;
    now += 2000;
    const samples = [0, 1, 2, 3, 4].map((n) => ((index + 1) / 1000) * (1 + (n - 2) / 100));
    activity =
      which.benchmark === failing
        ? withFailure(activity, which, "it ended with exit code 1", now)
        : withBlock(activity, { ...which, samples }, now);
  }
  return activity;
}
