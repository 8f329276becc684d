import { halfWidth } from "../../timeline/bridge.ts";
import { chain } from "../../timeline/chain.ts";
import type { Transition } from "../../timeline/line.ts";
import type { Noise } from "../../timeline/noise.ts";
import type { NoiseBetween } from "../../timeline/quantity.ts";
import type { BenchmarkTimeline, Series } from "../../timeline/timeline.ts";
import { confirmedChanges, driftPositions, driftText, layoutsText, rangeText, sizeText, type ConfirmedChange } from "../changes.ts";
import { creepingSentences } from "../creeping.ts";
import type { Report } from "../input.ts";
import { scalingFactorText, unitFor } from "../../text/measurements.ts";
import { plainProse } from "../prose.ts";
import { importedSentences, sentences, unjudgedSentences } from "../sentences.ts";
import { newestValue } from "../state.ts";
import { linkOf, transitionText } from "../transitions.ts";
import type { PageBenchmark, PageChange, PageSeries } from "./data.ts";

/** Returns all data of a benchmark except its points. */
export function pageBenchmark(report: Report, benchmark: BenchmarkTimeline, years: PageBenchmark["years"]): PageBenchmark {
  return {
    name: benchmark.name,
    current: benchmark.current,
    series: benchmark.series.map((series) => pageSeries(report, benchmark, series)),
    years,
  };
}

/** Returns sentences about the state of a benchmark. Plain text. */
export function pageSentences(report: Report, benchmark: BenchmarkTimeline): string[] {
  return [
    ...sentences(report, benchmark, unitFor(newestValue(benchmark) ?? 1), plainProse),
    ...creepingSentences(report, benchmark, plainProse),
    ...unjudgedSentences(benchmark),
    ...importedSentences(report, benchmark),
  ];
}

function pageSeries(report: Report, benchmark: BenchmarkTimeline, series: Series): PageSeries {
  const { variant, line, transitions, scalingFactors } = series;
  return {
    variant,
    segments: series.segments.map((segment) => ({
      environment: segment.environment,
      workload: segment.workload,
      state: linkOf(segment),
      ...(segment.noise && { noise: noiseOf(segment.noise) }),
    })),
    scalingFactors: scalingFactors.map(({ benchmark, variant, from, to, status, factor, reason }) => ({
      benchmark,
      variant,
      from,
      to,
      status,
      revisions: [],
      ...(factor && { factor }),
      ...(reason !== undefined && { reason }),
    })),
    transitions: transitions.flatMap((one) => {
      const position = line[one.before]?.position;
      return position === undefined ? [] : [{ position, label: transitionLabel(report, one, scalingFactors) }];
    }),
    changes: confirmedChanges(report, benchmark, series).map((one) => pageChange(report, one)),
    drifts: driftPositions(report, benchmark, series).map((position) => ({ position, label: driftText })),
  };
}

function pageChange({ history }: Report, { decision, position }: ConfirmedChange): PageChange {
  const { direction, lastGood, skipped, change } = decision;
  const since = skipped > 0 ? history.findIndex(({ id }) => id === lastGood) : -1;
  const range = skipped > 0 && { skipped, range: rangeText(decision, plainProse) };
  return {
    position,
    label: `${sizeText(decision)}${layoutsText(decision)}`,
    direction,
    ...(change && { change }),
    ...range,
    ...(since >= 0 && since < position && { since }),
  };
}

function noiseOf({ sigma, uncertainty, isOfSuite }: Noise): NoiseBetween {
  return { sigma, uncertainty, isOfSuite };
}

function transitionLabel(report: Report, { from, to }: Transition, scalingFactors: Series["scalingFactors"]): string {
  const text = transitionText(from, to, report.environments);
  const found = chain(scalingFactors, from, to);
  if (found.status !== "linked") return text;
  return `${text} (× ${scalingFactorText(found.factor.phi, halfWidth(found.factor))}${found.weak ? ", weak" : ""})`;
}
