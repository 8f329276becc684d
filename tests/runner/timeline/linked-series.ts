import type { ScalingFactor, Reason, Session } from "../../../runner/model.ts";
import { transitions } from "../../../runner/timeline/line.ts";
import { newestRevision } from "../../../runner/timeline/points.ts";
import { shownSeconds } from "../../../runner/timeline/segment.ts";
import { isMeasurement, timeline, type BenchmarkTimeline, type Measurement, type Series } from "../../../runner/timeline/timeline.ts";
import { failed, history, measured, session } from "../report/fixture.ts";

export const revisions = history(20);
export const numberOf = new Map(revisions.map(({ id }, number) => [id, number]));
const sorted = (seconds: number, workload = "w1") => ({ sort: { compiled: measured(seconds, { workload }) } });

let serial = 0;
export const taken = (number: number, environment: string, seconds: number, reason: Reason = "new", workload = "w1"): Session =>
  session(number, sorted(seconds, workload), { environment, serial: serial++, reason });

export const program = (number: number, environment: string, seconds: number, reason: Reason = "new") =>
  session(number, { sort: { compiled: { ...measured(seconds), fingerprint: environment } } }, { environment, serial: serial++, reason });

export const interpretedIn = (seconds: number, environment: string) =>
  session("baseline", { sort: { interpreted: measured(seconds) } }, { environment, serial: serial++ });

export const broke = (number: number, environment: string, reason: Reason = "new"): Session =>
  session(number, { sort: { compiled: failed() } }, { environment, serial: serial++, reason });

export function linkedSortOf(
  sessions: Session[],
  scalingFactors: ScalingFactor[],
  currentEnvironment: string,
  workload = "w1",
): BenchmarkTimeline {
  const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload }];
  const [sort] = timeline({ history: revisions, sessions, listed, currentEnvironment, scalingFactors }).benchmarks;
  if (!sort) throw new Error("the timeline has no benchmark");
  return sort;
}

export function seriesOf(...given: Parameters<typeof linkedSortOf>): Series {
  const [series] = linkedSortOf(...given).series;
  if (!series) throw new Error("the benchmark has no series");
  return series;
}

/** The line as `revision environment`, and `|` where there is a transition. */
export function drawn({ line }: Series): string {
  const found = new Set(transitions(line).map(({ before }) => before));
  return line
    .map(({ segment, revisions }, index) => {
      const name = `${revisions.map(({ id }) => numberOf.get(id)).join("+")}${segment.environment}`;
      return found.has(index) ? `| ${name}` : name;
    })
    .join(" ");
}

export const shown = ({ segment, point }: Measurement) => shownSeconds(segment, point);
export const at = ({ line }: Series, number: number): Measurement => {
  const found = line.filter(isMeasurement).find(({ point }) => numberOf.get(newestRevision(point).id) === number);
  if (!found) throw new Error(`revision ${number} is not on the line`);
  return found;
};

export const a = { environment: "a" };
export const b = { environment: "b" };
export const c = { environment: "c" };

/** Three revisions in a, the newest two of them again in b, and a new one there. */
export const upgraded = [
  taken(1, "a", 10),
  taken(2, "a", 11),
  taken(3, "a", 12),
  taken(2, "b", 5.5, "bridge"),
  taken(3, "b", 6, "bridge"),
  taken(4, "b", 6),
];
