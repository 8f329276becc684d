import type { Decision } from "../model.ts";
import { commitUrl, type Target } from "../report/links.ts";
import { layoutsText } from "../report/changes.ts";
import { changeText } from "../text/measurements.ts";
import { counted } from "../text/quantities.ts";
import { scaleOf } from "../timeline/bridge.ts";
import { standing } from "../timeline/detection/readings.ts";
import type { Change } from "./situation.ts";

/** Host that sends the alerts, and its present environment. */
interface Sender {
  host: string;
  /** Environment id. */
  environment: string;
}

/**
 * Returns the confirmed changes of this host, and the ranges over which benchmarks creep. After a bisection, its result is the change. An
 * extended range keeps its id. Changes that are still checked with other layouts come later; those of single binaries never.
 */
export function changesToReport(decisions: readonly Decision[], { host, environment }: Sender, target: Target): Change[] {
  const isAlerted = ({ layouts, context }: Decision) =>
    layouts?.verdict !== "binary" && (layouts?.verdict !== "open" || context.environment !== environment);
  return standing(decisions)
    .filter((one) => one.host === host && (one.outcome === "confirmed" || one.outcome === "creeping") && isAlerted(one))
    .map((one) => {
      if (one.outcome === "creeping") return creepingToReport(one, target);
      const { benchmark, variant, direction, firstBad, change, written, n, context } = one;
      const size = change ? ` (${changeText(scaleOf(change))})` : "";
      return {
        id: [benchmark, variant, context.environment, firstBad, n].join(" "),
        title: `${benchmark}${variant === "interpreted" ? ", interpreted," : ""} is ${direction} since ${firstBad.slice(0, 12)}${size}`,
        text: evidenceText(one),
        decided: written,
        revision: firstBad,
        ...(target.web && { url: commitUrl(firstBad, target.web) }),
      };
    });
}

function creepingToReport(
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

function evidenceText(decision: Decision): string {
  const { sessions, skipped, lastGood, firstBad, found } = decision;
  const confirmed = `Confirmed by ${counted(sessions.length, "additional session")}${layoutsText(decision)}.`;
  if (skipped === 0) return `${confirmed} The revision before, ${lastGood.slice(0, 12)}, does not have the change.`;
  const range = `The change is in one of the ${skipped + 1} revisions after ${lastGood.slice(0, 12)}, up to ${firstBad.slice(0, 12)}.`;
  return `${confirmed} ${range} ${found === "bisection" ? "It cannot be narrowed down further." : "The revisions between are measured next."}`;
}
