import type { Environment, ScalingFactor, ScalingFile, MeasurementContext, Session } from "../model.ts";
import { canonicalJson, sixDigits } from "../store/canonical.ts";
import { bridge, halfWidth, weakHalfWidth, type Factor } from "../timeline/bridge.ts";
import { chain, latestScalingFactors, placeKey } from "../timeline/chain.ts";
import type { Layout } from "./layout.ts";
import { baselines, contextsOf, type BaselineOf, type Known } from "./contexts.ts";
import { sameConfiguration, type Scaling } from "./row.ts";

export interface ScalingInput {
  layout: Layout;
  /** All imported sessions, earlier ones included. */
  sessions: readonly Session[];
  /** Environments of the sessions, by id. */
  environments: ReadonlyMap<string, Environment>;
  /** All stored files. */
  stored: readonly ScalingFile[];
  host: string;
}

/**
 * Returns the scaling factors of a layout as files, without those that are stored already. A factor comes from the layout's own factors, or else
 * from revisions measured in both contexts. Without either, it is broken, with the reason. Pure.
 */
export function scalingFilesOf(input: ScalingInput): { files: ScalingFile[]; unused: { scaling: Scaling; why: string }[] } {
  const scalingFactors: ScalingFactor[] = [];
  const unused: { scaling: Scaling; why: string }[] = [];
  const baselineOf = baselines(input.layout.rows);
  const byBenchmark = new Map<string, Scaling[]>();
  for (const one of input.layout.scaling) byBenchmark.set(one.benchmark, [...(byBenchmark.get(one.benchmark) ?? []), one]);
  const known = contextsOf(input.sessions, input.environments);
  for (const [benchmark, contexts] of known) {
    const scaled = (byBenchmark.get(benchmark) ?? []).flatMap((scaling) => {
      const found = scalingFactorsOf(scaling, contexts, baselineOf);
      if (typeof found !== "string") return found;
      unused.push({ scaling, why: found });
      return [];
    });
    const linked = [...scaled, ...sharedScalingFactors(benchmark, contexts, scaled)];
    scalingFactors.push(...linked, ...brokenScalingFactors(benchmark, contexts, linked));
  }
  for (const scaling of input.layout.scaling) {
    if (!known.has(scaling.benchmark)) unused.push({ scaling, why: "no revision of that benchmark was measured" });
  }
  return { files: asFiles(scalingFactors, input), unused };
}

/**
 * Returns the scaling factors of a factor of the format, or the reason that it cannot be used. factor = (b_new / c_new) / (b_old / c_old), so
 * phi = ln(c_new / c_old) = ln(b_new / b_old) - ln factor. Its error is unknown. It applies to every OS of both configurations, and to each
 * workload measured in both. Without such a workload, it links the last context of the old configuration to the first of the new one.
 */
function scalingFactorsOf(
  { benchmark, factor, from, to }: Scaling,
  contexts: readonly Known[],
  baselineOf: BaselineOf,
): ScalingFactor[] | string {
  const olds = contexts.filter(({ configuration }) => sameConfiguration(configuration, from));
  const news = contexts.filter(({ configuration }) => sameConfiguration(configuration, to));
  if (olds.length === 0 || news.length === 0) return `there are no values in its ${olds.length === 0 ? "old" : "new"} configuration`;
  const [before, after] = [baselineOf(benchmark, from), baselineOf(benchmark, to)];
  if (before === undefined || after === undefined)
    return `there is no baseline in its ${before === undefined ? "old" : "new"} configuration`;
  const phi = sixDigits(Math.log(after / before) - Math.log(factor));
  const pairs = olds.flatMap((old) => news.filter(({ workload }) => workload === old.workload).map((now) => [old, now] as const));
  const last = [...olds].sort((a, b) => compare(b.last, a.last))[0];
  const first = news[0];
  if (pairs.length === 0 && last && first) pairs.push([last, first]);
  return pairs.map(([old, now]) => ({
    ...ends(benchmark, old, now),
    status: "weak",
    factor: { phi, standardError: Infinity, degreesOfFreedom: 1 },
    revisions: [],
  }));
}

