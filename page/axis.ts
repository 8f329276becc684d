/** Width of an axis of values, in pixels: of labels of nine characters. */
const usualWidth = 70;
const characterWidth = 7;
/** Ticks and gap beside a label. */
const besideLabel = 12;

/**
 * Places of the history to label: multiples of a step, and always the last one in view. None of the others is closer to it than `least` places, so
 * that texts do not touch.
 */
export function labelledPlaces({ low, high, step, least }: { low: number; high: number; step: number; least: number }): number[] {
  const last = Math.floor(high);
  if (last < low) return [];
  const places: number[] = [];
  for (let place = Math.max(0, Math.ceil(low / step) * step); place <= last - least; place += step) places.push(place);
  return places.at(-1) === last ? places : [...places, last];
}

/** Days below places: one is not repeated, and the last one is always there. */
export function eachDayOnce(days: readonly string[]): string[] {
  const last = days.length - 1;
  return days.map((day, place) => (place === last || (days.indexOf(day) === place && day !== days[last]) ? day : ""));
}

/** Pixels that an axis of these labels needs. */
export function axisWidth(labels: readonly string[] | undefined): number {
  const longest = Math.max(0, ...(labels ?? []).map(({ length }) => length));
  return Math.max(usualWidth, longest * characterWidth + besideLabel);
}
