import type { MeasurementContext, Revision, ScalingFactor } from "../model.ts";
import { scaleOf } from "./bridge.ts";
import { chain, placeKey } from "./chain.ts";
import { modesOf, modesWindow, usualGroup } from "./modes.ts";
import { noiseAmong, type Noise, type NoiseKey } from "./noise.ts";
import { measuredIn, points, runs, type Attempt, type Run } from "./points.ts";
import { isMeasured } from "./program.ts";
import type { Link, Segment } from "./segment.ts";

/** Returns the noise of one benchmark variant in a context. */
export type NoiseAt = (context: Pick<NoiseKey, "environment" | "workload">) => Noise | undefined;

/** Returns the segments of a series with their attempts, ordered by their last session, the current one last. */
export function segments(
  history: readonly Revision[],
  attempts: readonly Attempt[],
  current: MeasurementContext,
  scalingFactors: readonly ScalingFactor[],
  noiseAt: NoiseAt,
): { segment: Segment; attempts: Attempt[] }[] {
  const groups = new Map<string, { context: MeasurementContext; attempts: Attempt[] }>();
  let group: { context: MeasurementContext; attempts: Attempt[] } | undefined;
  for (const attempt of withWorkloads(attempts, current.workload)) {
    const { environment, workload } = attempt;
    // Neighbours nearly always have the same context, so a key is not made for each.
    if (group?.context.environment !== environment || group.context.workload !== workload) {
      const context = { environment, workload };
      group = groups.get(placeKey(context)) ?? { context, attempts: [] };
      groups.set(placeKey(context), group);
    }
    group.attempts.push(attempt);
  }
  return [...groups.entries()]
    .map(([key, { context, attempts }]) => {
      const runsHere = runs(history, attempts);
      const { modes, noise = noiseAt(context) } = bimodal(runsHere) ?? {};
      const link = linkOf(scalingFactors, context, current);
      const segment = { ...context, link, noise, modes, points: points(history, runsHere, noise, modes) };
      const newest = attempts.reduce((most, { position }) => Math.max(most, position), -1);
      return { key, newest, segment, attempts };
    })
    .sort((a, b) => Number(isToday(a.segment)) - Number(isToday(b.segment)) || a.newest - b.newest || (a.key < b.key ? -1 : 1));
}

/** Returns groups and noise of a bimodal segment; undefined for others. The noise is that within the usual group, if known. */
function bimodal(runsHere: readonly Run[]): Pick<Segment, "modes" | "noise"> | undefined {
  const values = runsHere
    .slice(-2 * modesWindow)
    .map(({ attempts }) =>
      attempts.flatMap(({ session, outcome }) => (isMeasured(outcome) ? [{ session, value: Math.log(outcome.seconds) }] : [])),
    )
    .filter(({ length }) => length > 0);
  const modes = modesOf(values);
  return modes && { modes, noise: noiseAmong(runsHere.map((run) => usualGroup(measuredIn(run), modes))) };
}

function isToday({ link }: Segment): boolean {
  return link.status === "current";
}

function linkOf(scalingFactors: readonly ScalingFactor[], context: MeasurementContext, current: MeasurementContext): Link {
  if (placeKey(context) === placeKey(current)) return { status: "current" };
  const found = chain(scalingFactors, context, current);
  if (found.status !== "linked") return found;
  return { status: "linked", factor: scaleOf(found.factor), weak: found.weak, scalingFactors: found.scalingFactors };
}

/** Returns attempts with workloads. A subject that failed before listing gets the workload of the revision before it. */
function withWorkloads(attempts: readonly Attempt[], workloadToday: string): readonly (Attempt & { workload: string })[] {
  if (attempts.every(hasWorkload)) return attempts;
  const inOrder = [...attempts].sort((a, b) => a.position - b.position);
  const last = new Map<string, string>();
  for (const { environment, workload } of inOrder) {
    if (workload !== undefined && !last.has(environment)) last.set(environment, workload);
  }
  return inOrder.map((attempt) => {
    const workload = attempt.workload ?? last.get(attempt.environment) ?? workloadToday;
    last.set(attempt.environment, workload);
    return { ...attempt, workload };
  });
}

function hasWorkload(attempt: Attempt): attempt is Attempt & { workload: string } {
  return attempt.workload !== undefined;
}
