import type { CommonMode } from "../timeline/common-mode.ts";
import { counted, percentText } from "../text/quantities.ts";

/** Says how much of their noise benchmarks of a session share, and how that is known: a clause without its end. Plain text. */
export function commonModeText({ correlation, pairs }: CommonMode): string {
  const share = `${percentText(correlation)} of its variance`;
  return pairs > 0
    ? `benchmarks of a session share noise: ${share}, estimated from ${counted(pairs, "pair")} of sessions`
    : `benchmarks of a session share noise: ${share} is assumed until two sessions measure the same programs`;
}

/** Says what the interval of a geometric mean includes. @param areAllKnown how much sessions differ is known of each benchmark in it. Plain text. */
export function meanText(common: CommonMode, areAllKnown: boolean): string {
  const limits = areAllKnown ? "" : ", but no noise from session to session of benchmarks that are not judged: it is too narrow";
  return `geometric mean: ${commonModeText(common)}; its interval includes it${limits}`;
}
