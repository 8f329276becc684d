import type { Revision } from "../../model.ts";

/** A stretch of the history. */
export interface Year {
  year: number;
  /** Indexes in the history: the first, and the one after the last. */
  start: number;
  end: number;
}

/**
 * The history by years, in its own order: a revision belongs to the year it was committed in, but never to one before that of its
 * parents, nor to one after `now`. So years follow each other, and a new revision changes the newest one only.
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
