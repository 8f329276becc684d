import { nearest } from "../../../config/nearest.ts";
import { isNamedBy } from "../../../config/benchmark-pattern.ts";
import { UserError } from "../../../config/user-error.ts";
import { describeSubject } from "../../text/subjects.ts";
import type {
  Decision,
  Environment,
  Failure,
  HostFacts,
  Outcome,
  Reason,
  Revision,
  Session,
  Variant,
  WorkItem,
  Withdrawal,
} from "../../model.ts";
import { counted, dayOf } from "../../text/quantities.ts";
import type { Entry } from "../../timeline/line.ts";
import type { Quantity } from "../../timeline/quantity.ts";
import { mainVariant } from "../../timeline/attempts.ts";
import { change, isMeasurement, type BenchmarkTimeline, type Series } from "../../timeline/timeline.ts";
import { problemText, type Problem } from "../../progress/problems.ts";
import { unfinishedText, type Unfinished } from "../unfinished.ts";

export type ShownRevision = Pick<Revision, "id" | "committed" | "author" | "title">;

/** Shell commands of a benchmark, and the id of their workload. */
export interface Commands {
  workload: string;
  build?: string | undefined;
  run: string;
  baseline?: string | undefined;
}

export interface ShowInput {
  revision: ShownRevision;
  /** Name of this host; timelines, decisions and the queue are its own. */
  host: string;
  branch: string;
  /** Present if the revision is in the measured history. */
  inHistory?: {
    /** True if it touches the measured paths. */
    isWanted: boolean;
    /** Names or patterns of slow benchmarks that it does not owe. */
    without: readonly string[];
  };
  /** Measured paths of the target; empty for all. */
  paths: readonly string[];
  /** Sessions of the revision, of all hosts, by id. */
  sessions: readonly Session[];
  /** Samples by session, then by benchmark and variant. */
  samples: ReadonlyMap<string, Record<string, Partial<Record<Variant, number[]>>>>;
  /** Withdrawn sessions of the revision. */
  withdrawn: readonly Withdrawal[];
  environments: ReadonlyMap<string, Environment>;
  timelines: Iterable<BenchmarkTimeline>;
  /** Decisions that no later one narrows down. */
  decisions: readonly Decision[];
  queue: readonly WorkItem[];
  problems: readonly Problem[];
  unfinished: readonly Unfinished[];
  /** Reasons that nothing, or not everything, is measured: a pause, a suite that cannot be listed. */
  obstacles: readonly string[];
  /** Present benchmarks of the suite, as far as known. */
  names: readonly string[];
  /** Present commands by benchmark; empty if the suite is a repository. */
  commands: ReadonlyMap<string, Commands>;
  /** Name of the only benchmark to show, in full. */
  benchmark?: string | undefined;
}

/** Everything known of a revision, as `evenkeel show` prints it. */
export interface Shown {
  revision: ShownRevision;
  host: string;
  /** State of its measurement, and reasons for missing results: a sentence each. */
  known: string[];
  sessions: ShownSession[];
  /** Benchmarks by name; the main variant comes first. */
  benchmarks: ShownBenchmark[];
  /** Records of the environments in which it was measured. */
  environments: Environment[];
}

export interface ShownSession extends Pick<Session, "id" | "host" | "reason" | "started" | "ended" | "environment" | "suite" | "versions"> {
  hostFacts: HostFacts;
  failure?: Failure;
}

export interface ShownBenchmark {
  benchmark: string;
  variant: Variant;
  outcomes: ShownOutcome[];
  /** Unscaled value of its program on this host, from all sessions. */
  value?: { seconds: Quantity; sessions: number };
  /** Previous measured revision on this host. */
  previous?: Previous;
  /** Decisions on changes that begin at the revision's program, or that it made suspected. */
  decisions: Decision[];
  /** Reason that there is no outcome. */
  missing?: string;
}

export interface ShownOutcome {
  session: string;
  outcome: Outcome;
  /** Seconds, in the order taken. */
  samples?: number[];
  /** Commands that ran; absent if the present configuration differs. */
  commands?: Commands;
}

