import type { Decision, Variant } from "../../model.ts";
import type { Entry } from "../line.ts";
import { isOneVersion } from "../../workload-version.ts";
import { shownSeconds } from "../segment.ts";
import { isMeasurement, type Measurement, type Series } from "../timeline.ts";
import type { Settled } from "./candidate.ts";
import type { Reading } from "./level.ts";

/** A point of a series' line as the detector sees it. */
export interface Seen {
  entry: Entry & Measurement;
  reading: Reading;
}

/** The measured points of a line, in the order of the history. @param most so many of the newest, or all. */
export function readingsOf({ line }: Series, most = Infinity): Seen[] {
  const seen: Seen[] = [];
  for (let place = line.length - 1; place >= 0 && seen.length < most; place--) {
    const entry = line[place];
    const seconds = entry && isMeasurement(entry) ? shownSeconds(entry.segment, entry.point) : undefined;
    if (!entry || !isMeasurement(entry) || !seconds) continue;
    const { link } = entry.segment;
    seen.push({ entry, reading: { value: Math.log(seconds.value), linkError: link.status === "linked" ? link.factor.standardError : 0 } });
  }
  return seen.reverse();
}

/** Decisions that no later one narrows down. */
export function standing(decisions: readonly Decision[]): Decision[] {
  const narrowed = new Set(decisions.flatMap((one) => (one.supersedes ? [keyOf({ ...one, ...one.supersedes })] : [])));
  return decisions.filter((one) => !narrowed.has(keyOf(one)));
}

/** Those of one series that were made where its line was measured: another host's are not about it. */
export function decisionsOf(
  decisions: readonly Decision[],
  benchmark: string,
  { variant, line }: Pick<Series, "variant" | "line">,
): Decision[] {
  const known = decisions.filter((one) => one.benchmark === benchmark && one.variant === variant);
  // Most series have none, and lines are long.
  if (known.length === 0) return known;
  const environments = new Set(line.map(({ segment }) => segment.environment));
  // All of a line are of one version.
  const [first] = line;
  return known.filter(({ place }) => environments.has(place.environment) && (!first || isOneVersion(place, first.segment)));
}

/** What standing decisions say of readings. Those whose revisions are not on the line (any more) say nothing. */
export function settledIn(seen: readonly Seen[], decisions: readonly Decision[]): Required<Pick<Settled, "changes" | "rejected">> {
  const places = placesOf(seen);
  const split = ({ firstBad }: Decision) => places.get(firstBad) ?? -1;
  const known = decisions.filter((one) => split(one) >= 0);
  return {
    changes: known.filter(({ outcome }) => outcome === "confirmed").map(split),
    rejected: known
      .filter(({ outcome }) => outcome !== "confirmed")
      .map((one) => {
        const noticed = one.outcome === "unconfirmable" ? Infinity : (places.get(one.noticed) ?? split(one));
        return { split: split(one), noticed };
      }),
  };
}

/** Index of the reading that shows a revision's program, by the revision's id. */
export function placesOf(seen: readonly Seen[]): Map<string, number> {
  return new Map(seen.flatMap(({ entry }, place) => entry.point.revisions.map(({ id }): [string, number] => [id, place])));
}

function keyOf({
  benchmark,
  variant,
  place,
  firstBad,
  n,
}: Pick<Decision, "benchmark" | "place" | "firstBad" | "n"> & { variant: Variant }): string {
  return JSON.stringify([benchmark, variant, place.environment, firstBad, n]);
}
