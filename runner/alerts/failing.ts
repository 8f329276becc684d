import { failingLines } from "../report/failing.ts";
import { counted } from "../text/quantities.ts";
import { plainProse } from "../report/prose.ts";
import type { Failing } from "../timeline/failing.ts";
import type { Words } from "./situation.ts";

/** States of alerts: every benchmark fails, or a single one does. */
const everyBenchmark = "benchmarks";
const prefix = "benchmark ";
type FailingState = typeof everyBenchmark | `${typeof prefix}${string}`;

/** States after a run, and the alerts about those that began or ended with it. */
export interface FailingNews {
  open: FailingState[];
  alerts: Words[];
}

/**
 * Returns one alert for all benchmarks that fail since the same revision, one for a whole suite, and one for those that no longer fail. A
 * benchmark without a result in this environment or of this workload keeps its state.
 *
 * @param before open states that were reported. @param failing undefined if nothing is known.
 */
export function failingNews(before: ReadonlySet<string>, failing: Failing | undefined): FailingNews {
  const known = [...before].filter((state) => state.startsWith(prefix)).map((state) => state.slice(prefix.length));
  const wasEvery = before.has(everyBenchmark);
  if (!failing) return { open: statesOf(known, wasEvery), alerts: [] };
  const over = endsOf(known, failing);
  const begun = failing.benchmarks.filter(({ benchmark }) => !known.includes(benchmark));
  const isEvery = failing.all !== undefined || (wasEvery && failing.measured.length === 0);
  const open = [...known.filter((name) => !over.has(name)), ...begun.map(({ benchmark }) => benchmark)];
  return { open: statesOf(open, isEvery), alerts: alertsOf({ begun, over, wasEvery, isEvery }, failing) };
}

function statesOf(names: readonly string[], isEvery: boolean): FailingState[] {
  return [...(isEvery ? ([everyBenchmark] as const) : []), ...names.map((name): FailingState => `${prefix}${name}`)];
}

/** Returns the reasons that failures ended, by benchmark. */
function endsOf(known: readonly string[], { benchmarks, measured, unmeasured }: Failing): Map<string, string> {
  const values = new Map(measured.map(({ benchmark, revision }) => [benchmark, revision]));
  const listed = new Set([...benchmarks.map(({ benchmark }) => benchmark), ...values.keys(), ...unmeasured]);
  const over = new Map<string, string>();
  for (const name of known) {
    const revision = values.get(name);
    if (revision !== undefined) over.set(name, `measured at ${plainProse.commit(revision)}`);
    else if (listed.size > 0 && !listed.has(name)) over.set(name, "no longer in the suite");
  }
  return over;
}

interface Transition {
  begun: Failing["benchmarks"];
  over: ReadonlyMap<string, string>;
  wasEvery: boolean;
  isEvery: boolean;
}

function alertsOf({ begun, over, wasEvery, isEvery }: Transition, failing: Failing): Words[] {
  const { all } = failing;
  const about = "benchmarks" as const;
  if (isEvery && wasEvery) return [];
  if (isEvery && all)
    return [
      { about, title: `every benchmark fails since ${plainProse.commit(all.since)}`, text: failingLines(failing, plainProse).join("\n") },
    ];
  const began = [...new Set(begun.map(({ since }) => since))].map((since): Words => {
    const benchmarks = begun.filter((one) => one.since === since);
    const [first, ...others] = benchmarks;
    const what = others.length === 0 ? `${first?.benchmark} fails` : `${benchmarks.length} benchmarks fail`;
    const text = failingLines({ benchmarks, measured: [], unmeasured: [] }, plainProse).join("\n");
    return { about, title: `${what} since ${plainProse.commit(since)}`, text };
  });
  return [...began, ...ended(over, wasEvery, failing)];
}

function ended(over: ReadonlyMap<string, string>, wasEvery: boolean, failing: Failing): Words[] {
  const about = "benchmarks" as const;
  const [first, ...others] = over;
  const lines = [...over].map(([name, how]) => `${name}: ${how}`);
  if (wasEvery) {
    const still = failingLines(failing, plainProse).map((line) => `still failing: ${line}`);
    return [{ about, title: "benchmarks can be measured again", text: [...lines, ...still].join("\n") }];
  }
  if (!first) return [];
  const what = others.length === 0 ? `${first[0]} no longer fails` : `${counted(over.size, "benchmark")} no longer fail`;
  return [{ about, title: what, text: lines.join("\n") }];
}
