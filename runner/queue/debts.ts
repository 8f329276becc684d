import { isNamedBy } from "../../config/benchmark-pattern.ts";
import type { Outcome, Revision, Session } from "../model.ts";
import { ofOwnSake } from "../timeline/line.ts";
import { counted, dayOf } from "../text/quantities.ts";
import type { Present } from "./present.ts";
import { attempts, outcomesOf, triedAgain, triesOf, variants, type Try } from "./tries.ts";

export interface DebtsInput {
  /** Revisions that are to be measured, oldest first. */
  candidates: readonly Revision[];
  /** This host's sessions of all revisions, oldest first. */
  sessions: ReadonlyMap<string, readonly Session[]>;
  present: Present;
  /** The day in UTC, `yyyy-mm-dd`. */
  today: string;
  /** Names or patterns of the benchmarks that a revision does not owe, by its id. */
  without: ReadonlyMap<string, string[]>;
  /** Every revision owes all declared benchmarks in their present form. Otherwise the newest one does, and others owe what they listed. */
  isComplete: boolean;
  /** Returns a session without results that are not valid any more; failures are not removed. */
  asItStands: (session: Session) => Session;
}

/** Part of what a revision with sessions owes. `benchmarks` undefined: all. */
export interface Debt {
  because: string;
  benchmarks?: string[];
}

type Kind = "missing" | "added" | "outdated" | "changed" | "failed";

/** Sessions of a revision, and the rule by which their failures count. */
interface Judging {
  revision: string;
  /** A failure counts only in the present environment and configuration, not just in the benchmark's present form. */
  isStrict: boolean;
  sessions: readonly Session[];
}

/**
 * Computes what revisions owe by the present declaration. A failure of another form of its benchmark does not count any more. Failures of another
 * environment or configuration do not count at the newest revision, nor at revisions without any value. Older revisions are retried only after
 * the benchmark has a value in its present form: what fails at the newest revision would fail at all of them.
 */
export class Debts {
  readonly #input: DebtsInput;
  readonly #newest: string | undefined;
  /** Names of benchmarks that a revision owes even if it did not list them, by its id. */
  readonly #declared: ReadonlyMap<string, ReadonlySet<string>>;
  /** Sessions that still count, by the id of their revision. */
  readonly #standing = new Map<string, Judging>();
  #working: { names: ReadonlySet<string>; isAny: boolean } | undefined;

  constructor(input: DebtsInput) {
    this.#input = input;
    this.#newest = input.candidates.at(-1)?.id;
    this.#declared = declaredAt(input);
    for (const { id } of input.candidates) {
      const all = input.sessions.get(id) ?? [];
      const isStrict = !all.some(hasValue);
      const judging = { revision: id, isStrict, sessions: all };
      const sessions = all.filter((session) => !this.#isOutdated(session, judging));
      if (sessions.length > 0) this.#standing.set(id, { ...judging, sessions });
    }
  }

  /** Returns whether a revision has no session that still counts. */
  isUnmeasured(revision: string): boolean {
    return !this.#standing.has(revision);
  }

  /** Returns whether a revision has any sessions. */
  wasTried(revision: string): boolean {
    return this.#input.sessions.has(revision);
  }

  /** Returns what a revision with sessions that count still owes; undefined for nothing. */
  of(revision: string): Debt | undefined {
    const { present, today, asItStands, without } = this.#input;
    const known = this.#standing.get(revision);
    const judging = known && { ...known, sessions: known.sessions.map(asItStands) };
    if (!judging || stopped(judging.sessions, today)) return undefined;
    const { sessions } = judging;
    const listing = sessions.find(({ failure }) => failure === undefined);
    if (!listing) return { because: `retry after the failure on ${lastDay(sessions)}` };

    const declared = this.#declared.get(revision) ?? new Set();
    const listed = listing.listed.map(({ name }) => name).filter((name) => present.isDeclared(name));
    const names = [...new Set([...listed, ...declared])].filter((name) => !isNamedBy(name, without.get(revision) ?? []));
    const kinds = new Map<Kind, string[]>();
    for (const name of names) {
      const kind = this.#kindOf(name, declared.has(name), judging);
      if (kind) kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
    }
    if (kinds.size === 0) return undefined;
    const because = becauseOf(kinds, listing.listed.length, lastDay(sessions));
    return { because, benchmarks: order.flatMap((kind) => kinds.get(kind) ?? []) };
  }

  #kindOf(name: string, isDeclared: boolean, judging: Judging): Kind | undefined {
    const { sessions } = judging;
    const { present } = this.#input;
    if (sessions.every((session) => session.benchmarks[name] === undefined)) {
      const lists = ({ listed }: Session) => listed.some((one) => one.name === name);
      if (sessions.some(lists)) return "missing";
      // The present suite does not list it at this revision.
      return sessions.some((session) => !session.failure && present.isOfSuite(session)) ? undefined : "added";
    }
    const kinds = variants.map((variant) => {
      const tries = triesOf(sessions, name, variant).filter(isOwn);
      return tries.length === 0 ? undefined : this.#kindOfTried(name, tries, isDeclared, judging);
    });
    return kinds.find((kind) => kind !== undefined);
  }

