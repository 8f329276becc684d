import type { Revision, Session, WorkItem } from "../model.ts";
import type { MeasuredPoint } from "../timeline/points.ts";
import { sessionsOfBimodal } from "../timeline/modes.ts";
import { mainVariant } from "../timeline/attempts.ts";
import type { BenchmarkTimeline } from "../timeline/timeline.ts";
import { candidates, heldOut } from "./bridges.ts";
import { setCover, type Need } from "./set-cover.ts";

export interface PreUpgradeInput {
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions. */
  sessions: readonly Session[];
  /** First-parent, oldest first. */
  history: readonly Revision[];
  environment: string;
  /** Start of this pre-upgrade run, ISO 8601. Earlier sessions do not count. */
  since: string;
}

/** Sessions of the program that is held out of the next bridge. */
const heldOutSessions = 5;
/** Programs that the next bridge uses. */
const bridgePoints = 5;

/**
 * Returns the sessions to take before an environment ends, so that the next one can be linked to it and judged. They are 5 sessions of the
 * program that will be held out, and one of each program of the bridge, or three if it is bimodal. Sessions since `since` are subtracted. Pure.
 */
export function preUpgradeRun({ benchmarks, sessions, history, environment, since }: PreUpgradeInput): WorkItem[] {
  const taken = sessions.filter((one) => one.reason === "pre-upgrade" && one.environment === environment && one.started >= since);
  const needs = benchmarks.flatMap(({ name: benchmark, listed, series }): Need[] => {
    const here =
      listed && series.find(({ variant }) => variant === mainVariant(listed))?.segments.find(({ link }) => link.status === "current");
    if (!here) return [];
    const missing = (point: MeasuredPoint, wanted: number): Need => {
      const revisions = point.revisions.map(({ id }) => id);
      const done = taken.filter(({ subject, benchmarks: of }) => isOf(subject, revisions) && of[benchmark] !== undefined);
      return { benchmark, revisions, sessions: wanted - done.length };
    };
    const held = heldOut(here);
    const bridged = candidates(here).slice(0, bridgePoints);
    // A single program serves as both.
    return held
      ? [missing(held, heldOutSessions), ...bridged.map((point) => missing(point, here.modes ? sessionsOfBimodal : 1))]
      : bridged.map((point) => missing(point, heldOutSessions));
  });
  return setCover({
    needs,
    reason: "pre-upgrade",
    history: history.map(({ id }) => id),
    sessions,
    environment,
    because: (count) => `pre-upgrade run: ${count} of its programs`,
  });
}

function isOf(subject: Session["subject"], revisions: readonly string[]): boolean {
  return subject.kind === "revision" && revisions.includes(subject.revision);
}
