import { lasting, problemText, problemTitle, type Problem } from "../progress/problems.ts";
import { counted } from "../text/quantities.ts";
import type { Failing } from "../timeline/failing.ts";
import type { Alert } from "./alert.ts";

/** A confirmed change of a benchmark. */
export interface Change {
  /** Id of its decision; each is reported once. */
  id: string;
  title: string;
  text: string;
  decided: string;
  /** The first revision that has it. */
  revision: string;
  url?: string;
}

/** Situation after a scheduled run. Times are ISO 8601. */
export interface Situation {
  host: string;
  now: string;
  /** Reason of a pause; absent if the schedule is not paused. */
  paused?: string;
  /** Reasons not to measure on this host, a line each. */
  blockers: readonly string[];
  /** Lasting problem of the clock. */
  clock?: string;
  /** The last line of a run that failed for another reason. */
  failure?: string;
  /** End of the last successful run. */
  lastSuccess?: string;
  /** Hours without a successful run that are an alert. */
  silentHours: number;
  /** Description of a machine shift that controls found. */
  moved?: string;
  /** Lasting problems: of fetching, publishing, measuring a revision, housekeeping, alerts. */
  problems: readonly Problem[];
  /** Hours of failures that are an alert. */
  problemHours: number;
  /** Parts of the suite that cannot be listed, a line each. */
  unlisted?: readonly string[];
  /** Reason that requirements are not resolved as of the day of the commit. */
  undated?: string;
  /** Benchmarks that fail; undefined if unknown. */
  failing?: Failing | undefined;
  /** True if every benchmark fails at several revisions in a row. This has an alert of its own instead of `silent`. */
  isNothingMeasured?: boolean;
  changes: readonly Change[];
}

export type State = "paused" | "undeclared" | "failing" | "clock" | "silent" | "moved" | "unlisted" | "undated" | `problem ${string}`;

/** Title and text of an alert about a state. */
export type Words = Pick<Alert, "about" | "title" | "text">;

/** Returns the present states, and the text of each. `failing.ts` has those of failing benchmarks. */
export function statesOf(situation: Situation): Map<State, Words> {
  const { paused, blockers, clock, failure, silentHours, moved, unlisted = [], undated } = situation;
  const found = new Map<State, Words>();
  if (paused !== undefined) found.set("paused", { about: "paused", title: "paused: nothing is measured", text: paused });
  else if (blockers.length > 0) {
    const title = "not measured: the host differs from its declaration";
    found.set("undeclared", { about: "undeclared", title, text: blockers.join("\n") });
  } else if (clock !== undefined) found.set("clock", { about: "clock", title: "not measured: the clock is not set", text: clock });
  else if (failure !== undefined) found.set("failing", { about: "failing", title: "a run failed", text: failure });
  if (paused === undefined && !situation.isNothingMeasured && hoursSince(situation) >= silentHours) {
    found.set("silent", {
      about: "silent",
      title: `no successful run for ${counted(silentHours, "hour")}`,
      text: `The last one ended at ${situation.lastSuccess}.`,
    });
  }
  if (moved !== undefined) found.set("moved", { about: "moved", title: "the machine shifted: controls differ from before", text: moved });
  if (unlisted.length > 0) {
    found.set("unlisted", { about: "unlisted", title: "the suite cannot be listed completely", text: unlisted.join("\n") });
  }
  if (undated !== undefined) found.set("undated", { about: "undated", title: "requirements are resolved as of today", text: undated });
  for (const [state, problems] of problemStates(situation)) {
    const [{ kind }] = problems;
    const named = problems.slice(0, mostNamed).map(problemText);
    const more = problems.length > mostNamed ? [`and ${problems.length - mostNamed} more`] : [];
    const title = problemTitle(kind, problems, situation.problemHours);
    found.set(state, { about: "problem", title, text: [...named, ...more].join("\n") });
  }
  return found;
}

/** Problems that a text names. */
const mostNamed = 5;

/** Returns a state per problem, but one for all items that cannot be measured, which may be a whole backlog. */
function problemStates({ problems, problemHours }: Situation): Map<State, [Problem, ...Problem[]]> {
  const states = new Map<State, [Problem, ...Problem[]]>();
  for (const problem of lasting(problems, problemHours)) {
    const state: State = problem.kind === "measure" ? "problem measure" : `problem ${problem.kind} ${problem.about}`;
    const known = states.get(state);
    if (known) known.push(problem);
    else states.set(state, [problem]);
  }
  return states;
}

/** Returns the hours since the last successful run; 0 if there was none. */
function hoursSince({ now, lastSuccess }: Situation): number {
  return lastSuccess === undefined ? 0 : (Date.parse(now) - Date.parse(lastSuccess)) / 3_600_000;
}
