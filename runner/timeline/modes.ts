import { median } from "./stats.ts";

/**
 * Groups of a bimodal series: sessions of one program fall into two groups, each with little noise. More samples in a session do not show its
 * group, but further sessions do.
 */
export interface Modes {
  /** Sessions of one program that differ by more, in ln seconds, are of different groups. */
  gap: number;
  /** Group of most sessions. These give the program's value. */
  usual: "lower" | "upper";
}

/** Sessions of each point of a bimodal series: with one in seven in the other group, all three are in three of a thousand points. */
export const sessionsOfBimodal = 3;

/** Number of newest points that are examined. */
export const modesWindow = 60;
/** Points on either side that give a point's level, so that it follows steps but not outliers. */
const reach = 10;
const leastGap = 0.03;
const deviations = 5;
const leastShare = 0.05;
const leastTimes = 4;

/** Value of a session of a program. */
export interface InSession {
  /** ln seconds. */
  value: number;
  /** Id of the session. Later ones sort later. */
  session: string;
}

/**
 * Tells if a series is bimodal: more than 5 % of its last 60 points, at least 4 times, have a session further than max(5 MAD, 3 %) from
 * their level, the running median over ten points on either side. Neighbours that stand out with all their sessions are one time: that
 * is a change and its end. So are sessions one after the other, whatever they measured: that is a machine that drifted.
 *
 * @param points of one environment and workload, in the order of the history: the sessions of each.
 */
export function modesOf(points: readonly (readonly InSession[])[]): Modes | undefined {
  const values = points.slice(-modesWindow - reach).map((sessions) => median(sessions.map(({ value }) => value)));
  const first = Math.max(0, values.length - modesWindow);
  const seen = points.slice(-modesWindow).map((sessions, index) => {
    const position = first + index;
    const level = median(values.slice(Math.max(0, position - reach), position + reach + 1));
    return sessions.map(({ value, session }) => ({ session, deviation: value - level }));
  });
  if (seen.length === 0) return undefined;
  const gap = Math.max(leastGap, deviations * median(seen.map((one) => Math.abs(median(one.map(({ deviation }) => deviation))))));
  const outside = seen.map((one) => one.filter(({ deviation }) => Math.abs(deviation) > gap));
  const beyond = outside.flatMap(([first]) => first?.deviation ?? []);
  const isWhole = outside.map((those, index) => those.length > 0 && those.length === seen[index]?.length);
  const wholes = isWhole.filter((one, index) => one && !isWhole[index - 1]).length;
  const parted = seen.filter((_, index) => !isWhole[index]).flat();
  const times = wholes + rowsOf(parted, ({ deviation }) => Math.abs(deviation) > gap);
  if (times < leastTimes || beyond.length <= leastShare * seen.length) return undefined;
  const above = beyond.filter((deviation) => deviation > 0).length;
  return { gap, usual: 2 * above >= beyond.length ? "lower" : "upper" };
}

/** Counts the runs of successive sessions that are outliers. */
function rowsOf<Of extends { session: string }>(sessions: readonly Of[], standsOut: (one: Of) => boolean): number {
  const inTime = [...sessions].sort((a, b) => (a.session < b.session ? -1 : 1)).map(standsOut);
  return inTime.filter((one, index) => one && inTime[index - 1] !== true).length;
}

/** The sessions of one program that are of the usual group: all of them where a series is not bimodal. Their values are seconds. */
export function usualGroup<Of extends { value: number }>(sessions: readonly Of[], modes: Modes | undefined): readonly Of[] {
  if (!modes || sessions.length < 2) return sessions;
  const values = sessions.map(({ value }) => Math.log(value));
  const end = modes.usual === "lower" ? Math.min(...values) : Math.max(...values);
  return sessions.filter((_, index) => Math.abs((values[index] ?? end) - end) <= modes.gap);
}
