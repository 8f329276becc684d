import { median } from "../stats.ts";
import { leastError, levelBefore, mayDiffer, sigmaOf, sigmaWindow, weightOf, zOf, type KnownNoise, type Reading } from "./level.ts";
import { onset, type Onset, type Stretch } from "./onset.ts";
import { isRamp } from "./ramp.ts";
import { isBlocked, segmentsOf, triesAt, type Segment, type Settled } from "./settled.ts";
import { criticalT, largestT, winsorised } from "./scan.ts";

/** A suspected change, to be confirmed by fresh sessions. */
export interface Candidate extends Onset {
  found: "online" | "scan" | "bisection";
  /** Index of the newest reading that raised it. */
  noticed: number;
  /** Noise from point to point, of ln seconds. */
  sigma: number;
  /** Index of a reading well before it. If both sides of the change moved, it distinguishes the machine from an earlier change. */
  anchor: number | undefined;
}

export const noticedZ = 3.5;
export const noticedChange = 0.005;
/** Least change that the scan finds, as for single points. */
const scannedChange = 0.003;
const leastScanned = 10;
/** Readings that are scanned at once; stretches of them overlap by half. */
const window = 60;
/** Winsorising limit of readings in a scan, in sigma from their neighbours. */
const clip = 2;
/** Least number of sessions of a level; fewer if A/A pairs give the noise. */
const leastLevel = { usual: 3, known: 2 };
/** Largest number of positions at which a change noticed at one point is tried. */
const mostTries = 3;
const anchorBefore = 8;
/** Number of readings that share one estimate of the noise. */
const noiseStep = 10;

/**
 * Returns the next suspected change in readings; undefined without one. Every segment between settled changes is searched, the newest first.
 * A reading is noticed if it differs from the median before it by |z| > 3.5 and more than .5 %. A scan finds smaller changes of many
 * readings. Creeping values raise no suspicion of a revision. Only one change is returned, because it shifts all later values.
 */
export function candidate(readings: readonly Reading[], settled: Settled, known?: KnownNoise): Candidate | undefined {
  const sigmas = new Map<number, number | undefined>();
  const sigmaAt = (end: number): number | undefined => {
    if (!sigmas.has(end)) sigmas.set(end, sigmaOf(readings.slice(Math.max(0, end - sigmaWindow), end), known));
    return sigmas.get(end);
  };
  for (const segment of segmentsOf(readings.length, settled)) {
    const search = { readings, settled, segment, sigmaAt, least: known ? leastLevel.known : leastLevel.usual };
    const found = noticedOne(search) ?? scannedOne(search);
    if (found) return { ...found, anchor: anchorOf(found.split, segment) };
  }
  return undefined;
}

/** Returns the noise estimated from readings up to one of them. Undefined with too few readings. */
export function noiseAt(readings: readonly Reading[], index: number, known?: KnownNoise): number | undefined {
  return sigmaOf(readings.slice(0, noiseEnd(index, readings.length)), known);
}

/** Returns the index of the anchor: eight readings before a change, or as many as there are. */
function anchorOf(split: number, { from }: Pick<Segment, "from">): number | undefined {
  const anchor = Math.max(from, split - anchorBefore);
  return anchor < split - 1 ? anchor : undefined;
}

interface Search {
  readings: readonly Reading[];
  settled: Settled;
  segment: Segment;
  /** Returns the noise estimated from the readings before an index. */
  sigmaAt: (end: number) => number | undefined;
  least: number;
}

/** Returns the readings that the noise at a reading is estimated from: those up to it and at most nine after it; more for the first ones. */
function noiseEnd(index: number, count: number): number {
  return Math.min(count, Math.max(noiseStep * Math.ceil((index + 1) / noiseStep), sigmaWindow / 2));
}

function noticedOne({ readings, settled, segment, sigmaAt, least }: Search): Omit<Candidate, "anchor"> | undefined {
  const { from, to } = segment;
  const stretch: Stretch = { readings, from, leastLevel: least, mayBegin: (split) => mayBegin(readings, split, to - 1, settled) };
  for (let index = from + 1; index < to; index++) {
    const reading = readings[index];
    const sigma = sigmaAt(noiseEnd(index, readings.length));
    if (!reading || reading.linkError > 0 || sigma === undefined) continue;
    if (!mayDiffer(readings, from, index, Math.max(noticedChange, noticedZ * sigma * leastError(reading)))) continue;
    const level = levelBefore(readings, from, index);
    if (!level || level.points < least) continue;
    const change = reading.value - level.value;
    if (Math.abs(change) <= noticedChange || triesAt(index, settled) >= mostTries) continue;
    if (Math.abs(zOf(change, { sigma, count: weightOf(reading), level })) <= noticedZ) continue;
    if (settled.rejected.some(({ split }) => split === index)) continue;
    const begin = onset(stretch, { split: index, level, change }, sigma);
    const found = begin && { ...begin, found: "online" as const, noticed: index, sigma };
    if (found && !isRamp(readings, segment, found, sigma)) return found;
  }
  return undefined;
}

function mayBegin(readings: readonly Reading[], split: number, newest: number, settled: Settled): boolean {
  return (readings[split]?.linkError ?? 1) === 0 && !isBlocked(split, newest, settled);
}

/** Scans the newest readings of a segment first, then those before them. */
function scannedOne(search: Search): Omit<Candidate, "anchor"> | undefined {
  const { from, to } = search.segment;
  for (let end = to; end - from >= leastScanned; end = end === to ? lastStop(end) : end - window / 2) {
    const found = scanned(search, Math.max(from, end - window), end);
    if (found) return found;
    if (end - window <= from) return undefined;
  }
  return undefined;
}

/** Returns the stretches to scan. All but the newest one stay the same as readings are added. */
function lastStop(end: number): number {
  return Math.ceil(end / (window / 2) - 1) * (window / 2);
}

/** Scans winsorised values for the cut with the largest Student's t, at a level of one in a thousand over all cuts. */
function scanned(
  { readings, settled, segment, sigmaAt, least }: Search,
  start: number,
  end: number,
): Omit<Candidate, "anchor"> | undefined {
  const sigma = sigmaAt(end);
  if (sigma === undefined) return undefined;
  const seen = readings.slice(start, end);
  const values = winsorised(
    seen.map(({ value }) => value),
    clip * sigma,
  );
  const found = largestT(values, {
    linkErrors: seen.map(({ linkError }) => linkError),
    weights: seen.map(weightOf),
    preferred: shifted(settled.begun ?? new Set(), start),
    allowed: (split) => !isBlocked(start + split, end - 1, settled),
  });
  if (!found || Math.abs(found.t) < criticalT(values.length)) return undefined;
  const split = start + found.split;
  const level = levelBefore(readings, segment.from, split);
  if (!level || level.points < least) return undefined;
  const change = median(readings.slice(split, end).map(({ value }) => value)) - level.value;
  if (Math.abs(change) <= scannedChange || Math.sign(change) !== Math.sign(found.t)) return undefined;
  const raised: Omit<Candidate, "anchor"> = { split, level, change, found: "scan", noticed: end - 1, sigma };
  return isRamp(readings, segment, raised, sigma) ? undefined : raised;
}

function shifted(splits: ReadonlySet<number>, by: number): Set<number> {
  return new Set([...splits].map((split) => split - by));
}
