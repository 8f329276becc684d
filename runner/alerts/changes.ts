import type { Decision } from "../model.ts";
import { commitUrl, type Target } from "../report/links.ts";
import { layoutsText } from "../report/changes.ts";
import { changeText } from "../text/measurements.ts";
import { counted } from "../text/quantities.ts";
import { scaleOf } from "../timeline/bridge.ts";
import { standing } from "../timeline/detection/readings.ts";
import type { Change } from "./situation.ts";

/** The host that alerts, and the environment it measures in now. */
interface Teller {
  host: string;
  /** Environment id. */
  environment: string;
}

/**
 * The confirmed changes of this host, as they are told, and ranges that benchmarks creep over. One that a bisection narrowed down is told as what that found; a range that was extended is
 * the same one. One that is still checked with other layouts is not told yet, and one of two binaries alone is not told at all.
 */
export function changesToTell(decisions: readonly Decision[], { host, environment }: Teller, target: Target): Change[] {
  const isAlerted = ({ layouts, context }: Decision) =>
    layouts?.verdict !== "binary" && (layouts?.verdict !== "open" || context.environment !== environment);
  return standing(decisions)
    .filter((one) => one.host === host && (one.outcome === "confirmed" || one.outcome === "creeping") && isAlerted(one))
    .map((one) => {
      if (one.outcome === "creeping") return creepingToTell(one, target);
      const { benchmark, variant, direction, firstBad, change, written, n, context } = one;
      const size = change ? ` (${changeText(scaleOf(change))})` : "";
      return {
        id: [benchmark, variant, context.environment, firstBad, n].join(" "),
        title: `${benchmark}${variant === "interpreted" ? ", interpreted," : ""} is ${direction} since ${firstBad.slice(0, 12)}${size}`,
        text: whereText(one),
        decided: written,
        revision: firstBad,
        ...(target.web && { url: commitUrl(firstBad, target.web) }),
      };
    });
}

function creepingToTell(
  { benchmark, variant, direction, firstBad, lastGood, change, written, context, sessions }: Decision,
  target: Target,
): Change {
  const size = change ? ` (${changeText(scaleOf(change))})` : "";
  return {
    id: [benchmark, variant, context.environment, "creeping since", lastGood].join(" "),
    title: `${benchmark}${variant === "interpreted" ? ", interpreted," : ""} creeps: ${direction} since ${lastGood.slice(0, 12)}${size}, in no single revision`,
    text: `${counted(sessions.length, "session")} of the programs at both ends, up to ${firstBad.slice(0, 12)}, differ by more than the confirmed changes between them.`,
    decided: written,
    revision: firstBad,
    ...(target.web && { url: commitUrl(firstBad, target.web) }),
  };
}

function whereText(decision: Decision): string {
  const { sessions, skipped, lastGood, firstBad, found } = decision;
  const confirmed = `Confirmed by ${counted(sessions.length, "session")} taken for that alone${layoutsText(decision)}.`;
  if (skipped === 0) return `${confirmed} The revision before it, ${lastGood.slice(0, 12)}, does not have it.`;
  const range = `It is one of the ${skipped + 1} revisions from ${lastGood.slice(0, 12)} on, that one left out, to ${firstBad.slice(0, 12)}`;
  return `${confirmed} ${range}${found === "bisection" ? ": no nearer can be told." : "; those between are measured next to tell which."}`;
}
