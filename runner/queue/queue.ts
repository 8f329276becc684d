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
  /** Name of this host: what other hosts measured does not count. */
  host: string;
  /** Id of the present environment: baselines of others do not count. */
  environment: string;
  /** What the suite lists now; undefined where that is not known, then no baseline is planned. */
  benchmarks: readonly Listed[] | undefined;
  /** Revision of the suite now. */
  suite?: string;
  /** Hash of the configuration now, as `Session.setup`. */
  setup?: string;
  /** Fingerprints of what the interpreter itself would execute now, by benchmark, where they can be told. */
  interpreted?: ReadonlyMap<string, string>;
  /** The suite cannot be listed now, `benchmarks` is of earlier requirements: then no baseline is planned. */
  isListingStale?: boolean;
  /** The day in UTC, `yyyy-mm-dd`. */
  today: string;
  /** `collect`: these revisions alone, where they were not measured in the present environment, and no baselines. */
  onlyRevisions?: ReadonlySet<string>;
  /** Names or patterns of the benchmarks that a revision does not owe, by its id: slow ones, on most revisions. */
  without?: ReadonlyMap<string, string[]>;
  /** Builds that controls can be taken from. */
  cachedBuilds?: readonly CachedBuild[];
  /** Since when the machine is suspected to have moved; absent where it is not. */
  suspectedSince?: string;
  /** What suspected and confirmed changes ask for, and bimodal benchmarks: before anything new, but at most every second session. */
  changes?: readonly WorkItem[];
  /** Sessions of programs far apart, where a change may creep: they can wait as controls do. */
  creeping?: readonly WorkItem[];
  /** What the newest transition owes: bridges before anything new is measured, further sessions for its verdict after what is new. */
  upgrade?: { bridges: readonly WorkItem[]; verifying: readonly WorkItem[] };
}

/** Items from one control to the next, while others wait. */
const itemsPerControl = 4;

/** A/A pairs of the interpreter that tell the noise of a new environment. */
const noisePairs = 5;

/** Sessions of baselines that a new environment takes, where all go well: the first, and those that tell its noise. */
export function baselineSessions(benchmarks: number): number {
  return benchmarks === 0 ? 0 : 1 + Math.ceil(noisePairs / benchmarks);
}

/**
 * What to measure, in the order it is done if nothing new arrives: baselines; bridges; whether a machine that is suspected to have moved did;
 * every second one, what changes ask for; the newest revision; what begun revisions still
 * owe; what the verdict on an upgrade wants; then the middle of the longest unmeasured run, again and again, so that a backlog is soon seen as a whole and loses nothing. Controls,
 * and pairs of programs far apart after them, come before the backlog, but at most every fourth item is one while any of it waits.
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
  // An upgrade does not make the whole history unmeasured again.
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

/** What changes ask for takes every second place, the first one unless it had the last one; its revisions are not named twice. */
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

/** Before anything new is measured: on a machine that moved it would be measured in vain. */
function onSuspicion({ suspectedSince: since, cachedBuilds = [], ...input }: QueueInput): WorkItem[] {
  return since === undefined ? [] : repeatedControls({ ...input, cachedBuilds, since });
}

/** @param since items done since the last control. */
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

/** Sessions since the last one that could wait; without any, one is due. */
function sinceControl(here: readonly Session[]): number {
  const last = here.findLastIndex(({ reason }) => reason === "control" || reason === "creeping");
  return last === -1 ? Infinity : here.length - 1 - last;
}

/**
 * One item for all interpreted benchmarks that have no value of the interpreter in this environment, with the workload they have now and the
 * packages of the target's requirements that they use. After a transition they are measured again until five pairs of sessions tell how noisy the
 * new environment is.
 */
function baselines(here: readonly Session[], input: QueueInput): WorkItem[] {
  const { benchmarks = [], today, sessions: all, host, environment } = input;
  const sessions = here.filter(({ subject }) => subject.kind === "baseline");
  const present = new Present(input);
  const isStopped = (one: Session) => one.failure !== undefined && dayOf(one.started) >= today && present.standsAsWhole(one);
  // It can be listed now: what failed as a whole on another day failed for something else.
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
  return [item(repeatable, `how noisy this environment is: ${pairs} of ${noisePairs} pairs of sessions`)];
}

/** Returns a test for outcomes of a program; what has no fingerprint may be of any. */
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

/** What revisions with a session still owe, newest first. */
function begun(candidates: readonly Revision[], debts: Debts, reason: Reason): WorkItem[] {
  return [...candidates].reverse().flatMap((revision) => {
    const debt = debts.of(revision.id);
    return debt ? [{ ...itemFor(revision, reason, debt.because), ...(debt.benchmarks && { benchmarks: debt.benchmarks }) }] : [];
  });
}

/**
 * Leaves out of a session the copies that are none any more: a revision measured since between them and their original runs another
 * program. What is left out is owed. In `collect` originals may lie outside of the range: there every copy stands.
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

/** All other revisions without a result: the backlog, halved again and again. */
function backlog(candidates: readonly Revision[], debts: Debts, reason: Reason): WorkItem[] {
  const last = candidates.length - 1;
  const items: WorkItem[] = [];
  for (const run of halve(candidates.map(({ id }, index) => index < last && debts.isUnmeasured(id)))) {
    const revision = candidates[middleOf(run)];
    if (revision) items.push(itemFor(revision, reason, describeRun(run, candidates)));
  }
  return items;
}

/** The item, told what its revision does not owe. */
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
