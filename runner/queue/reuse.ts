import { isNamedBy } from "../../config/benchmark-pattern.ts";
import type { SeriesKey } from "../measure/earlier.ts";
import type { Failure, Outcome, Revision, ReusedResult, ReusedVariant, Session, Variant } from "../model.ts";
import { programOf } from "../timeline/program.ts";

/** Program that a benchmark variant of a revision would execute. */
export interface Candidate extends SeriesKey {
  /** Absent if it is not known: the benchmark is then always measured. */
  fingerprint?: string | undefined;
}

/** Program of one benchmark variant at a revision with a result of it. */
interface HistoryEntry {
  position: number;
  fingerprint: string | undefined;
  measured: boolean;
  /** Sessions with a result of it. */
  sessions: readonly Session[];
  /** Positions of the nearest revisions of the same run with samples: this one or an earlier one, and this one or a later one. */
  before?: number;
  after?: number;
}

/** Largest difference between commit dates of a revision and the one whose samples it reuses. */
const mostDays = 30;
const day = 24 * 60 * 60 * 1000;

/**
 * Index of the programs that revisions of a history run in one environment, to decide which need not be measured. Runs have the same program
 * at first-parent neighbours, as points have. A revision without a result of a benchmark does not end its run. Another program, an unknown
 * one or a failure does.
 */
export class KnownPrograms {
  readonly #history: readonly Revision[];
  readonly #positions: ReadonlyMap<string, number>;
  /** Sessions by position, oldest first, in the order of the history. */
  readonly #sessions: readonly (readonly [number, readonly Session[]])[];
  readonly #entries = new Map<string, readonly HistoryEntry[]>();

  /** @param input.history first-parent, oldest first. */
  constructor(input: { history: readonly Revision[]; sessions: readonly Session[]; environment: string }) {
    this.#history = input.history;
    this.#positions = new Map(input.history.map(({ id }, position) => [id, position]));
    const sessions = new Map<number, Session[]>();
    for (const session of [...input.sessions].sort(byStart)) {
      if (session.environment !== input.environment || session.subject.kind !== "revision") continue;
      const position = this.#positions.get(session.subject.revision);
      if (position === undefined) continue;
      const known = sessions.get(position);
      if (known) known.push(session);
      else sessions.set(position, [session]);
    }
    this.#sessions = [...sessions].sort(([a], [b]) => a - b);
  }

  /**
   * Returns those of a revision's programs that a neighbour also runs, with samples of a commit at most 30 days away. Excluded are programs
   * with samples of the revision itself, since a repeated request wants new ones, and programs that reappear after another one.
   */
  reusedFrom(revision: string, candidates: readonly Candidate[]): ReusedVariant[] {
    return candidates.flatMap(({ fingerprint, ...subject }): ReusedVariant[] => {
      if (fingerprint === undefined) return [];
      const { own, before, after } = this.#neighbours(revision, subject);
      if (own?.measured) return [];
      const holders = [
        ...(before?.fingerprint === fingerprint ? [before.before] : []),
        ...(after?.fingerprint === fingerprint ? [after.after] : []),
      ];
      const as = holders.map((position) => this.#near(revision, position)).find((id) => id !== undefined);
      return as === undefined ? [] : [{ ...subject, fingerprint, as }];
    });
  }

  /**
   * Returns the programs that a revision is known to run before it is built: those of neighbours with the same hash of affecting files.
   * @param is.isListed returns whether a neighbour's listing is of the present configuration.
   * @param is.owed names; undefined means all that such a neighbour lists, except those in `without`.
   */
  withoutBuilding(
    revision: string,
    is: {
      affects: string;
      suite: string;
      isListed: (listed: Session["listed"]) => boolean;
      owed?: readonly string[] | undefined;
      without?: readonly string[] | undefined;
    },
  ): Unbuilt | undefined {
    const alike = (session: Session): boolean =>
      session.affects === is.affects && session.suite === is.suite && !session.failure && is.isListed(session.listed);
    const neighbour = this.#nearest(revision).find(alike);
    if (!neighbour) return undefined;
    const same: ReusedVariant[] = [];
    const left: string[] = [];
    const listed = neighbour.listed.map(({ name }) => name).filter((name) => !isNamedBy(name, is.without ?? []));
    for (const name of is.owed ?? listed) {
      const listed = neighbour.listed.find((one) => one.name === name);
      const found = listed ? this.#unbuilt(revision, listed, alike) : [];
      if (found.length > 0) same.push(...found);
      else left.push(name);
    }
    return same.length > 0 ? { same, left, neighbour } : undefined;
  }

  /** Returns whether a reused result is still valid: no revision between it and its original was found to run another program. */
  stands(revision: string, benchmark: string, variant: Variant, { workload, fingerprint }: ReusedResult): boolean {
    const { own } = this.#neighbours(revision, { benchmark, variant, workload });
    return own?.fingerprint === fingerprint && (own.before ?? own.after) !== undefined;
  }

  /** Returns all variants of a benchmark that equal neighbours have, if each variant can be reused; otherwise none. */
  #unbuilt(revision: string, { name: benchmark, variants, workload }: Session["listed"][number], alike: (session: Session) => boolean) {
    const found: ReusedVariant[] = [];
    for (const variant of variants) {
      const { before, after } = this.#neighbours(revision, { benchmark, variant, workload });
      if (!before && !after) continue;
      const entries = [before, after].flatMap((entry) => (entry?.sessions.some(alike) ? [entry] : []));
      const same = entries.flatMap(({ fingerprint }) => this.reusedFrom(revision, [{ benchmark, variant, workload, fingerprint }]));
      if (!same[0]) return [];
      found.push(same[0]);
    }
    return found;
  }

