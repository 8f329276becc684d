import type { Measured } from "../../runner/model.ts";
import type { ReferenceBenchmark, ReferenceSteps } from "./reference.ts";
import { mean } from "../../runner/timeline/stats.ts";

/** The reference's time for a whole revision: seconds. */
export interface ReferenceTime {
  seconds: number;
  /** Of it, of benchmarks that were run as the reference runs them. */
  measured: number;
  /** The same benchmarks by extrapolation, to be compared with `measured`. */
  measuredByExtrapolation: number;
}

export interface ReferenceInput {
  benchmarks: readonly ReferenceBenchmark[];
  /** Results of a session by benchmark. */
  results: ReadonlyMap<string, Pick<Measured, "seconds" | "wallSeconds">>;
  /** Seconds to compile each module. */
  compile: ReadonlyMap<string, number>;
  /** Benchmarks that were run as the reference runs them. */
  steps: ReadonlyMap<string, ReferenceSteps>;
}

/** Measured seconds that the reference samples a benchmark for, at least. */
const leastSampled = 2;

/** Adds up what was measured, and for all other benchmarks the mean preparation, the module's compilation and the samples' wall time. */
export function referenceTime({ benchmarks, results, compile, steps }: ReferenceInput): ReferenceTime {
  const prepare = mean([...steps.values()].map((one) => one.prepare));
  const time: ReferenceTime = { seconds: 0, measured: 0, measuredByExtrapolation: 0 };
  for (const benchmark of benchmarks) {
    const result = results.get(benchmark.name);
    if (!result) continue;
    const extrapolated = prepare + (compile.get(benchmark.module) ?? Number.NaN) + samplingSeconds(benchmark, result);
    const known = steps.get(benchmark.name);
    time.seconds += known ? known.prepare + known.run : extrapolated;
    if (!known) continue;
    time.measured += known.prepare + known.run;
    time.measuredByExtrapolation += extrapolated;
  }
  return time;
}

/** One process is dropped; the others measure two seconds, and are no fewer than the suite asks for. */
function samplingSeconds(
  { iterations }: ReferenceBenchmark,
  { seconds, wallSeconds = seconds }: Pick<Measured, "seconds" | "wallSeconds">,
): number {
  return (1 + Math.max(iterations, Math.ceil(leastSampled / seconds))) * wallSeconds;
}
