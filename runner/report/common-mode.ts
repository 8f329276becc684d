import type { CommonMode } from "../timeline/common-mode.ts";
import { counted, percentText } from "../text/quantities.ts";

/** Returns a clause about the noise that benchmarks of a session share, and its source. Plain text without a full stop. */
export function commonModeText({ correlation, pairs }: CommonMode): string {
  const share = `${percentText(correlation)} of its variance`;
  return pairs > 0
    ? `benchmarks of a session share noise: ${share}, estimated from ${counted(pairs, "pair")} of sessions`
    : `benchmarks of a session share noise: ${share} is assumed until two sessions measure the same programs`;
}

/** Returns a clause about the interval of a geometric mean. Plain text. @param areAllKnown the session-to-session noise of all benchmarks is known. */
export function meanText(common: CommonMode, areAllKnown: boolean): string {
  const limits = areAllKnown ? "" : ", but not the noise from session to session of benchmarks that are not judged, so it is too narrow";
  return `geometric mean: ${commonModeText(common)}; the interval includes it${limits}`;
}
