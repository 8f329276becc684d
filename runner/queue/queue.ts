import { byName } from "../../config/by-name.ts";
import type { Listed, Reason, Revision, Session, WorkItem } from "../model.ts";
import { Debts } from "./debts.ts";
import type { CachedBuild } from "../build/cached-builds.ts";
import { controls, repeatedControls } from "./control-sampling.ts";
import { describeRun, halve, middleOf } from "./halving.ts";
import { Present } from "./present.ts";
import { KnownPrograms } from "./reuse.ts";
import { triedAgain, triesOf, variants, type Try } from "./tries.ts";
import { dayOf } from "../text/quantities.ts";

export interface QueueInput {
  /** First-parent history, oldest first. */
  history: readonly Revision[];
  /** Ids of the revisions that touch what is measured. */
  wanted: ReadonlySet<string>;
  sessions: readonly Session[];
  /** Name of this host. Sessions of other hosts do not count. */
  host: string;
  /** Id of the present environment. Baselines of others do not count. */
  environment: string;
  /** Benchmarks that the suite lists now. Undefined if that is not known: no baseline is then planned. */
  benchmarks: readonly Listed[] | undefined;
  /** Revision of the suite now. */
  suite?: string;
  /** Hash of the configuration now, as `Session.setup`. */
  setup?: string;
  /** Fingerprints of the interpreter's present programs, by benchmark, if known. */
  interpreted?: ReadonlyMap<string, string>;
  /** The suite cannot be listed now and `benchmarks` is of earlier requirements: no baseline is planned. */
  isListingStale?: boolean;
  /** The day in UTC, `yyyy-mm-dd`. */
  today: string;
  /** For `collect`: only those of these revisions that were not measured in the present environment, and no baselines. */
  onlyRevisions?: ReadonlySet<string>;
  /** Names or patterns of the benchmarks that a revision does not owe, by its id: slow ones, on most revisions. */
  without?: ReadonlyMap<string, string[]>;
  /** Builds that controls can be taken from. */
  cachedBuilds?: readonly CachedBuild[];
  /** Time of a suspected machine shift; absent without one. */
  suspectedSince?: string;
  /** Sessions for suspected and confirmed changes and for bimodal benchmarks: before anything new, but at most every second session. */
  changes?: readonly WorkItem[];
  /** Sessions that look for creeping changes. They have the priority of controls. */
  creeping?: readonly WorkItem[];
  /** Sessions for the newest transition: bridges before anything new is measured, those for its verdict after. */
  upgrade?: { bridges: readonly WorkItem[]; verifying: readonly WorkItem[] };
}

/** Items from one control to the next, while others are waiting. */
const itemsPerControl = 4;

/** A/A pairs of the interpreter that measure the noise of a new environment. */
const noisePairs = 5;

/** Returns the number of baseline sessions that a new environment needs without failures: the first, and those that measure its noise. */
export function baselineSessions(benchmarks: number): number {
  return benchmarks === 0 ? 0 : 1 + Math.ceil(noisePairs / benchmarks);
}

/**
 * Returns the items to measure, in order:
 *
 * 1. baselines, bridges, controls that check a suspected machine shift;
 * 2. the newest revision, what begun revisions still owe, sessions for the verdict on an upgrade;
 * 3. the backlog: always the middle of the longest unmeasured run, so that results soon cover it evenly.
 *
 * Sessions that changes need take every second position from step 2 on. Controls, and then checks for creeping changes, come before the
 * backlog, but are at most every fourth item while any of it is waiting.
 */
export function plan(input: QueueInput): WorkItem[] {
  const here = input.sessions.filter(({ environment }) => environment === input.environment).sort(byStart);
  const candidates = input.history.filter(({ id }) => input.wanted.has(id) && (input.onlyRevisions?.has(id) ?? true));
  const debts = debtsOf(candidates, here, input);
  const reason = input.onlyRevisions ? "backfill" : "new";
  const first = [...newest(candidates, debts, reason), ...begun(candidates, debts, reason), ...(input.upgrade?.verifying ?? [])].map(
    (item) => withoutSlow(item, input),
  );
  const waiting = backlog(candidates, debts, reason).map((item) => withoutSlow(item, input));
  if (input.onlyRevisions) return [...first, ...waiting];
  const owed = [...baselines(here, input), ...(input.upgrade?.bridges ?? []), ...onSuspicion(input)];
  const drawn = [...controls({ ...input, cachedBuilds: input.cachedBuilds ?? [] }), ...(input.creeping ?? [])];
  const others = [...first, ...interleaved(drawn, waiting, sinceControl(here) + owed.length + first.length)];
  return [...owed.map((item) => withoutSlow(item, input)), ...alternating(input.changes ?? [], others, here)];
}

