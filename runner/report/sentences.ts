import { newestRevision } from "../timeline/points.ts";
import { baselineOf } from "../timeline/timeline.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { secondsText } from "./numbers.ts";
import type { Unit } from "./numbers.ts";
import type { Prose } from "./prose.ts";
import { failureText, missingBaseline, stateOf } from "./state.ts";

/** What there is to say before any number is read. */
export function sentences(benchmark: BenchmarkTimeline, unit: Unit, prose: Prose): string[] {
  const { series, newest, failing, gap } = stateOf(benchmark, prose);
  const said: string[] = [];
  if (!benchmark.listed) said.push("No longer in the suite: its series ends here.");
  if (newest) said.push(`${secondsText(newest.seconds, unit)} at ${prose.revision(newestRevision(newest.point))}.`);
  else said.push(`${capital(gap ?? "")}.`);
  if (newest && failing) said.push(`Fails since then, the last time at ${failureText(failing, prose)}.`);
  if (newest) said.push(baselineSentence(benchmark, unit, prose));
  return series ? [...said, ...unlinked(series, prose)] : said;
}

/** Which values cannot be compared with today's, and why. */
function unlinked({ segments }: Series, prose: Prose): string[] {
  const reasons = new Set(segments.flatMap(({ link }) => (link.status === "broken" ? [link.reason] : [])));
  return [
    ...(segments.some(({ link }) => link.status === "not yet linked")
      ? ["Values of other environments or other forms of the benchmark are not yet linked, and cannot be compared with today's."]
      : []),
    ...[...reasons].map((reason) => `Older values cannot be linked with today's: broken: ${prose.text(reason)}.`),
  ];
}

function baselineSentence(benchmark: BenchmarkTimeline, unit: Unit, prose: Prose): string {
  const baseline = baselineOf(benchmark.baselines, benchmark.current);
  if (baseline?.seconds) return `The interpreter itself takes ${secondsText(baseline.seconds, unit)}.`;
  if (missingBaseline(benchmark) === "compiled only") {
    return "It runs compiled only, so there is no interpreter to compare with.";
  }
  return baseline?.failure
    ? `The baseline of the interpreter failed: ${baseline.failure.stage}, ${prose.text(baseline.failure.message)}.`
    : "The interpreter itself has not been measured in this environment yet.";
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
