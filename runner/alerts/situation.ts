import { counted } from "../report/numbers.ts";
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
  /** In words, where the schedule is on hold. */
  hold?: string;
  /** Why this host must not be measured, a line each. */
  objections: readonly string[];
  /** Why the clock cannot be measured by, once that has lasted. */
  clock?: string;
  /** The last line of a run that failed for another reason. */
  failure?: string;
  /** When a run last did all that there was to do. */
  lastSuccess?: string;
  /** So many hours without one are an alert. */
  silentHours: number;
  /** In words, where controls say that the machine measures otherwise than before. */
  moved?: string;
  changes: readonly Change[];
}

export type State = "hold" | "undeclared" | "failing" | "clock" | "silent" | "moved";

/** The states that hold now, and what is to be said of each. */
export function statesOf(situation: Situation): Map<State, Pick<Alert, "title" | "text">> {
  const { hold, objections, clock, failure, silentHours, moved } = situation;
  const found = new Map<State, Pick<Alert, "title" | "text">>();
  if (hold !== undefined) found.set("hold", { title: "on hold: nothing is measured", text: hold });
  else if (objections.length > 0) {
    found.set("undeclared", { title: "not measured: the host is not what was declared", text: objections.join("\n") });
  } else if (clock !== undefined) found.set("clock", { title: "not measured: the clock is not set", text: clock });
  else if (failure !== undefined) found.set("failing", { title: "a run failed", text: failure });
  if (hold === undefined && hoursSince(situation) >= silentHours) {
    found.set("silent", {
      title: `no successful run for ${counted(silentHours, "hour")}`,
      text: `The last one ended at ${situation.lastSuccess}.`,
    });
  }
  if (moved !== undefined) found.set("moved", { title: "the machine measures otherwise than before", text: moved });
  return found;
}

/** 0 where there was none yet. */
function hoursSince({ now, lastSuccess }: Situation): number {
  return lastSuccess === undefined ? 0 : (Date.parse(now) - Date.parse(lastSuccess)) / 3_600_000;
}
