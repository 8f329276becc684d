import { row, section } from "../../text/labelled.ts";
import type { Conditions, Decision, Environment, Failure, Measured, Outcome } from "../../model.ts";
import { withoutControls } from "../../text/plain-text.ts";
import { layoutsText } from "../../report/changes.ts";
import { shortened } from "../../text/escape.ts";
import { changeText, secondsText, unitFor, type Unit } from "../../text/measurements.ts";
import { counted, minuteOf } from "../../text/quantities.ts";
import { environmentText } from "../../report/transitions.ts";
import { scaleOf } from "../../timeline/bridge.ts";
import { quantityOf } from "../../timeline/points.ts";
import type { Previous, Shown, ShownBenchmark, ShownOutcome, ShownSession } from "./show.ts";

/** Returns a revision as text, a line per benchmark. Foreign text is in one line, or indented. */
export function shownText(shown: Shown): string {
  const width = Math.max(0, ...shown.benchmarks.map((one) => nameOf(one).length));
  return [
    ...headOf(shown),
    ...shown.sessions.flatMap((session) => sessionLines(session, shown)),
    ...shown.benchmarks.map((one) => withoutControls(`${nameOf(one).padEnd(width)}  ${lineOf(one)}`)),
  ].join("\n");
}

/** Returns a benchmark of a revision in full: commands, outcomes of all sessions, and the comparison with the previous revision. */
export function shownInFull(shown: Shown): string {
  const ran = new Set(shown.benchmarks.flatMap(({ outcomes }) => outcomes.map(({ session }) => session)));
  return [
    ...headOf(shown),
    ...shown.benchmarks.flatMap((one) => ["", ...benchmarkLines(one, shown)]),
    // Sessions in which the revision failed as a whole.
    ...shown.sessions.filter(({ id }) => !ran.has(id)).flatMap((session) => ["", ...sessionLines(session, shown)]),
  ].join("\n");
}

function headOf({ revision, known, host }: Shown): string[] {
  const { id, title, author, committed } = revision;
  return [
    row("revision", `${id} ${shortened(title, 72)}`),
    row("committed", `${minuteOf(committed)}, ${author}`),
    ...known.map((text) => row(`on ${host}`, text)),
  ];
}

function sessionLines({ id, reason, ended, host, environment, suite, failure }: ShownSession, shown: Shown): string[] {
  return [
    row("session", `${id}: ${reason}, ended ${minuteOf(ended)} on ${host}`),
    row("", `${environmentOf(environment, shown)}; suite ${suite.slice(0, 12)}`),
    ...(failure ? failureLines(failure) : []),
  ];
}

function failureLines({ stage, message, output }: Failure): string[] {
  return [row("failed", `${stage}: ${message}`), ...section("output", output)];
}

function environmentOf(id: string, { environments }: Shown): string {
  return `environment ${id.slice(0, 8)} (${environmentText(environments.find((one) => one.id === id))})`;
}

function nameOf({ benchmark, variant }: Pick<ShownBenchmark, "benchmark" | "variant">): string {
  return variant === "compiled" ? benchmark : `${benchmark} (${variant})`;
}

