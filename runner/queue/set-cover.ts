import type { Reason, Session, WorkItem } from "../model.ts";

/** Sessions that one benchmark still needs of one program. */
export interface Need {
  benchmark: string;
  /** Revisions that run the program. A session of any of them meets the need. */
  revisions: readonly string[];
  /** Number of missing sessions. */
  sessions: number;
}

interface SetCover {
  needs: readonly Need[];
  reason: Reason;
  /** Ids of revisions, oldest first. Of equally useful ones the newest is chosen. */
  history: readonly string[];
  /** All sessions, to count the finished items with this reason. */
  sessions: readonly Session[];
  environment: string;
  /** Returns the `because` text of an item, by the number of its benchmarks. */
  because: (benchmarks: number) => string;
}

/**
 * Returns items that meet all needs with few sessions, by greedy set cover: the revision that serves most benchmarks comes first. `nth` of an
 * item numbers the sessions of its revision and reason, which distinguishes a finished item from the next one.
 */
export function setCover({ needs, reason, history, sessions, environment, because }: SetCover): WorkItem[] {
  const indexes = new Map(history.map((id, index) => [id, index]));
  const open = needs.map((need) => ({ ...need, revisions: new Set(need.revisions.filter((id) => indexes.has(id))) }));
  const done = new Map<string, number>();
  const items: WorkItem[] = [];
  for (;;) {
    const served = new Map<string, number>();
    for (const { revisions, sessions: missing } of open) {
      if (missing > 0) for (const id of revisions) served.set(id, (served.get(id) ?? 0) + 1);
    }
    const [best] = [...served].sort(([a, most], [b, more]) => more - most || (indexes.get(b) ?? 0) - (indexes.get(a) ?? 0));
    if (!best) return items;
    const [revision] = best;
    const chosen = open.filter((need) => need.sessions > 0 && need.revisions.has(revision));
    for (const need of chosen) need.sessions--;
    const nth = (done.get(revision) ?? sessionsOf(revision, reason, environment, sessions)) + 1;
    done.set(revision, nth);
    const benchmarks = [...new Set(chosen.map(({ benchmark }) => benchmark))].sort();
    items.push({ subject: { kind: "revision", revision }, reason, because: because(benchmarks.length), benchmarks, nth });
  }
}

function sessionsOf(revision: string, reason: Reason, environment: string, sessions: readonly Session[]): number {
  return sessions.filter(
    (one) =>
      one.reason === reason && one.environment === environment && one.subject.kind === "revision" && one.subject.revision === revision,
  ).length;
}