export interface Previous {
  /** Id of the revision. */
  revision: string;
  environment: string;
  /** Unscaled value. */
  seconds: Quantity;
  /** Seconds of the revision over those of the previous one; absent if either has none, or they are not linked. */
  ratio?: Quantity;
  /** True if both run the same program. */
  isSame: boolean;
}

/** Collects everything known of a revision. @throws UserError for a benchmark that the revision does not have. */
export function showRevision(input: ShowInput): Shown {
  const { revision, host, sessions, environments, benchmark } = input;
  const timelines = new Map([...input.timelines].map((one) => [one.name, one]));
  const names = namesIn(input);
  if (benchmark !== undefined && !names.includes(benchmark)) {
    const known = names.length > 0 ? names : [...input.names];
    const meant = nearest(benchmark, known);
    const hint = meant === undefined ? `it has ${known.join(", ") || "no known benchmarks"}` : `did you mean ${meant}?`;
    throw new UserError(`revision ${revision.id.slice(0, 12)} has no benchmark ${benchmark}`, hint);
  }
  const shown = names.filter((name) => benchmark === undefined || name === benchmark);
  return {
    revision,
    host,
    known: knownOf(input),
    sessions: sessions.map(shownSession),
    benchmarks: shown.flatMap((name) => variantsOf(name, timelines.get(name), input)),
    environments: [...new Set(sessions.map(({ environment }) => environment))].flatMap((id) => environments.get(id) ?? []),
  };
}

function shownSession({ id, host, reason, started, ended, environment, suite, versions, hostFacts, failure }: Session): ShownSession {
  return { id, host, reason, started, ended, environment, suite, versions, hostFacts, ...(failure && { failure }) };
}

/** Returns the benchmarks of all sessions, measured or owed, and the requested one. */
function namesIn({ sessions, benchmark, names }: ShowInput): string[] {
  const found = sessions.flatMap(({ listed, benchmarks }) => [...listed.map(({ name }) => name), ...Object.keys(benchmarks)]);
  const asked = benchmark !== undefined && names.includes(benchmark) ? [benchmark] : [];
  return [...new Set([...found, ...asked])].sort();
}

function variantsOf(name: string, timeline: BenchmarkTimeline | undefined, input: ShowInput): ShownBenchmark[] {
  const main = mainVariant(timeline?.listed ?? input.sessions.flatMap(({ listed }) => listed).find((one) => one.name === name));
  const other: Variant = main === "compiled" ? "interpreted" : "compiled";
  return [main, other].flatMap((variant) => {
    const outcomes = input.sessions.flatMap((session) => outcomeIn(session, name, variant, input));
    if (outcomes.length === 0 && variant !== main) return [];
    const series = timeline?.series.find((one) => one.variant === variant);
    const missing = outcomes.length > 0 ? undefined : missingText(name, input);
    return [
      {
        benchmark: name,
        variant,
        outcomes,
        ...(series && comparedIn(series, input.revision.id)),
        decisions: decisionsOn(name, variant, series, input),
        ...(missing !== undefined && { missing }),
      },
    ];
  });
}

function outcomeIn({ id, benchmarks }: Session, name: string, variant: Variant, { samples, commands }: ShowInput): ShownOutcome[] {
  const outcome = benchmarks[name]?.[variant];
  if (!outcome) return [];
  const taken = samples.get(id)?.[name]?.[variant];
  const ran = commands.get(name);
  return [{ session: id, outcome, ...(taken && { samples: taken }), ...(ran?.workload === outcome.workload && { commands: ran }) }];
}

function missingText(name: string, { sessions, inHistory }: ShowInput): string {
  const whole = sessions.findLast(({ failure }) => failure)?.failure;
  if (whole) return `not measured: the revision failed as a whole: ${whole.stage}: ${whole.message}`;
  if (inHistory && isNamedBy(name, inHistory.without)) return "not measured: slow, and not owed by this revision (measure.slow)";
  return "not measured";
}