/** Returns `12.34 ± 0.05 ms, +3.3 % ± 0.5 % vs. fedcba987654, confirmed: slower`. */
function lineOf({ outcomes, value, previous, decisions, missing }: ShownBenchmark): string {
  const last = outcomes.at(-1)?.outcome;
  if (!last) return missing ?? "not measured";
  const parts = [
    value ? secondsText(value.seconds, unitFor(value.seconds.value)) : outcomeText(last),
    ...(value && last.status === "failed" ? [`its last session ${outcomeText(last)}`] : []),
    ...(last.status === "reused" ? [`same program as ${last.as.slice(0, 12)}`] : []),
    ...(previous ? [againstText(previous)] : []),
    ...decisions.map(decisionText),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function outcomeText(outcome: Outcome): string {
  if (outcome.status === "failed") return `failed: ${outcome.stage}: ${outcome.message}`;
  if (outcome.status === "reused") return "";
  return secondsText(quantityOf(outcome), unitFor(outcome.seconds));
}

/** Returns `+3.3 % ± 0.5 % vs. fedcba987654`; empty without a ratio. */
function againstText({ revision, ratio, isSame }: Previous): string {
  if (isSame) return `same program as ${revision.slice(0, 12)}`;
  return ratio ? `${changeText(ratio)} vs. ${revision.slice(0, 12)}` : "";
}

/** Returns `confirmed: slower from … to …`. In a drift, both programs run alike. */
function decisionText(decision: Decision): string {
  const { outcome, direction, firstBad, lastGood, change, sessions, reason } = decision;
  const size = change ? `, ${changeText(scaleOf(change))}` : "";
  const how = reason === undefined ? ` by ${counted(sessions.length, "session")}` : `: ${reason}`;
  if (outcome === "drifted") return `drift of the machine: ${lastGood.slice(0, 12)} and ${firstBad.slice(0, 12)} run alike${size}${how}`;
  return `${outcome}: ${direction} from ${lastGood.slice(0, 12)} to ${firstBad.slice(0, 12)}${size}${how}${layoutsText(decision)}`;
}

function benchmarkLines(one: ShownBenchmark, shown: Shown): string[] {
  const { value, previous, decisions, outcomes, missing } = one;
  return [
    row("benchmark", nameOf(one)),
    ...(missing === undefined ? [] : [row("outcome", missing)]),
    ...(value
      ? [
          row(
            "value",
            `${secondsText(value.seconds, unitFor(value.seconds.value))}, of ${counted(value.sessions, "session")} of its program on ${shown.host}`,
          ),
        ]
      : []),
    ...(previous ? [row("previous", previousText(previous))] : []),
    ...decisions.map((decision) => row("decision", decisionText(decision))),
    ...outcomes.flatMap((outcome) => ["", ...outcomeLines(outcome, shown)]),
  ];
}

/** Returns `12.00 ± 0.05 ms at fedcba987654: +3.3 % ± 0.5 %`. */
function previousText(previous: Previous): string {
  const { revision, seconds, ratio, isSame, environment } = previous;
  if (isSame) return `${revision.slice(0, 12)} runs the same program`;
  const at = `${secondsText(seconds, unitFor(seconds.value))} at ${revision.slice(0, 12)} in environment ${environment.slice(0, 8)}`;
  return ratio ? `${at}: ${changeText(ratio)}` : `${at}: not compared`;
}

/** Returns the outcome of a benchmark in one session. */
function outcomeLines({ session, outcome, samples, commands }: ShownOutcome, shown: Shown): string[] {
  const found = shown.sessions.find(({ id }) => id === session);
  return [
    ...(found ? sessionLines(found, shown) : [row("session", session)]),
    ...(found ? [row("tuning", tuningText(shown.environments.find(({ id }) => id === found.environment)))] : []),
    row("workload", outcome.workload + (commands ? ", these commands:" : "")),
    ...(commands?.build === undefined ? [] : [row("  build", commands.build)]),
    ...(commands ? [row("  run", commands.run)] : []),
    ...(commands?.baseline === undefined ? [] : [row("  baseline", commands.baseline)]),
    ...resultLines(outcome, samples),
    ...(found ? versionLines(found) : []),
  ];
}

function resultLines(outcome: Outcome, samples: readonly number[] | undefined): string[] {
  if (outcome.status === "failed") return failureLines(outcome);
  if (outcome.status === "reused")
    return [row("outcome", `not measured: the same program as ${outcome.as}`), row("fingerprint", outcome.fingerprint)];
  const unit = unitFor(outcome.seconds);
  const estimate = row("estimate", secondsText(quantityOf(outcome), unit));
  if (outcome.status === "imported") return [estimate, row("imported", `measured ${minuteOf(outcome.taken)} by another system`)];
  return [
    estimate,
    row("samples", samplesText(outcome, unit)),
    ...(samples ? foldedSamples(samples, unit).map((line) => `  ${line}`) : []),
    row("fingerprint", outcome.fingerprint ?? "not known"),
    row("conditions", outcome.conditions ? conditionsText(outcome.conditions) : "not recorded"),
  ];
}

function samplesText({ samples, minimum, median, wallSeconds }: Measured, unit: Unit): string {
  const wall = wallSeconds === undefined ? "" : `; a process takes ${wallSeconds.toPrecision(3)} s`;
  return `${samples}, minimum ${inUnit(minimum, unit)}, median ${inUnit(median, unit)} ${unit.symbol}${wall}`;
}

const samplesInLine = 10;
const mostSampleLines = 10;

/** Returns samples in the order taken, ten in a line. Equal neighbours are merged, with their number. */
export function foldedSamples(samples: readonly number[], unit: Unit): string[] {
  const runs: { text: string; count: number }[] = [];
  for (const text of samples.map((seconds) => inUnit(seconds, unit))) {
    const last = runs.at(-1);
    if (last?.text === text) last.count++;
    else runs.push({ text, count: 1 });
  }
  const texts = runs.map(({ text, count }) => (count > 1 ? `${count} × ${text}` : text));
  const lines = Array.from({ length: Math.ceil(texts.length / samplesInLine) }, (_, index) =>
    texts.slice(index * samplesInLine, (index + 1) * samplesInLine).join("  "),
  );
  const left = runs.slice(mostSampleLines * samplesInLine).reduce((sum, { count }) => sum + count, 0);
  return left === 0 ? lines : [...lines.slice(0, mostSampleLines), `… ${left} more, see --json`];
}

function inUnit(seconds: number, { perSecond }: Unit): string {
  return String(Number((seconds * perSecond).toPrecision(5)));
}

function conditionsText({ load, throttled, swapped, temperature }: Conditions): string {
  const heat = temperature === undefined ? "" : `, ${temperature} °C`;
  return `load ${load}, throttled ${counted(throttled, "time")}, ${counted(swapped, "page")} swapped${heat}`;
}

function tuningText(environment: Environment | undefined): string {
  return environment?.tuning?.join(", ") || "none";
}

/** Returns the versions of the build, and the host facts. */
function versionLines({ versions, hostFacts }: ShownSession): string[] {
  return [row("versions", factsText(versions)), row("host facts", factsText(hostFacts))];
}

function factsText(facts: Readonly<Record<string, string>>): string {
  const texts = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  return texts.join(", ") || "none";
}
