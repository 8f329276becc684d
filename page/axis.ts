/** Width of an axis of values, in pixels: of labels of nine characters. */
const usualWidth = 70;
const characterWidth = 7;
/** Ticks and gap beside a label. */
const besideLabel = 12;

/**
 * Indexes of the history to label: multiples of a step, and always the last one in view. None of the others is closer to it than `least` places, so
 * that texts do not touch.
 */
export function labelledIndexes({ low, high, step, least }: { low: number; high: number; step: number; least: number }): number[] {
  const last = Math.floor(high);
  if (last < low) return [];
  const indexes: number[] = [];
  for (let index = Math.max(0, Math.ceil(low / step) * step); index <= last - least; index += step) indexes.push(index);
  return indexes.at(-1) === last ? indexes : [...indexes, last];
}

/** Days below indexes: one is not repeated, and the last one is always there. */
export function eachDayOnce(days: readonly string[]): string[] {
  const last = days.length - 1;
  return days.map((day, index) => (index === last || (days.indexOf(day) === index && day !== days[last]) ? day : ""));
}

/** Pixels that an axis of these labels needs. */
export function axisWidth(labels: readonly string[] | undefined): number {
  const longest = Math.max(0, ...(labels ?? []).map(({ length }) => length));
  return Math.max(usualWidth, longest * characterWidth + besideLabel);
}
