import { lasting, problemText, problemTitle, type Problem } from "../progress/problems.ts";
import { counted } from "../text/quantities.ts";
import type { Failing } from "../timeline/failing.ts";
import type { Alert } from "./alert.ts";

/** A confirmed change of a benchmark. */
export interface Change {
  /** Of its decision: told once. */
  id: string;
  title: string;
  text: string;
  decided: string;
  /** The first revision that has it. */
  revision: string;
  url?: string;
}

/** What a look of cron's came to. */
export interface Situation {
  host: string;
  now: string;
  /** In words, where the schedule is paused. */
  paused?: string;
  /** Why this host must not be measured, a line each. */
  blockers: readonly string[];
  /** Reason that the clock cannot be relied on, once that has lasted. */
  clock?: string;
  /** The last line of a run that failed for another reason. */
  failure?: string;
  /** When a run last did all that there was to do. */
  lastSuccess?: string;
  /** So many hours without one are an alert. */
  silentHours: number;
  /** In words, where controls say that the machine measures otherwise than before. */
  moved?: string;
  /** Problems that last: of fetching, publishing, measuring a revision, housekeeping, alerts. */
  problems: readonly Problem[];
  /** So many hours of failures are an alert. */
  problemHours: number;
  /** Parts of the suite that cannot be listed, a line each. */
  unlisted?: readonly string[];
  /** In words, where requirements are not resolved as of the day of the commit. */
  undated?: string;
  /** Benchmarks that fail; undefined where that is not known. */
  failing?: Failing | undefined;
  /** Every benchmark fails for so long that runs do not count as successful: told as that, not as silence. */
  isNothingMeasured?: boolean;
  changes: readonly Change[];
}

export type State = "paused" | "undeclared" | "failing" | "clock" | "silent" | "moved" | "unlisted" | "undated" | `problem ${string}`;

/** Title and text of an alert about a state. */
export type Words = Pick<Alert, "about" | "title" | "text">;

/** The states that hold now, and what is to be said of each; of failing benchmarks `failing.ts` says it. */
export function statesOf(situation: Situation): Map<State, Words> {
  const { paused, blockers, clock, failure, silentHours, moved, unlisted = [], undated } = situation;
  const found = new Map<State, Words>();
  if (paused !== undefined) found.set("paused", { about: "paused", title: "paused: nothing is measured", text: paused });
  else if (blockers.length > 0) {
    const title = "not measured: the host is not what was declared";
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
  if (moved !== undefined) found.set("moved", { about: "moved", title: "the machine measures otherwise than before", text: moved });
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

/** A state each, but one for all that cannot be measured: it may be a whole backlog. */
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

/** 0 where there was none yet. */
function hoursSince({ now, lastSuccess }: Situation): number {
  return lastSuccess === undefined ? 0 : (Date.parse(now) - Date.parse(lastSuccess)) / 3_600_000;
}
