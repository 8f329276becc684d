import type { Decision, Variant } from "../../model.ts";
import type { Entry } from "../line.ts";
import { isOneVersion } from "../workload-version.ts";
import { measuredPoints, shownSeconds } from "../segment.ts";
import { currentSegment, isMeasurement, type Measurement, type Series } from "../timeline.ts";
import { median } from "../stats.ts";
import { sigmaOf, sigmaWindow, type KnownNoise, type Reading } from "./level.ts";
import type { Settled } from "./settled.ts";

/** A point of a series' line with its reading. */
export interface Seen {
  entry: Entry & Measurement;
  reading: Reading;
}

/** Returns the measured points of a line, in the order of the history. */
export function readingsOf({ line }: Series): Seen[] {
  const seen: Seen[] = [];
  for (const entry of line) {
    const seconds = isMeasurement(entry) ? shownSeconds(entry.segment, entry.point) : undefined;
    if (!isMeasurement(entry) || !seconds) continue;
    const { link } = entry.segment;
    const linkError = link.status === "linked" ? link.factor.standardError : 0;
    seen.push({ entry, reading: { value: Math.log(seconds.value), linkError, sessions: entry.point.sessions.length } });
  }
  return seen;
}

/** Returns the noise by a series' own A/A pairs, including the error within sessions. */
export function knownNoise(series: Series): KnownNoise | undefined {
  const segment = currentSegment(series);
  const noise = segment?.noise;
  if (!segment || !noise || noise.isOfSuite) return undefined;
  const within = measuredPoints(segment).map(({ pool }) => pool.within.standardError ** 2 / pool.sessions);
  return { sigma: Math.sqrt(noise.sigma ** 2 + (within.length > 0 ? median(within) : 0)), pairs: noise.pairs };
}

/** Returns whether a series has values, but its changes cannot be detected: its noise is not known, or all values were imported. */
export function isUnjudged(series: Series): boolean {
  const known = knownNoise(series);
  const isAlerted = (readings: readonly Seen[]): boolean =>
    sigmaOf(
      readings.map(({ reading }) => reading),
      known,
    ) !== undefined;
  // The newest readings suffice except in young series.
  const newest = readingsOf({ ...series, line: series.line.slice(-sigmaWindow) });
  if (isAlerted(newest) && !newest.every(isImportedValue)) return false;
  const readings = readingsOf(series);
  return readings.length > 0 && (readings.every(isImportedValue) || !isAlerted(readings));
}

/** Returns whether a value was imported, so that no fresh session can reproduce its conditions. */
export function isImportedValue({ entry }: Seen): boolean {
  return entry.point.pool.isImported;
}

/** Returns the decisions that no later one supersedes. */
export function standing(decisions: readonly Decision[]): Decision[] {
  const narrowed = new Set(decisions.flatMap((one) => (one.supersedes ? [keyOf({ ...one, ...one.supersedes })] : [])));
  return decisions.filter((one) => !narrowed.has(keyOf(one)));
}

/** Returns the decisions of one series that were made in a context of its line. Decisions of other hosts are not about it. */
export function decisionsOf(
  decisions: readonly Decision[],
  benchmark: string,
  { variant, line }: Pick<Series, "variant" | "line">,
): Decision[] {
  const known = decisions.filter((one) => one.benchmark === benchmark && one.variant === variant);
  // Most series have none, and lines are long.
  if (known.length === 0) return known;
  const environments = new Set(line.map(({ segment }) => segment.environment));
  // All entries of a line have the same version.
  const [first] = line;
  return known.filter(({ context }) => environments.has(context.environment) && (!first || isOneVersion(context, first.segment)));
}

/**
 * Returns the settled changes of readings by decisions that are not superseded. Decisions on programs far apart are left out, as are those
 * whose revisions are not on the line (any more), and rejections from before revisions between their two programs were measured.
 */
export function settledIn(seen: readonly Seen[], decisions: readonly Decision[]): Settled {
  // Most series have none, and indexes of long histories take long.
  if (decisions.length === 0) return { changes: [], drifts: [], rejected: [] };
  const indexes = indexesOf(seen);
  const known = decisions.flatMap((one) => {
    if (one.found === "creeping") return [];
    const [split, good] = [indexes.get(one.firstBad), indexes.get(one.lastGood)];
    return split === undefined ? [] : [{ ...one, split, good: good !== undefined && good < split ? good : split - 1 }];
  });
  const beside = known.filter(({ split, good }) => good === split - 1);
  return {
    changes: known
      .filter(({ outcome }) => outcome === "confirmed")
      .map(({ split, good, skipped }) => ({ split, good: skipped > 0 ? good : split - 1 })),
    drifts: known.filter(({ outcome }) => outcome === "drifted").map(({ split }) => split),
    rejected: beside
      .filter(({ outcome }) => outcome === "rejected" || outcome === "unconfirmable")
      .map(({ split, outcome, noticed }) => ({ split, noticed: outcome === "unconfirmable" ? Infinity : (indexes.get(noticed) ?? split) })),
  };
}

/** Returns the indexes of the readings of revisions' programs, by the revision's id. */
export function indexesOf(seen: readonly Seen[]): Map<string, number> {
  const indexes = new Map<string, number>();
  for (const [index, { entry }] of seen.entries()) for (const { id } of entry.point.revisions) indexes.set(id, index);
  return indexes;
}

function keyOf({
  benchmark,
  variant,
  context,
  firstBad,
  n,
}: Pick<Decision, "benchmark" | "context" | "firstBad" | "n"> & { variant: Variant }): string {
  return JSON.stringify([benchmark, variant, context.environment, firstBad, n]);
}
