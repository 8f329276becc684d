import type { Decision } from "../../model.ts";
import { isDifferent } from "./creeping.ts";
import { standing } from "./readings.ts";

/** A creeping change over a range of revisions, in the form of a decision. */
export type CreepingRange = Decision & { change: NonNullable<Decision["change"]> };

/**
 * Returns the creeping ranges of decisions, in their order, without ranges that a later one extends or that later confirmed changes explain.
 * `change` is the part that these changes do not explain.
 *
 * @param decisions of one series or several, superseded ones included. @param positions of revisions in the history, by id.
 */
export function creepingRanges(decisions: readonly Decision[], positions: ReadonlyMap<string, number>): CreepingRange[] {
  const stand = standing(decisions);
  const at = (id: string): number => positions.get(id) ?? NaN;
  return stand.flatMap((range): CreepingRange[] => {
    if (range.outcome !== "creeping" || !range.change) return [];
    const since = stand.flatMap((one) => {
      const isWithin =
        one.outcome === "confirmed" &&
        isOfSeries(one, range) &&
        firstWritten(one, decisions) > range.written &&
        at(one.lastGood) >= at(range.lastGood) &&
        at(one.firstBad) <= at(range.firstBad);
      return isWithin && one.change ? [one.change] : [];
    });
    const change = since.reduce(
      (left, { phi, standardError }) => ({
        ...left,
        phi: left.phi - phi,
        standardError: Math.hypot(left.standardError, standardError),
      }),
      range.change,
    );
    return since.length === 0 || isDifferent(change) ? [{ ...range, change }] : [];
  });
}

/** Returns the time of the decision that first confirmed a change. Later decisions that narrow its range add nothing about its size. */
function firstWritten(decision: Decision, decisions: readonly Decision[]): string {
  const { supersedes } = decision;
  const wide =
    supersedes && decisions.find((one) => one.firstBad === supersedes.firstBad && one.n === supersedes.n && isOfSeries(one, decision));
  return wide ? firstWritten(wide, decisions) : decision.written;
}

function isOfSeries(a: Decision, b: Decision): boolean {
  return a.benchmark === b.benchmark && a.variant === b.variant && a.context.environment === b.context.environment && a.host === b.host;
}