/** Returns the scaling factors from revisions that were measured in two contexts that no factor of the format links. */
function sharedScalingFactors(benchmark: string, contexts: readonly Known[], scaled: readonly ScalingFactor[]): ScalingFactor[] {
  return contexts.flatMap((old, index) =>
    contexts.slice(index + 1).flatMap((now): ScalingFactor[] => {
      if (scaled.some((scalingFactor) => joins(scalingFactor, old, now))) return [];
      const points = [...old.values].flatMap(([revision, seconds]) => {
        const after = now.values.get(revision);
        return after ? [{ revision, old: seconds, new: after }] : [];
      });
      if (points.length === 0) return [];
      const factor = rounded(bridge(points));
      const revisions = points.map(({ revision }) => revision).reverse();
      return [{ ...ends(benchmark, old, now), status: halfWidth(factor) > weakHalfWidth ? "weak" : "linked", factor, revisions }];
    }),
  );
}

/** Returns broken scaling factors between successive contexts that nothing links. */
function brokenScalingFactors(benchmark: string, contexts: readonly Known[], linked: readonly ScalingFactor[]): ScalingFactor[] {
  return contexts.slice(1).flatMap((now, index): ScalingFactor[] => {
    const old = contexts[index];
    if (!old || chain(linked, old, now).status !== "not yet linked") return [];
    return [{ ...ends(benchmark, old, now), status: "broken", revisions: [], reason: reasonOf(old, now) }];
  });
}

function reasonOf(old: Known, now: Known): string {
  if (old.environment === now.environment) return "no imported revision was measured with both revisions of the suite";
  return sameConfiguration(old.configuration, now.configuration)
    ? "no imported revision was measured in both environments"
    : "the import has no usable factor, and no revision measured in both environments";
}

function ends(
  benchmark: string,
  from: MeasurementContext,
  to: MeasurementContext,
): Pick<ScalingFactor, "benchmark" | "variant" | "from" | "to"> {
  return { benchmark, variant: "compiled", from: contextOf(from), to: contextOf(to) };
}

function joins({ from, to }: ScalingFactor, one: MeasurementContext, other: MeasurementContext): boolean {
  const keys = [placeKey(from), placeKey(to)];
  return keys.includes(placeKey(one)) && keys.includes(placeKey(other));
}

/**
 * Returns a file for each pair of environments, with the factors that are not stored yet. Its date is that of the last session, so that every
 * import writes the same file.
 */
function asFiles(scalingFactors: readonly ScalingFactor[], { stored, sessions, host }: ScalingInput): ScalingFile[] {
  const known = new Set(latestScalingFactors(stored).map(textOf));
  const pairs = new Map<string, [ScalingFactor, ...ScalingFactor[]]>();
  for (const scalingFactor of scalingFactors) {
    if (known.has(textOf(scalingFactor))) continue;
    const pair = pairs.get(pairOf(scalingFactor));
    if (pair) pair.push(scalingFactor);
    else pairs.set(pairOf(scalingFactor), [scalingFactor]);
  }
  const written = sessions.reduce((last, { ended }) => (ended > last ? ended : last), "");
  return [...pairs].map(([pair, [first, ...others]]) => {
    const before = stored.filter((file) => file.scalingFactors.some((scalingFactor) => pairOf(scalingFactor) === pair));
    return { schema: 1, n: 1 + Math.max(0, ...before.map(({ n }) => n)), host, written, scalingFactors: [first, ...others] };
  });
}

function textOf({ factor, ...scalingFactor }: ScalingFactor): string {
  return canonicalJson({
    ...scalingFactor,
    ...(factor && { factor: { ...factor, standardError: String(sixDigits(factor.standardError)) } }),
  });
}

function pairOf({ from, to }: ScalingFactor): string {
  return `${from.environment} ${to.environment}`;
}

function rounded({ phi, standardError, degreesOfFreedom }: Factor): Factor {
  return { phi: sixDigits(phi), standardError: sixDigits(standardError), degreesOfFreedom: sixDigits(degreesOfFreedom) };
}

function contextOf({ environment, workload }: MeasurementContext): MeasurementContext {
  return { environment, workload };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