function debtsOf(candidates: readonly Revision[], here: readonly Session[], input: QueueInput): Debts {
  // Sessions of all environments count: an upgrade does not make the whole history unmeasured again.
  const sessions = byRevision(input.onlyRevisions ? here : input.sessions.filter(({ host }) => host === input.host).sort(byStart));
  return new Debts({
    candidates,
    sessions,
    present: new Present(input),
    today: input.today,
    without: input.without ?? new Map(),
    isComplete: input.onlyRevisions !== undefined,
    asItStands: originals(input),
  });
}

const askedFor: ReadonlySet<Reason> = new Set(["confirm", "layout", "bisect", "repeat"]);

/** Interleaves items of changes with others. They come first unless the last session was of one. Revisions that both have are listed once. */
function alternating(asked: readonly WorkItem[], others: readonly WorkItem[], here: readonly Session[]): WorkItem[] {
  const named = new Set(
    asked.flatMap(({ subject, reason }) => (reason === "bisect" && subject.kind === "revision" ? [subject.revision] : [])),
  );
  const left = others.filter(({ subject, reason }) => reason !== "new" || subject.kind !== "revision" || !named.has(subject.revision));
  const last = here.at(-1)?.reason;
  const items: WorkItem[] = last !== undefined && askedFor.has(last) ? left.splice(0, 1) : [];
  for (const item of asked) items.push(item, ...left.splice(0, 1));
  return [...items, ...left];
}

/** Returns controls for a suspected machine shift. New results would be void after a shift, so these come first. */
function onSuspicion({ suspectedSince: since, cachedBuilds = [], ...input }: QueueInput): WorkItem[] {
  return since === undefined ? [] : repeatedControls({ ...input, cachedBuilds, since });
}

/** Inserts drawn items into the backlog. @param since number of items done since the last control. */
function interleaved(drawn: readonly WorkItem[], waiting: readonly WorkItem[], since: number): WorkItem[] {
  const left = [...drawn];
  const items: WorkItem[] = [];
  let others = since;
  for (const item of waiting) {
    const control = others >= itemsPerControl - 1 ? left.shift() : undefined;
    if (control) {
      items.push(control);
      others = 0;
    }
    items.push(item);
    others++;
  }
  return [...items, ...left];
}

/** Returns the number of sessions since the last control or check for a creeping change; Infinity without any. */
function sinceControl(here: readonly Session[]): number {
  const last = here.findLastIndex(({ reason }) => reason === "control" || reason === "creeping");
  return last === -1 ? Infinity : here.length - 1 - last;
}

/**
 * Returns one item for all interpreted benchmarks without a value of the interpreter in this environment. A value counts only with the present
 * workload and the present packages of the target's requirements. After a transition, baselines are repeated until five pairs of sessions
 * show the noise of the new environment.
 */
function baselines(here: readonly Session[], input: QueueInput): WorkItem[] {
  const { benchmarks = [], today, sessions: all, host, environment } = input;
  const sessions = here.filter(({ subject }) => subject.kind === "baseline");
  const present = new Present(input);
  const isStopped = (one: Session) => one.failure !== undefined && dayOf(one.started) >= today && present.standsAsWhole(one);
  // The suite can be listed now, so a failure as a whole on another day had another cause.
  if (input.isListingStale || sessions.some(isStopped)) return [];
  const interpreted = benchmarks.filter(({ variants }) => variants.includes("interpreted"));
  const owed = interpreted.filter(({ name, workload }) => {
    const counts = ({ outcome, session }: Try) =>
      outcome.status === "failed"
        ? present.hasForm(name, outcome, session) && present.hasConditions(session)
        : outcome.workload === workload;
    const tries = triesOf(sessions, name, "interpreted")
      .filter(counts)
      .filter(isOfProgram(input.interpreted?.get(name)));
    return tries.length === 0 || triedAgain(tries, today);
  });
  const item = (names: readonly Listed[], because: string): WorkItem => ({
    subject: { kind: "baseline" },
    reason: "baseline",
    because,
    benchmarks: names.map(({ name }) => name),
    nth: sessions.length + 1,
  });
  if (owed.length > 0) return [item(owed, `baselines missing in this environment: ${owed.length} of ${interpreted.length}`)];

  const isAfterTransition = all.some((one) => one.host === host && one.environment !== environment && one.subject.kind === "revision");
  const measured = interpreted.map(({ name, workload }) => triesOf(sessions, name, "interpreted").filter(isOkWith(workload)).length);
  const repeatable = interpreted.filter((_, index) => (measured[index] ?? 0) > 0);
  const pairs = measured.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
  if (!isAfterTransition || repeatable.length === 0 || pairs >= noisePairs) return [];
  return [item(repeatable, `measure the noise of this environment: ${pairs} of ${noisePairs} pairs of sessions`)];
}

