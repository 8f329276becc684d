import { median } from "../stats.ts";
import { levelBefore, sigmaOf, sigmaWindow, zOf, type Reading } from "./level.ts";
import { leastLevel, onset, type Onset } from "./onset.ts";
import { criticalT, largestT, winsorised } from "./scan.ts";

/** A change that is suspected, to be confirmed by fresh sessions. */
export interface Candidate extends Onset {
  found: "online" | "scan";
  /** Index of the reading at which it was noticed. */
  noticed: number;
  /** Noise from point to point, of ln seconds. */
  sigma: number;
}

/** What was decided before. Indices of readings. */
export interface Settled {
  /** Where confirmed changes begin. */
  changes: readonly number[];
  /** What fresh sessions did not confirm; noticed `Infinity`: never to be raised again. */
  rejected: readonly { split: number; noticed: number }[];
  /** Splits for which fresh sessions were taken, and nothing is decided: these are gone on with. */
  begun?: ReadonlySet<number>;
}

/** Readings that are looked at. */
const window = 60;
/**
 * The newest readings that a candidate can depend on: those looked at, and before the oldest of these the noise's 60, which is more than a
 * level and the reach of an onset; and some, for what was rejected before others came in between. Given more, it finds the same.
 */
export const enoughReadings = window + 2 * sigmaWindow;
const noticedZ = 3.5;
const noticedChange = 0.005;
/** The scan finds what single points do not show, but no less of it. */
const scannedChange = 0.003;
const leastScanned = 10;
/** So many further points are waited for before a rejected split is raised again. */
const patience = 5;
/** Readings are kept within so many sigma of their neighbours in a scan. */
const clip = 2;

/**
 * The oldest change that the last 60 readings of the current place make suspect, after the last confirmed one; undefined where there
 * is none. A single reading is noticed where it differs from the median before it by |z| > 3.5 and more than .5 %; what none
 * shows by itself, the scan finds. One at a time: what is suspected first moves what comes after it.
 */
export function candidate(readings: readonly Reading[], settled: Settled): Candidate | undefined {
  const from = Math.max(0, ...settled.changes);
  const start = Math.max(from, readings.length - window);
  return noticedOne(readings, from, start, settled) ?? scannedOne(readings, from, start, settled);
}

/** What is noticed at a reading depends on those up to it alone: later ones do not call it off. */
function noticedOne(readings: readonly Reading[], from: number, start: number, settled: Settled): Candidate | undefined {
  for (let place = Math.max(start, from + leastLevel); place < readings.length; place++) {
    const reading = readings[place];
    const level = levelBefore(readings, from, place);
    if (!reading || !level || reading.linkError > 0) continue;
    if (settled.rejected.some(({ split, noticed }) => split === place || noticed === place)) continue;
    const change = reading.value - level.value;
    if (Math.abs(change) <= noticedChange) continue;
    const sigma = sigmaOf(readings.slice(0, place + 1));
    if (sigma === undefined || Math.abs(zOf(change, { sigma, count: 1, level })) <= noticedZ) continue;
    const begin = onset(readings, from, { split: place, level, change }, sigma);
    if ((readings[begin.split]?.linkError ?? 0) > 0 || isTooSoon(readings, begin.split, settled)) continue;
    return { ...begin, found: "online", noticed: place, sigma };
  }
  return undefined;
}

/** The trailing scan: winsorised values cut where Student's t is largest, if no cut of unchanged values would reach it once in a thousand. */
function scannedOne(readings: readonly Reading[], from: number, start: number, settled: Settled): Candidate | undefined {
  const sigma = sigmaOf(readings);
  if (sigma === undefined || readings.length - start < leastScanned) return undefined;
  const seen = readings.slice(start);
  const values = winsorised(
    seen.map(({ value }) => value),
    clip * sigma,
  );
  const found = largestT(
    values,
    seen.map(({ linkError }) => linkError),
    settled.begun && shifted(settled.begun, start),
  );
  if (!found || Math.abs(found.t) < criticalT(values.length)) return undefined;
  const split = start + found.split;
  const level = levelBefore(readings, from, split);
  if (!level || isTooSoon(readings, split, settled)) return undefined;
  const change = median(readings.slice(split).map(({ value }) => value)) - level.value;
  if (Math.abs(change) <= scannedChange || Math.sign(change) !== Math.sign(found.t)) return undefined;
  return { split, level, change, found: "scan", noticed: readings.length - 1, sigma };
}

function shifted(splits: ReadonlySet<number>, by: number): Set<number> {
  return new Set([...splits].map((split) => split - by));
}

function isTooSoon(readings: readonly Reading[], split: number, { rejected }: Settled): boolean {
  return rejected.some((one) => one.split === split && readings.length - 1 - one.noticed < patience);
}
