import { drawnInterval, hasError } from "../runner/timeline/quantity.ts";
import { isMeasured, shownSeconds, type Measured, type Point } from "./points.ts";

/** `continuous`: one line in present seconds. `raw`: values as measured, a line for each segment. */
export type Mode = "continuous" | "raw";

/** One line of a chart. Columns have a value for each of `positions`: null interrupts the line, undefined does not. */
interface Track {
  key: string;
  state: Point["segment"]["state"];
  values: (number | null | undefined)[];
  low: (number | null | undefined)[];
  high: (number | null | undefined)[];
  /** Points by the same indexes. */
  points: (Point | undefined)[];
}

export interface Tracks {
  /** Indexes in the history, ascending. */
  positions: number[];
  tracks: Track[];
  failures: { position: number }[];
}

/** Returns the lines and failures that a chart of points draws. */
export function tracksOf(points: readonly Point[], mode: Mode): Tracks {
  const drawn = mode === "raw" ? points : points.filter(({ shown, segment }) => shown || segment.state !== "linked");
  const positions = [...new Set(drawn.map(({ position }) => position))].sort((a, b) => a - b);
  const indexes = new Map(positions.map((position, index) => [position, index]));
  const tracks = new Map<string, Track>();
  for (const point of drawn) {
    const { segment } = point;
    const key = mode === "raw" || segment.state !== "linked" ? segment.key : "";
    const track = tracks.get(key) ?? emptyTrack(key, segment.state, positions.length);
    tracks.set(key, track);
    const index = indexes.get(point.position) ?? -1;
    if (isMeasured(point)) draw(track, index, point, mode);
    else if (!track.points[index]) for (const column of [track.values, track.low, track.high]) column[index] = null;
    track.points[index] ??= point;
  }
  const failures = drawn.filter((point) => !isMeasured(point)).map(({ position }) => ({ position }));
  return { positions, tracks: [...tracks.values()], failures };
}

function draw(track: Track, index: number, point: Measured, mode: Mode): void {
  const seconds = mode === "raw" ? point.seconds : shownSeconds(point);
  track.values[index] = seconds.value;
  // Without a known error there is no band at this point and up to it.
  const { low, high } = hasError(seconds) ? drawnInterval(seconds) : { low: null, high: null };
  track.low[index] = low;
  track.high[index] = high;
  track.points[index] = point;
}

function emptyTrack(key: string, state: Track["state"], count: number): Track {
  const column = <Value>(): (Value | undefined)[] => Array.from({ length: count }, () => undefined);
  return {
    key,
    state,
    values: column<number | null>(),
    low: column<number | null>(),
    high: column<number | null>(),
    points: column<Point>(),
  };
}