  #kindOfTried(name: string, tries: readonly Try[], isDeclared: boolean, judging: Judging): Kind | undefined {
    const values = tries.filter(({ outcome }) => isValue(outcome));
    if (isDeclared ? values.some((one) => this.#isPresentValue(name, one)) : values.length > 0) return undefined;
    const isStrict = isDeclared || judging.isStrict;
    const failures = tries.filter(({ outcome, session }) => !isValue(outcome) && this.#stands(name, outcome, session, isStrict));
    if (failures.length > 0) return triedAgain(failures, this.#input.today) ? "failed" : undefined;
    if (values.length > 0) return "changed";
    return isDeclared || this.#works(judging.revision, name) ? "outdated" : undefined;
  }

  /** Returns whether a value is of the benchmark's present form and was measured for the revision itself. Reports show that value. */
  #isPresentValue(name: string, { outcome, session }: Try): boolean {
    if (session.reason === "import") return true;
    return this.#input.present.hasForm(name, outcome, session) && (this.#input.isComplete || ofOwnSake(session.reason));
  }

  /** Returns whether a session has no result that still counts. */
  #isOutdated(session: Session, { revision, isStrict }: Judging): boolean {
    if (session.failure) {
      return !this.#input.present.standsAsWhole(session) && (revision === this.#newest || this.#worked().isAny);
    }
    if (session.reason === "import" || hasValue(session)) return false;
    const failures = outcomesOf(session);
    const isOutdated = ({ name, outcome }: (typeof failures)[number]) =>
      !this.#stands(name, outcome, session, isStrict || revision === this.#newest) && this.#works(revision, name);
    return failures.length > 0 && failures.every(isOutdated);
  }

  #stands(name: string, outcome: Outcome, session: Session, isStrict: boolean): boolean {
    const { present } = this.#input;
    return present.hasForm(name, outcome, session) && (!isStrict || present.hasConditions(session));
  }

  /** Returns whether a benchmark is retried at a revision at which its failure does not count. */
  #works(revision: string, name: string): boolean {
    return revision === this.#newest || this.#worked().names.has(name);
  }

  /** Returns the benchmarks with a value in their present form, and whether any benchmark has any value. */
  #worked(): { names: ReadonlySet<string>; isAny: boolean } {
    if (this.#working) return this.#working;
    const { present, sessions } = this.#input;
    const names = new Set<string>();
    let isAny = false;
    for (const session of [...sessions.values()].flat()) {
      for (const { name, outcome } of outcomesOf(session).filter((one) => isValue(one.outcome))) {
        isAny = true;
        if (present.hasForm(name, outcome, session)) names.add(name);
      }
    }
    this.#working = { names, isAny };
    return this.#working;
  }
}

/** Returns the declared benchmarks that revisions owe, by id. Only the newest possible revision owes one, or every one with `isComplete`. */
function declaredAt({ candidates, present, without, isComplete }: DebtsInput): Map<string, ReadonlySet<string>> {
  const { names } = present;
  const found = new Map<string, ReadonlySet<string>>();
  if (!names) return found;
  const left = new Set(names);
  for (const { id } of [...candidates].reverse()) {
    if (left.size === 0) return found;
    const own = [...left].filter((name) => !isNamedBy(name, without.get(id) ?? []));
    found.set(id, new Set(own));
    if (!isComplete) for (const name of own) left.delete(name);
  }
  return found;
}

const order: readonly Kind[] = ["added", "changed", "missing", "outdated", "failed"];

/** @param listed number of benchmarks that the revision's first session listed. */
function becauseOf(kinds: ReadonlyMap<Kind, readonly string[]>, listed: number, day: string): string {
  const texts: Record<Kind, (count: number) => string> = {
    added: (count) => `${counted(count, "benchmark")} added since`,
    changed: (count) => `${counted(count, "benchmark")} changed since`,
    missing: (count) => `${count} of ${listed} benchmarks without a result`,
    outdated: (count) => `${count} failed with an earlier configuration or environment`,
    failed: (count) => `retry ${count} that failed on ${day}`,
  };
  return order.flatMap((kind) => (kinds.has(kind) ? [texts[kind](kinds.get(kind)?.length ?? 0)] : [])).join("; ");
}

/** Returns whether the subject failed as a whole and is not retried today: it failed often enough, or today. */
function stopped(sessions: readonly Session[], today: string): boolean {
  const failures = sessions.filter(({ failure }) => failure !== undefined);
  return failures.length >= attempts || failures.some((session) => dayOf(session.started) >= today);
}

/** Returns false for imported failures. They count as results, because the number of attempts is not known. */
function isOwn({ outcome, session }: Try): boolean {
  return isValue(outcome) || session.reason !== "import";
}

function isValue({ status }: Pick<Outcome, "status">): boolean {
  return status !== "failed";
}

function hasValue({ benchmarks }: Session): boolean {
  return Object.values(benchmarks).some((outcomes) => variants.some((variant) => isValue(outcomes[variant] ?? none)));
}

const none = { status: "failed" } as const;

function lastDay(sessions: readonly Session[]): string {
  const last = sessions[sessions.length - 1];
  return last ? dayOf(last.started) : "";
}
