import type { Revision } from "../../model.ts";

/** Revisions of one year in the history. */
export interface Year {
  year: number;
  /** Indexes in the history: the first, and the one after the last. */
  start: number;
  end: number;
}

/**
 * Splits the history into years. A revision belongs to the year of its commit, but never to one before its parent's or after `now`. So years
 * are contiguous, and a new revision changes only the newest one.
 */
export function yearsOf(history: readonly Revision[], now: string): Year[] {
  const last = new Date(now).getUTCFullYear();
  const years: Year[] = [];
  for (const [position, { committed }] of history.entries()) {
    const open = years.at(-1);
    const year = Math.max(open?.year ?? 0, Math.min(new Date(committed).getUTCFullYear(), last));
    if (open?.year === year) open.end = position + 1;
    else years.push({ year, start: position, end: position + 1 });
  }
  return years;
}
