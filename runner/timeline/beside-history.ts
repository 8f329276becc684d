import type { Revision, Session } from "../model.ts";
import { isMeasured, isSame } from "./program.ts";
import type { Copies } from "./compared.ts";
import { variants } from "./results.ts";
import { seriesKey } from "./timeline.ts";

/**
 * Returns the history with revisions outside of it appended, so that timelines have points of them. Only their ids are known. Their reused
 * results have no neighbours there, so the originals are returned, too.
 */
export function withBeside(
  history: readonly Revision[],
  ids: Iterable<string>,
  sessions: readonly Pick<Session, "subject" | "benchmarks">[],
): { history: Revision[]; copies: Copies } {
  const known = new Set(history.map(({ id }) => id));
  const beside = new Set([...ids].filter((id) => !known.has(id)));
  const copies = new Map<string, Map<string, string>>();
  const originals = new Set<string>();
  for (const { subject, benchmarks } of sessions) {
    if (subject.kind !== "revision" || !beside.has(subject.revision)) continue;
    for (const [name, outcomes] of Object.entries(benchmarks)) {
      for (const variant of variants) {
        const outcome = outcomes[variant];
        if (!outcome) continue;
        const key = seriesKey({ benchmark: name, variant });
        const ofSeries = copies.get(key) ?? new Map<string, string>();
        copies.set(key, ofSeries);
        // Samples of the revision itself have priority over reused results.
        if (isMeasured(outcome)) ofSeries.set(subject.revision, subject.revision);
        else if (isSame(outcome) && !ofSeries.has(subject.revision)) ofSeries.set(subject.revision, outcome.as);
        if (isSame(outcome)) originals.add(outcome.as);
      }
    }
  }
  const added = [...beside, ...[...originals].filter((id) => !known.has(id) && !beside.has(id))];
  return { history: [...history, ...added.map(revisionOf)], copies };
}

function revisionOf(id: string): Revision {
  return { id, committed: "", author: "", title: "", isEmpty: false };
}
