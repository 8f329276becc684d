import type { Factor } from "../../runner/timeline/bridge.ts";
import { candidate, type Candidate } from "../../runner/timeline/detection/candidate.ts";
import { confirmation, type Fresh } from "../../runner/timeline/detection/confirmation.ts";
import type { KnownNoise, Reading } from "../../runner/timeline/detection/level.ts";
import type { Settled } from "../../runner/timeline/detection/settled.ts";
import { median } from "../../runner/timeline/stats.ts";
import type { Alarm, Detector, Stream } from "./stream.ts";

/** Points after which all readings are searched again: with nothing decided since, those long ago raise nothing new. */
const fully = 25;
/** Newest readings that are searched at each point, and how many of them only tell what came before. */
const newest = { searched: 150, before: 60 };

/** The same as `candidate` for the newest readings, in a fraction of the time. */
function recent(readings: readonly Reading[], settled: Settled, known: KnownNoise | undefined): Candidate | undefined {
  const first = readings.length - newest.searched;
  if (first <= 0) return candidate(readings, settled, known);
  const moved: Settled = {
    changes: settled.changes.flatMap(({ split, good }) => (good >= first ? [{ split: split - first, good: good - first }] : [])),
    drifts: settled.drifts.flatMap((split) => (split >= first ? [split - first] : [])),
    rejected: settled.rejected.map(({ split, noticed }) => ({ split: split - first, noticed: noticed - first })),
  };
  const found = candidate(readings.slice(first), moved, known);
  if (!found) return undefined;
  return found.split >= newest.before
    ? {
        ...found,
        split: found.split + first,
        noticed: found.noticed + first,
        anchor: found.anchor === undefined ? undefined : found.anchor + first,
      }
    : candidate(readings, settled, known);
}

/** Readings and decisions so far. */
export interface Known {
  readings: readonly Reading[];
  changes: readonly { split: number; good: number; change: Factor }[];
}

/** The runner's rules: candidates, confirmed or not by sessions taken at once. What they took counts in later readings, as it does on a host. */
export const evenkeel: Detector = (stream) => detect(stream);

/** The same. @param after is called once all is decided that a point raised. */
export function detect({ points, session, known }: Stream, after?: (known: Known, now: number) => void): ReturnType<Detector> {
  const taken: number[][] = [];
  const readings: Reading[] = [];
  const changes: { split: number; good: number; change: Factor }[] = [];
  const drifts: number[] = [];
  const rejected: { split: number; noticed: number }[] = [];
  const settled: Settled = { changes, drifts, rejected };
  const alarms: Alarm[] = [];
  let sessions = 0;
  for (let now = 0; now < points; now++) {
    taken.push([session(now, now)]);
    readings.push(readingOf(taken[now]));
    let isDecided = false;
    for (;;) {
      const found = isDecided || now % fully === 0 ? candidate(readings, settled, known) : recent(readings, settled, known);
      if (!found) break;
      isDecided = true;
      const { split, noticed, anchor = 0 } = found;
      const indexes = { after: split, before: split - 1, anchor };
      const fresh: Fresh[] = [];
      let outcome = confirmation(found, fresh);
      while (outcome.status === "open") {
        fresh.push({ side: outcome.next, value: session(indexes[outcome.next], now) });
        outcome = confirmation(found, fresh);
      }
      sessions += fresh.length;
      for (const { side, value } of fresh) taken[indexes[side]]?.push(value);
      for (const index of Object.values(indexes)) readings[index] = readingOf(taken[index]);
      if (outcome.status === "confirmed") {
        changes.push({ split, good: split - 1, change: outcome.change });
        alarms.push({ split, at: now, change: outcome.change });
      } else if (outcome.status === "drifted") drifts.push(split);
      else rejected.push({ split, noticed });
    }
    after?.({ readings, changes }, now);
  }
  return { alarms, sessions };
}

function readingOf(sessions: readonly number[] = []): Reading {
  return { value: median(sessions), linkError: 0, sessions: sessions.length };
}
