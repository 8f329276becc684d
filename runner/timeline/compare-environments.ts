import { bridge, scaleOf } from "./bridge.ts";
import type { BridgePoint } from "./bridge.ts";
import type { EnvironmentSide, Found, Gap, SideName, Sides } from "./compared.ts";
import { knowsNoise } from "./judgement.ts";
import { noisyPoints } from "./point-noise.ts";
import type { MeasuredPoint } from "./points.ts";
import { ratio } from "./quantity.ts";
import type { Segment } from "./segment.ts";
import type { BenchmarkTimeline, Series } from "./timeline.ts";

const otherWorkload = "different workloads";

/** Compares revisions that were measured in both environments, as a bridge does, in the form of the benchmark with most of them. */
export function compareEnvironments(series: Series, { a, b }: Sides<EnvironmentSide>): Found {
  const [inA, inB] = [a, b].map(({ id }) => series.segments.filter(({ environment, points }) => environment === id && points.length > 0));
  if (!inA?.length || !inB?.length) return missing({ a, b }, inA ?? [], inB ?? []);
  const pairs = inA.flatMap((old) =>
    inB.filter(({ workload }) => workload === old.workload).map((now) => ({ old, now, points: inBoth(old, now) })),
  );
  if (pairs.length === 0) return { reason: otherWorkload, lacking: [] };
  const [most] = pairs.sort((x, y) => y.points.length - x.points.length);
  if (!most || most.points.length === 0) return { reason: "no revision was measured in both", lacking: ["a", "b"] };
  const points: [number, number] = [most.points.length, most.points.length];
  const isNoiseKnown = most.points.every((one) => knowsNoise(one.old) && knowsNoise(one.new));
  return { ratio: scaleOf(bridge(most.points)), isSame: false, scalingFactors: 0, points, elsewhere: 0, isNoiseKnown };
}

/** Returns each point once, because a second one of the same program is not another difference. */
function inBoth(old: Segment, now: Segment): BridgePoint[] {
  const later = noisyPoints(now);
  const taken = new Set<MeasuredPoint>();
  return noisyPoints(old).flatMap((point) => {
    const ids = new Set(point.revisions.map(({ id }) => id));
    const match = later.find((other) => !taken.has(other) && other.revisions.some(({ id }) => ids.has(id)));
    if (!match) return [];
    taken.add(match);
    return [{ revision: point.revisions[0].id, old: point.seconds, new: match.seconds }];
  });
}

/** Compares the interpreter itself, with the present workload if both environments have it. */
export function compareInterpreter({ baselines, current }: BenchmarkTimeline, { a, b }: Sides<EnvironmentSide>): Found {
  const [inA, inB] = [a, b].map(({ id }) => baselines.filter(({ environment, seconds }) => environment === id && seconds));
  if (!inA?.length || !inB?.length) return missing({ a, b }, inA ?? [], inB ?? []);
  const shared = inA.filter((one) => inB.some(({ workload }) => workload === one.workload));
  const old = shared.find(({ workload }) => workload === current.workload) ?? shared.at(-1);
  const now = inB.find(({ workload }) => workload === old?.workload);
  if (!old?.seconds || !now?.seconds) return { reason: otherWorkload, lacking: [] };
  const isNoiseKnown = knowsNoise(old.seconds) && knowsNoise(now.seconds);
  return { ratio: ratio(now.seconds, old.seconds), isSame: false, scalingFactors: 0, points: [1, 1], elsewhere: 0, isNoiseKnown };
}

function missing({ a, b }: Sides, inA: readonly unknown[], inB: readonly unknown[]): Gap {
  const lacking: SideName[] = [...(inA.length === 0 ? ["a" as const] : []), ...(inB.length === 0 ? ["b" as const] : [])];
  return { reason: lacking.map((side) => `not measured in ${{ a, b }[side].name}`).join("; "), lacking };
}
