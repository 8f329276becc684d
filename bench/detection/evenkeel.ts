import { candidate } from "../../runner/timeline/detection/candidate.ts";
import { confirmation, type Fresh } from "../../runner/timeline/detection/confirmation.ts";
import type { Reading } from "../../runner/timeline/detection/level.ts";
import { median } from "../../runner/timeline/stats.ts";
import type { Alarm, Detector } from "./stream.ts";

/** The runner's rules: candidates, confirmed or not by sessions taken at once. What they took counts in later readings, as it does on a host. */
export const evenkeel: Detector = ({ points, session }) => {
  const taken: number[][] = [];
  const readings: Reading[] = [];
  const changes: number[] = [];
  const rejected: { split: number; noticed: number }[] = [];
  const alarms: Alarm[] = [];
  let sessions = 0;
  for (let now = 0; now < points; now++) {
    taken.push([session(now, now)]);
    readings.push(readingOf(taken[now]));
    for (let found = candidate(readings, { changes, rejected }); found; found = candidate(readings, { changes, rejected })) {
      const { split, noticed } = found;
      const fresh: Fresh[] = [];
      let outcome = confirmation(found, fresh);
      while (outcome.status === "open") {
        fresh.push({ side: outcome.next, value: session(outcome.next === "after" ? split : split - 1, now) });
        outcome = confirmation(found, fresh);
      }
      sessions += fresh.length;
      for (const { side, value } of fresh) taken[side === "after" ? split : split - 1]?.push(value);
      for (const place of [split - 1, split]) readings[place] = readingOf(taken[place]);
      if (outcome.status === "confirmed") {
        changes.push(split);
        alarms.push({ split, at: now });
      } else rejected.push({ split, noticed });
    }
  }
  return { alarms, sessions };
};

function readingOf(sessions: readonly number[] = []): Reading {
  return { value: median(sessions), linkError: 0 };
}
