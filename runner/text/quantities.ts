/** Texts of counts, durations, sizes, shares and times. */

/** Returns a count with its noun: `3 revisions`, `1 revision`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** Returns a duration: `45 s`, `12 min 5 s`, `1 h 20 min`; from one hour on in whole minutes. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = whole < 3600 ? Math.floor(whole / 60) : Math.round(whole / 60);
  if (whole < 3600) return inUnits([minutes, "min"], [whole % 60, "s"]);
  return inUnits([Math.floor(minutes / 60), "h"], [minutes % 60, "min"]);
}

/** Returns an estimated duration in whole minutes: `40 min`, `1 h 20 min`. Below a minute `45 s`, and never 0. */
export function roughDurationText(seconds: number): string {
  return durationText(seconds < 60 ? Math.max(1, seconds) : 60 * Math.round(seconds / 60));
}

function inUnits(...parts: readonly [count: number, unit: string][]): string {
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(" ");
}

/** Returns a size in powers of ten: `4.9 GB`, `256 MB`, `12 kB`. */
export function bytesText(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}

/** Returns a share from 0 to 1 as `12 %`. */
export function percentText(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** Returns the day of a stored time in UTC. */
export function dayOf(time: string): string {
  return utc(time).slice(0, 10);
}

/** Returns a stored time as `2026-11-03 10:20 UTC`. */
export function minuteOf(time: string): string {
  return `${utc(time).slice(0, 16).replace("T", " ")} UTC`;
}

function utc(time: string): string {
  return time.endsWith("Z") ? time : new Date(time).toISOString();
}