  /** Returns the sessions of the nearest revisions with any: first the revision before, then the one after. */
  #nearest(revision: string): Session[] {
    const position = this.#positions.get(revision);
    if (position === undefined) return [];
    const before = this.#sessions.findLast(([index]) => index < position)?.[1] ?? [];
    const after = this.#sessions.find(([index]) => index > position)?.[1] ?? [];
    return [...before, ...after];
  }

  #neighbours(
    revision: string,
    subject: SeriesKey,
  ): { own?: HistoryEntry | undefined; before?: HistoryEntry | undefined; after?: HistoryEntry | undefined } {
    const position = this.#positions.get(revision);
    if (position === undefined) return {};
    const entries = this.#entriesOf(subject);
    const at = firstFrom(entries, position);
    const own = entries[at]?.position === position ? entries[at] : undefined;
    return { own, before: entries[at - 1], after: entries[own ? at + 1 : at] };
  }

  /** Returns the entries of one benchmark variant, in the order of the history. */
  #entriesOf(subject: SeriesKey): readonly HistoryEntry[] {
    const key = JSON.stringify([subject.benchmark, subject.variant, subject.workload]);
    let entries = this.#entries.get(key);
    if (!entries) {
      entries = withHolders(this.#sessions.flatMap(([position, sessions]) => entryOf(position, sessions, subject)));
      this.#entries.set(key, entries);
    }
    return entries;
  }

  /** Returns the id of the revision at a position, unless it was committed too long before or after another. */
  #near(revision: string, position: number | undefined): string | undefined {
    const here = this.#history[this.#positions.get(revision) ?? -1];
    const there = this.#history[position ?? -1];
    if (!here || !there) return undefined;
    return Math.abs(Date.parse(here.committed) - Date.parse(there.committed)) <= mostDays * day ? there.id : undefined;
  }
}

/** Programs of a revision that need not be built. */
export interface Unbuilt {
  same: ReusedVariant[];
  /** Names of benchmarks that must be built, because their programs are not known. */
  left: string[];
  /** Session of the neighbour. Its listing and versions also apply to this revision. */
  neighbour: Session;
}

function entryOf(position: number, sessions: readonly Session[], { benchmark, variant, workload }: SeriesKey): HistoryEntry[] {
  const counted: Session[] = [];
  const outcomes: (Outcome | Failure)[] = [];
  for (const session of sessions) {
    const outcome = session.benchmarks[benchmark]?.[variant];
    if (outcome?.workload === workload) outcomes.push(outcome);
    else if (!outcome && session.failure && owes(session, benchmark)) outcomes.push(session.failure);
    else continue;
    counted.push(session);
  }
  return outcomes.length > 0 ? [{ position, ...programOf(outcomes), sessions: counted }] : [];
}

/** Returns whether a session owed a benchmark. One that failed before listing owed everything. */
function owes({ listed }: Session, benchmark: string): boolean {
  return listed.length === 0 || listed.some(({ name }) => name === benchmark);
}

/** Returns entries with the positions of the nearest ones of their runs that have samples. */
function withHolders(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const found = entries.map((entry) => ({ ...entry }));
  const pass = (order: readonly HistoryEntry[], side: "before" | "after"): void => {
    let last: HistoryEntry | undefined;
    for (const entry of order) {
      const continues = entry.fingerprint !== undefined && entry.fingerprint === last?.fingerprint;
      const holder = entry.measured && entry.fingerprint !== undefined ? entry.position : continues ? last?.[side] : undefined;
      if (holder !== undefined) entry[side] = holder;
      last = entry;
    }
  };
  pass(found, "before");
  pass([...found].reverse(), "after");
  return found;
}

/** Returns the index of the first entry at or after a position. */
function firstFrom(entries: readonly HistoryEntry[], position: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.position ?? Infinity) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byStart(a: Session, b: Session): number {
  return a.started < b.started ? -1 : a.started > b.started ? 1 : 0;
}
