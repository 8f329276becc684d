import type { Detector } from "./stream.ts";

/** What a threshold finds: every point that differs from the one before it by more than so much. */
export const fixedThreshold =
  (threshold: number): Detector =>
  ({ points, session }) => {
    const alarms = [];
    let before = session(0, 0);
    for (let at = 1; at < points; at++) {
      const value = session(at, at);
      if (Math.abs(value - before) > threshold) alarms.push({ split: at, at });
      before = value;
    }
    return { alarms, sessions: 0 };
  };