/** Returns a test for outcomes of a program. Outcomes without a fingerprint match any program. */
function isOfProgram(fingerprint: string | undefined): (one: Try) => boolean {
  return ({ outcome }) =>
    fingerprint === undefined || !("fingerprint" in outcome) || outcome.fingerprint === undefined || outcome.fingerprint === fingerprint;
}

function isOkWith(workload: string): (one: Try) => boolean {
  return ({ outcome }) => outcome.status === "ok" && outcome.workload === workload;
}

function newest(candidates: readonly Revision[], debts: Debts, reason: Reason): WorkItem[] {
  const revision = candidates[candidates.length - 1];
  if (!revision || !debts.isUnmeasured(revision.id)) return [];
  const because = debts.wasTried(revision.id) ? ", which failed with an earlier configuration or environment" : "";
  return [itemFor(revision, reason, `newest revision${because}`)];
}

/** Returns items for what revisions with a session still owe, newest first. */
function begun(candidates: readonly Revision[], debts: Debts, reason: Reason): WorkItem[] {
  return [...candidates].reverse().flatMap((revision) => {
    const debt = debts.of(revision.id);
    return debt ? [{ ...itemFor(revision, reason, debt.because), ...(debt.benchmarks && { benchmarks: debt.benchmarks }) }] : [];
  });
}

/**
 * Returns a function that removes invalid reused results from a session: a revision in between was since found to run another program.
 * Removed results are owed again. In `collect` originals may be outside the range, so every reused result is valid.
 */
function originals({ history, sessions, onlyRevisions }: QueueInput): (session: Session) => Session {
  const known = new Map<string, KnownPrograms>();
  return (session) => {
    const { environment, subject, benchmarks } = session;
    if (onlyRevisions || subject.kind === "baseline" || !hasCopies(session)) return session;
    const programs = known.get(environment) ?? new KnownPrograms({ history, sessions, environment });
    known.set(environment, programs);
    const left: Session["benchmarks"] = byName();
    for (const [name, outcomes] of Object.entries(benchmarks)) {
      const stands = variants.every((variant) => {
        const outcome = outcomes[variant];
        return outcome?.status !== "reused" || programs.stands(subject.revision, name, variant, outcome);
      });
      if (stands) left[name] = outcomes;
    }
    return { ...session, benchmarks: left };
  };
}

function hasCopies({ benchmarks }: Session): boolean {
  return Object.values(benchmarks).some((outcomes) => variants.some((variant) => outcomes[variant]?.status === "reused"));
}

/** Returns items for all other revisions without a result, in the order of halving. */
function backlog(candidates: readonly Revision[], debts: Debts, reason: Reason): WorkItem[] {
  const last = candidates.length - 1;
  const items: WorkItem[] = [];
  for (const run of halve(candidates.map(({ id }, index) => index < last && debts.isUnmeasured(id)))) {
    const revision = candidates[middleOf(run)];
    if (revision) items.push(itemFor(revision, reason, describeRun(run, candidates)));
  }
  return items;
}

/** Adds to an item the benchmarks that its revision does not owe. */
function withoutSlow(item: WorkItem, { without }: QueueInput): WorkItem {
  const names = item.subject.kind === "revision" ? (without?.get(item.subject.revision) ?? []) : [];
  return names.length > 0 ? { ...item, without: names } : item;
}

function itemFor(revision: Revision, reason: Reason, because: string): WorkItem {
  return { subject: { kind: "revision", revision: revision.id }, reason, because };
}

function byRevision(sessions: readonly Session[]): ReadonlyMap<string, readonly Session[]> {
  const found = new Map<string, Session[]>();
  for (const session of sessions) {
    if (session.subject.kind !== "revision") continue;
    const { revision } = session.subject;
    found.set(revision, [...(found.get(revision) ?? []), session]);
  }
  return found;
}

function byStart(a: Session, b: Session): number {
  return a.started < b.started ? -1 : a.started > b.started ? 1 : 0;
}
