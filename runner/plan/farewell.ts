import type { Revision, Session, WorkItem } from "../model.ts";
import { mainVariant, type BenchmarkTimeline } from "../timeline/timeline.ts";
import { candidates, heldOut } from "./bridges.ts";
import { cover, type Need } from "./cover.ts";

export interface FarewellInput {
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions. */
  sessions: readonly Session[];
  /** First-parent, oldest first. */
  history: readonly Revision[];
  environment: string;
  /** Sessions before this time, ISO 8601, count for another farewell. */
  since: string;
}

/** Sessions of the program that is held out of the next bridge. */
const heldOutSessions = 5;
/** Programs that the next bridge stands on. */
const bridgePoints = 5;

/**
 * What is measured before an environment goes away, so that the next one can be linked to it and judged: 5 sessions of the program that
 * will be held out, a fresh session of each that the bridge will stand on. What was taken since then is not taken again. Pure.
 */
export function farewell({ benchmarks, sessions, history, environment, since }: FarewellInput): WorkItem[] {
  const taken = sessions.filter((one) => one.reason === "farewell" && one.environment === environment && one.started >= since);
  const needs = benchmarks.flatMap(({ name: benchmark, listed, series }): Need[] => {
    const here =
      listed && series.find(({ variant }) => variant === mainVariant(listed))?.segments.find(({ link }) => link.status === "current");
    if (!here) return [];
    const missing = (revisions: readonly string[], wanted: number): Need => ({
      benchmark,
      revisions,
      sessions: wanted - taken.filter(({ subject, benchmarks: of }) => isOf(subject, revisions) && of[benchmark] !== undefined).length,
    });
    const held = heldOut(here);
    return [
      ...(held
        ? [
            missing(
              held.revisions.map(({ id }) => id),
              heldOutSessions,
            ),
          ]
        : []),
      ...candidates(here)
        .slice(0, bridgePoints)
        .map(({ revisions }) =>
          missing(
            revisions.map(({ id }) => id),
            1,
          ),
        ),
    ];
  });
  return cover({
    needs,
    reason: "farewell",
    history: history.map(({ id }) => id),
    sessions,
    environment,
    because: (count) => `farewell to this environment: ${count} of its programs`,
  });
}

function isOf(subject: Session["subject"], revisions: readonly string[]): boolean {
  return subject.kind === "revision" && revisions.includes(subject.revision);
}
