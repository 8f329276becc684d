import { median } from "../stats.ts";
import { leastError, levelBefore, mayDiffer, sigmaOf, sigmaWindow, weightOf, zOf, type KnownNoise, type Reading } from "./level.ts";
import { onset, type Onset, type Stretch } from "./onset.ts";
import { isRamp } from "./ramp.ts";
import { isBlocked, segmentsOf, triesAt, type Segment, type Settled } from "./settled.ts";
import { criticalT, largestT, winsorised } from "./scan.ts";

/** A change that is suspected, to be confirmed by fresh sessions. */
export interface Candidate extends Onset {
  found: "online" | "scan" | "bisection";
  /** Index of the newest reading that raised it. */
  noticed: number;
  /** Noise from point to point, of ln seconds. */
  sigma: number;
  /** Index of a reading well before it: where both sides of the change moved, it tells the machine from an earlier change. */
  anchor: number | undefined;
}

export const noticedZ = 3.5;
export const noticedChange = 0.005;
/** The scan finds what single points do not show, but no less of it. */
const scannedChange = 0.003;
const leastScanned = 10;
/** Readings that are scanned at once; stretches of them overlap by half. */
const window = 60;
/** Readings are kept within so many sigma of their neighbours in a scan. */
const clip = 2;
/** Sessions that a level takes at least: fewer where A/A pairs tell the noise. */
const leastLevel = { usual: 3, known: 2 };
/** A change noticed at one point is looked for in so many places at most. */
const mostTries = 3;
const anchorBefore = 8;
/** The noise is told anew for so many readings at once. */
const noiseStep = 10;

/**
 * The next change that readings make suspect; undefined where there is none. Every segment between settled changes is searched, the newest
 * first. Within it, a reading is noticed where it differs from the median before it by |z| > 3.5 and more than .5 %; what none
 * shows by itself, a scan finds. Values that creep make no revision suspect. One at a time: what is suspected first moves what comes after it.
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

/** Noise that readings up to one of them tell. Undefined where too few do. */
export function noiseAt(readings: readonly Reading[], index: number, known?: KnownNoise): number | undefined {
  return sigmaOf(readings.slice(0, noiseEnd(index, readings.length)), known);
}

/** Returns the reading that tells whether what comes before a change moved as well: eight readings before it, or as many as there are. */
function anchorOf(split: number, { from }: Pick<Segment, "from">): number | undefined {
  const anchor = Math.max(from, split - anchorBefore);
  return anchor < split - 1 ? anchor : undefined;
}

interface Search {
  readings: readonly Reading[];
  settled: Settled;
  segment: Segment;
  /** Noise that the readings before an index tell. */
  sigmaAt: (end: number) => number | undefined;
  least: number;
}

/** Readings that tell the noise at a reading: those up to it and at most nine after it; of the first ones, more that follow. */
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

/** The newest readings of a segment are scanned, then those before them. */
function scannedOne(search: Search): Omit<Candidate, "anchor"> | undefined {
  const { from, to } = search.segment;
  for (let end = to; end - from >= leastScanned; end = end === to ? lastStop(end) : end - window / 2) {
    const found = scanned(search, Math.max(from, end - window), end);
    if (found) return found;
    if (end - window <= from) return undefined;
  }
  return undefined;
}

/** Stretches behind the newest one stay where they are as readings are added. */
function lastStop(end: number): number {
  return Math.ceil(end / (window / 2) - 1) * (window / 2);
}

/** The scan: winsorised values cut where Student's t is largest, if no cut of unchanged values would reach it once in a thousand. */
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
