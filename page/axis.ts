/** Width of an axis of values in pixels, for labels of nine characters. */
const usualWidth = 70;
const characterWidth = 7;
/** Ticks and gap beside a label. */
const besideLabel = 12;

/**
 * Returns the indexes of the history to label: multiples of `step`, and always the last one in view. The others are at least `least` indexes
 * away from it, so that labels do not touch.
 */
export function labelledIndexes({ low, high, step, least }: { low: number; high: number; step: number; least: number }): number[] {
  const last = Math.floor(high);
  if (last < low) return [];
  const indexes: number[] = [];
  for (let index = Math.max(0, Math.ceil(low / step) * step); index <= last - least; index += step) indexes.push(index);
  return indexes.at(-1) === last ? indexes : [...indexes, last];
}

/** Returns the labels of days: repeated ones are empty, and the last one is always shown. */
export function eachDayOnce(days: readonly string[]): string[] {
  const last = days.length - 1;
  return days.map((day, index) => (index === last || (days.indexOf(day) === index && day !== days[last]) ? day : ""));
}

/** Returns the width in pixels that an axis needs for its labels. */
export function axisWidth(labels: readonly string[] | undefined): number {
  const longest = Math.max(0, ...(labels ?? []).map(({ length }) => length));
  return Math.max(usualWidth, longest * characterWidth + besideLabel);
}