/** Returns the value of a revision's program, and the previous revision that it is compared with. */
function comparedIn(series: Series, revision: string): Pick<ShownBenchmark, "value" | "previous"> {
  const found = entryOf(series, revision);
  if (!found) return {};
  const { entry, before, index } = found;
  const value = isMeasurement(entry) ? { value: { seconds: entry.point.seconds, sessions: entry.point.sessions.length } } : {};
  const neighbour = entry.revisions[index - 1]?.id;
  if (isMeasurement(entry) && neighbour !== undefined) {
    const { environment } = entry.segment;
    return { ...value, previous: { revision: neighbour, environment, seconds: entry.point.seconds, isSame: true } };
  }
  if (!before || !isMeasurement(before)) return value;
  const ratio = isMeasurement(entry) ? change(series, before, entry) : undefined;
  const id = before.revisions.at(-1)?.id ?? "";
  const { seconds } = before.point;
  return { ...value, previous: { revision: id, environment: before.segment.environment, seconds, ...(ratio && { ratio }), isSame: false } };
}

/** Returns the entry with a revision, the revision's index in it, and the last measured entry before it. */
function entryOf({ line, apart }: Series, id: string): { entry: Entry; before: Entry | undefined; index: number } | undefined {
  for (const entries of [line, ...apart]) {
    const at = entries.findLastIndex(({ revisions }) => revisions.some((one) => one.id === id));
    const entry = entries[at];
    if (!entry) continue;
    const index = entry.revisions.findIndex((one) => one.id === id);
    return { entry, before: entries.slice(0, at).findLast(isMeasurement), index };
  }
  return undefined;
}

function decisionsOn(name: string, variant: Variant, series: Series | undefined, { decisions, revision }: ShowInput): Decision[] {
  const program = series && entryOf(series, revision.id)?.entry.point.revisions.map(({ id }) => id);
  const ids = new Set([revision.id, ...(program ?? [])]);
  return decisions.filter(
    (one) => one.benchmark === name && one.variant === variant && (ids.has(one.firstBad) || one.noticed === revision.id),
  );
}

/** Reasons of items that measure the revision for itself; they are shown first. */
const own: ReadonlySet<Reason> = new Set(["new", "backfill", "manual"]);

function withdrawnName(what: Withdrawal["what"]): string {
  return what.kind === "session" ? `session ${what.session} was` : `all earlier values of ${what.benchmark} were`;
}

function knownOf(input: ShowInput): string[] {
  const { revision, branch, inHistory, paths, queue, problems, unfinished, withdrawn, sessions, obstacles } = input;
  const subject = describeSubject({ kind: "revision", revision: revision.id });
  const items = queue.flatMap((item, index) =>
    item.subject.kind === "revision" && item.subject.revision === revision.id ? [{ item, index }] : [],
  );
  const waiting = items
    .sort((a, b) => Number(own.has(b.item.reason)) - Number(own.has(a.item.reason)))
    .map(({ item, index }) => `waiting: ${index + 1} of ${counted(queue.length, "item")} in the queue (${item.reason}: ${item.because})`);
  const found = [
    ...unfinished.filter((one) => one.subject === subject).map((one) => `unfinished: ${unfinishedText(one)}`),
    ...waiting,
    ...problems.filter(({ kind, about }) => kind === "measure" && about === subject).map(problemText),
    ...withdrawn.map(({ what, written, by, why }) => `${withdrawnName(what)} withdrawn on ${dayOf(written)} by ${by}: ${why}`),
  ];
  const skipped = skippedText(inHistory, branch, paths);
  if (skipped !== undefined && waiting.length === 0) found.push(skipped);
  if (sessions.length > 0 && waiting.length === 0) return found;
  if (found.length === 0) found.push("not measured, and not in the queue of this host");
  return [...found, ...obstacles];
}

function skippedText(inHistory: ShowInput["inHistory"], branch: string, paths: readonly string[]): string | undefined {
  const byHand = "`evenkeel measure` can measure it";
  if (!inHistory) return `not in the queue: it is outside of the measured history of ${branch} (target.branch, target.since); ${byHand}`;
  return inHistory.isWanted ? undefined : `not in the queue: it touches none of target.paths (${paths.join(", ")}); ${byHand}`;
}
