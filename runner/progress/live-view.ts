import { durationText } from "../text/quantities.ts";
import { estimateText, isOver, nameOf, secondsLeft, type Activity, type Track } from "./activity.ts";
import { painted, printable } from "../text/terminal.ts";

export interface Terminal {
  columns: number;
  rows: number;
  /** False if colours are not wanted. */
  colour: boolean;
}

/** Benchmarks shown at most, so that the log stays visible on a tall terminal. */
const mostBenchmarks = 20;
const widestBar = 30;
const narrowestBar = 6;
/** Columns that a name and a number need. */
const narrowestTrack = 24;
const gap = "  ";
/** Columns left free in the last line, where the terminal prints `^C`: it must not wrap. */
const echoed = 2;

/**
 * Returns the lines to draw: one per benchmark, then one about the whole session. If benchmarks do not fit, the newest are shown. Each line is
 * shorter than the terminal is wide, so that none wraps, and there are fewer lines than rows.
 * @param now milliseconds of the activity's clock.
 */
export function liveLines(activity: Activity, terminal: Terminal, now: number): string[] {
  const width = terminal.columns - 1;
  const most = Math.min(terminal.rows - 2, mostBenchmarks);
  const tracks = activity.phase === "measure" && most > 0 && width >= narrowestTrack ? shown(activity.tracks, most) : [];
  const lines = [...trackLines(tracks, width, terminal.colour), overall(activity, width - echoed, now)];
  return terminal.rows > 1 && width > 0 ? lines : [];
}

/** Returns the begun benchmarks in the planned order if they fit; otherwise the newest ones, newest last. */
function shown(tracks: readonly Track[], most: number): Track[] {
  const begun = tracks.filter(({ touched, samples, failure }) => touched > 0 || samples.length > 0 || failure !== undefined);
  if (begun.length <= most) return begun;
  return begun.sort((a, b) => a.touched - b.touched).slice(-most);
}

/** Returns lines of name, bar, estimate and samples. Narrow terminals get fewer of these. */
function trackLines(tracks: readonly Track[], width: number, colour: boolean): string[] {
  const severalVariants = new Set(tracks.map(({ variant }) => variant)).size > 1;
  const names = tracks.map((track) => printable(severalVariants ? nameOf(track) : track.benchmark));
  const values = tracks.map((track) => estimateText(track) ?? (track.isNow ? "…" : ""));
  const counts = tracks.map(({ samples, wanted }) => `${samples.length}/${wanted}`);
  const valueWidth = longest(values);
  // The bar is dropped before a name is shortened in its middle. The log has whole names.
  const areWhole = longest(names) + gap.length + valueWidth <= width;
  const nameWidth = areWhole ? longest(names) : Math.min(longest(names), Math.max(8, Math.floor(width * 0.45)));
  const countWidth = longest(counts);
  const left = width - nameWidth - 2 * gap.length - valueWidth;
  const barWidth = Math.min(widestBar, left - gap.length - countWidth);
  const showsBar = barWidth >= narrowestBar;
  const showsCount = showsBar || left >= countWidth;

  return tracks.map((track, index) => {
    const padded = withoutMiddle(names[index] ?? "", nameWidth).padEnd(nameWidth);
    const name = track.isNow ? painted(padded, "bold", colour) : padded;
    const room = width - nameWidth - gap.length;
    if (track.failure !== undefined) return `${name}${gap}${painted(cut(`failed: ${printable(track.failure)}`, room), "red", colour)}`;
    const bar = showsBar ? `${barOf(track, barWidth, colour)}${gap}` : "";
    const value = values[index] ?? "";
    const count = (counts[index] ?? "").padStart(countWidth);
    return `${name}${gap}${bar}${showsCount ? `${value.padStart(valueWidth)}${gap}${count}` : cut(value, room)}`;
  });
}

function barOf({ samples, wanted }: Track, width: number, colour: boolean): string {
  const full = Math.min(width, Math.floor((width * samples.length) / wanted));
  return painted("█".repeat(full), "green", colour) + painted("░".repeat(width - full), "dim", colour);
}

/** Returns the line of revision, round, blocks, elapsed and remaining time. Narrow terminals drop the least important parts. */
function overall(activity: Activity, width: number, now: number): string {
  const { subject, phase, begun } = activity;
  const elapsed = { text: `${durationText((now - begun) / 1000)} elapsed`, weight: 1 };
  const parts = [{ text: printable(subject), weight: 9 }, ...phases[phase](activity, now), elapsed];
  while (parts.length > 1 && parts.map(({ text }) => text).join(gap).length > width) {
    const least = Math.min(...parts.map(({ weight }) => weight));
    parts.splice(
      parts.findIndex(({ weight }) => weight === least),
      1,
    );
  }
  return cut(parts.map(({ text }) => text).join(gap), width);
}

type Part = { text: string; weight: number };

const phases: Record<Activity["phase"], (activity: Activity, now: number) => Part[]> = {
  build: (activity, now) => {
    const { step } = activity;
    return [
      { text: step.total > 0 ? `building: module ${step.done} of ${step.total}` : "building", weight: 8 },
      ...(step.text === "" ? [] : [{ text: printable(step.text), weight: 0 }]),
      leftPart(activity, now),
    ];
  },
  measure: (activity, now) => {
    const { tracks, blocks, round } = activity;
    const over = tracks.filter(isOver).length;
    return [
      ...(round.of > 0 ? [{ text: `round ${round.now} of ${round.of}`, weight: 2 }] : []),
      ...(blocks.total > 0 ? [{ text: `block ${blocks.done} of ${blocks.total}`, weight: 4 }] : []),
      { text: `${over} of ${tracks.length} benchmarks done`, weight: 0 },
      leftPart(activity, now),
    ];
  },
  publish: () => [{ text: "publishing", weight: 8 }],
};

function leftPart(activity: Activity, now: number): Part {
  const seconds = secondsLeft(activity, now);
  return seconds === undefined ? { text: "time left unknown", weight: 3 } : { text: `${durationText(seconds)} left`, weight: 6 };
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`.slice(0, Math.max(0, width));
}

/** Returns a text without its middle. Names of one suite differ at their ends, such as by parameters, as often as at their beginnings. */
function withoutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}
