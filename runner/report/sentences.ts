import { isImportedValue, isUnjudged, readingsOf } from "../timeline/detection/readings.ts";
import { pairsNeeded, programsNeeded } from "../timeline/detection/level.ts";
import { newestRevision } from "../timeline/points.ts";
import { hasError } from "../timeline/quantity.ts";
import { baselineOf, currentSegment } from "../timeline/timeline.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { versionOf } from "../timeline/workload-version.ts";
import type { Report } from "./input.ts";
import { secondsText } from "../text/measurements.ts";
import { minuteOf, percentText } from "../text/quantities.ts";
import type { Unit } from "../text/measurements.ts";
import type { Prose } from "./prose.ts";
import { equalSamples, failureText, isStrangelyEqual, missingBaseline, stateOf } from "./state.ts";
import { isImported } from "./transitions.ts";

/** Returns sentences about the state of a benchmark. */
export function sentences(
  report: Pick<Report, "constant" | "withdrawn">,
  benchmark: BenchmarkTimeline,
  unit: Unit,
  prose: Prose,
): string[] {
  const { series, newest, failing, gap } = stateOf(benchmark, prose);
  const said: string[] = [];
  if (!benchmark.listed) said.push("No longer in the suite: its series ends here.");
  said.push(...withdrawnBefore(report, benchmark, prose));
  if (newest) said.push(`${secondsText(newest.seconds, unit)} at ${prose.revision(newestRevision(newest.point))}.`);
  else said.push(`${capital(gap ?? "")}.`);
  if (newest && isStrangelyEqual(report, benchmark.name, newest.point)) said.push(equalSentence(prose));
  if (newest && failing) said.push(`It has failed since then, most recently at ${failureText(failing, prose)}.`);
  if (newest) said.push(baselineSentence(report, benchmark, unit, prose));
  return series ? [...said, ...groups(series), ...begunAnew(benchmark, series), ...unlinked(series, prose)] : said;
}

/** Returns a sentence if changes of a measured benchmark cannot be detected yet. */
export function unjudgedSentences({ listed, series }: BenchmarkTimeline): string[] {
  const unjudged = listed ? series.filter(isUnjudged) : [];
  if (unjudged.length === 0) return [];
  if (unjudged.every((one) => readingsOf(one).every(isImportedValue))) {
    return ["Changes cannot be detected yet: all values were imported, and only fresh sessions can confirm a change."];
  }
  return [`Changes cannot be detected yet: detection needs ${programsNeeded} measured programs or ${pairsNeeded} repeated sessions.`];
}

/** Returns the time until which values were withdrawn, and the reason. */
function withdrawnBefore({ withdrawn }: Pick<Report, "withdrawn">, { name }: BenchmarkTimeline, prose: Prose): string[] {
  const last = withdrawn.findLast(({ what }) => what.kind === "benchmark" && what.benchmark === name);
  return last ? [`Values from before ${minuteOf(last.written)} were withdrawn: ${prose.text(last.why)}.`] : [];
}

/** Returns which sessions of a bimodal series count. */
function groups(series: Series): string[] {
  const modes = currentSegment(series)?.modes;
  if (!modes) return [];
  const usual = modes.usual === "lower" ? "faster" : "slower";
  return [
    `Sessions of one program are bimodal here, more than ${percentText(Math.expm1(modes.gap), 1)} apart. Each program gets three sessions, and its value is that of the ${usual} group, which is the usual one.`,
  ];
}

/** Returns the version at which a benchmark started anew, if values of other versions are shown. */
function begunAnew({ current }: BenchmarkTimeline, { segments }: Series): string[] {
  const others = segments.flatMap(({ link, workload }) => (link.status === "other version" ? [versionOf(workload)] : []));
  const [first, ...more] = [...new Set(others)].sort((a, b) => a - b);
  if (first === undefined) return [];
  const versions = more.length === 0 ? `version ${first}` : `versions ${[first, ...more].join(", ")}`;
  return [
    `It started anew with version ${versionOf(current.workload)}. Values of ${versions} are shown separately and cannot be compared with present ones.`,
  ];
}

/** Returns which values cannot be compared with present ones, and the reasons. */
function unlinked({ segments }: Series, prose: Prose): string[] {
  const reasons = new Set(segments.flatMap(({ link }) => (link.status === "broken" ? [link.reason] : [])));
  return [
    ...(segments.some(({ link }) => link.status === "not yet linked")
      ? ["Values of other environments or other forms of the benchmark are not linked yet and cannot be compared with present ones."]
      : []),
    ...[...reasons].map((reason) => `Older values cannot be linked with present ones: ${prose.text(reason)}.`),
  ];
}

/** Returns a warning about equal samples. A number that never changes is often not a time. */
function equalSentence(prose: Prose): string {
  return `Warning: all its samples are equal, so this may not be a time. ${prose.code("evenkeel measure --trial NAME")} shows what it prints; write ${prose.code("constant: true")} in ${prose.code("measure.expect")} if equal samples are expected.`;
}

function baselineSentence({ constant }: Pick<Report, "constant">, benchmark: BenchmarkTimeline, unit: Unit, prose: Prose): string {
  const baseline = baselineOf(benchmark.baselines, benchmark.current);
  if (baseline?.seconds) {
    const warning = baseline.hasNoSpread && !constant?.has(benchmark.name) ? ` (warning: ${equalSamples})` : "";
    return `The interpreter itself takes ${secondsText(baseline.seconds, unit)}${warning}.`;
  }
  if (missingBaseline(benchmark) === "compiled only") {
    return "It runs compiled only, so it has no baseline.";
  }
  return baseline?.failure
    ? `The baseline of the interpreter failed: ${baseline.failure.stage}, ${prose.text(baseline.failure.message)}.`
    : "The interpreter itself has not been measured in this environment yet.";
}

/** Returns sentences about the limits of imported numbers. Plain text. */
export function importedSentences({ environments }: Report, { series }: BenchmarkTimeline): string[] {
  const segments = series.flatMap((one) => one.segments);
  const links = segments.map(({ link }) => link);
  return [
    ...(segments.some(({ environment }) => isImported(environments.get(environment)))
      ? [
          "Some values were imported as a mean and a standard deviation of an unknown number of samples. Their intervals assume a single sample, so they are too wide for four or more samples. If enough revisions were measured again, the spread of sessions of one program gives the whole error instead.",
        ]
      : []),
    ...(links.some((link) => link.status === "linked" && !hasError(link.factor))
      ? [
          "Some older values are linked by a factor with an unknown error. They are shown without an interval, but they are not exact. Changes within one environment do not need the factor and have intervals.",
        ]
      : []),
  ];
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
