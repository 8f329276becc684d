import type { Decision, Session, WorkItem } from "../model.ts";
import { machineVerdict } from "../timeline/controls.ts";
import { distance } from "../timeline/detection/creeping.ts";
import { pairsNeeded, programsNeeded } from "../timeline/detection/level.ts";
import { isUnjudged, standing } from "../timeline/detection/readings.ts";
import { mostSessions } from "../timeline/detection/confirmation.ts";
import { creepingRanges, type CreepingRange } from "../timeline/detection/ranges.ts";
import { sinceText } from "../report/creeping.ts";
import { shiftText } from "../text/measurements.ts";
import { counted } from "../text/quantities.ts";
import { bisections } from "./bisection.ts";
import { setCover } from "./set-cover.ts";
import { creepingChecks, type CreepingCheck } from "./creeping.ts";
import type { CachedBuild } from "../build/cached-builds.ts";
import { buildsToKeep, keptRevisions } from "./keeping.ts";
import { layoutChecks, layoutItems, mostLayoutSessions, type LayoutCheck } from "./layouts.ts";
import { repeats } from "./repeats.ts";
import { suspicions, usedSessions, withoutUndecided, type NewDecision, type Suspicion } from "./suspicions.ts";
import { ownTimeline, resultsOfHost, type UpgradeInput } from "./upgrade.ts";

export interface ChangesInput extends Omit<UpgradeInput, "reopened"> {
  /** Ids of the revisions that touch what is measured. */
  wanted: ReadonlySet<string>;
  /** Names of the benchmarks that a revision does not owe, by its id. */
  without: ReadonlyMap<string, string[]>;
  cachedBuilds: readonly CachedBuild[];
  /** Confirmed changes are checked with builds of other layouts. */
  checkLayouts: boolean;
  /** The day in UTC, `yyyy-mm-dd`. */
  today: string;
}

/** Changes of the code that this host suspects or has confirmed, and what they ask for. */
export interface Changes {
  /** Not decided yet. */
  open: Suspicion[];
  /** Confirmed changes that are checked with other layouts. */
  layouts: LayoutCheck[];
  /**
   * Sessions asked for: one for each suspicion, then one for each confirmed change that is checked with other layouts, then one for each range
   * that a change lies in, then those of bimodal benchmarks.
   */
  items: WorkItem[];
  /** Programs far apart that are compared, as a change may creep between them. */
  creeping: CreepingCheck[];
  /** Ranges that benchmarks are known to creep over. */
  ranges: CreepingRange[];
  /** Sessions asked for by these: they can wait. */
  creepingItems: WorkItem[];
  /** Benchmarks in which no creeping change can be found: no build is kept that is far enough back. */
  unpaired: string[];
  /** Revisions of the cached builds that creeping changes are looked for with, the most useful first. */
  kept: string[];
  /** Decisions to be written. */
  findings: NewDecision[];
  /** Benchmarks that are measured, of which no change can be detected yet. */
  unjudged: string[];
  /** Unchanged programs run, or may run, otherwise than before: changes wait until that is understood. */
  machine?: "moved" | "suspected";
}

/** All that detection asks for and decides. Pure. */
export function changes(input: ChangesInput): Changes {
  const { environment, history } = input;
  const sessions = input.sessions.filter(({ host }) => host === input.host).sort((a, b) => (a.id < b.id ? -1 : 1));
  const results = resultsOfHost(input);
  const used = usedSessions(input.decisions);
  const decisions = standing(input.decisions);
  const benchmarks = ownTimeline({ ...input, results: withoutUndecided(results, used) });
  const positions = new Map(history.map(({ id }, index) => [id, index]));
  const between = (lastGood: string, firstBad: string) =>
    history.slice((positions.get(lastGood) ?? 0) + 1, positions.get(firstBad) ?? 0).filter(({ id }) => input.wanted.has(id));
  const { verdict } = machineVerdict(results, environment, input.benchmarks);
  const machine = verdict === "moved" || verdict === "suspected" ? verdict : undefined;
  const ids = history.map(({ id }) => id);
  const { items, narrowed } = bisections({ benchmarks, sessions, decisions, between, environment, without: input.without });
  const skipped = (lastGood: string, firstBad: string) => between(lastGood, firstBad).length;
  const found = suspicions({ benchmarks, sessions, decisions, used, narrowed, skipped, checkLayouts: input.checkLayouts });
  const open = found.filter(({ finding }) => machine || !finding);
  const decided = machine ? [] : found.flatMap(({ finding }) => finding ?? []);
  const far = creepingChecks({
    benchmarks,
    sessions,
    used,
    skipped,
    positions,
    today: input.today,
    decisions: input.decisions,
    kept: keptRevisions(input.cachedBuilds, environment),
    isSuspected: (benchmark, variant) => found.some((one) => one.benchmark === benchmark && one.variant === variant),
  });
  const creeping = far.checks.filter(({ finding }) => machine || !finding);
  const left = decisions.filter((one) => !isReplaced(one, decided));
  const checked = layoutChecks({ benchmarks, sessions, decisions: left, environment });
  const layouts = checked.filter(({ finding }) => machine || !finding);
  const repeating = repeats({ ...input, benchmarks, sessions, history: ids });
  return {
    open,
    layouts,
    items: [
      ...(machine ? [] : [...asked(open, "confirm", confirmText, sessions, input), ...layoutItems(layouts, layoutText)]),
      ...distinct(items),
      ...repeating,
    ],
    creeping,
    ranges: creepingRanges(
      input.decisions.filter(({ host }) => host === input.host),
      positions,
    ),
    creepingItems: machine ? [] : asked(creeping, "creeping", creepingText, sessions, input),
    unpaired: far.unpaired,
    kept: buildsToKeep(benchmarks, input.cachedBuilds, environment, ids),
    findings: machine
      ? []
      : [...decided, ...checked.flatMap(({ finding }) => finding ?? []), ...far.checks.flatMap(({ finding }) => finding ?? [])],
    unjudged: benchmarks.flatMap(({ name, listed, series }) => (listed && series.some(isUnjudged) ? [name] : [])),
    ...(machine && { machine }),
  };
}

/** Returns true for a decision that a new one supersedes. */
function isReplaced(one: Decision, decided: readonly NewDecision[]): boolean {
  return decided.some(
    ({ benchmark, variant, supersedes }) =>
      benchmark === one.benchmark && variant === one.variant && supersedes?.firstBad === one.firstBad && supersedes.n === one.n,
  );
}

/** The next session of each, one for all that want the same revision; from cached builds, where there are any. */
function asked<Of extends { benchmark: string; next: readonly string[] | undefined }>(
  open: readonly Of[],
  reason: "confirm" | "creeping",
  because: (served: readonly Of[]) => string,
  sessions: readonly Session[],
  { environment, history, cachedBuilds }: ChangesInput,
): WorkItem[] {
  const kept = keptRevisions(cachedBuilds, environment);
  const wishes = open.flatMap((one) => {
    const { next = [] } = one;
    const built = next.filter((id) => kept.has(id));
    return next.length > 0 ? [{ one, revisions: built.length > 0 ? built : next }] : [];
  });
  const needs = wishes.map(({ one, revisions }) => ({ benchmark: one.benchmark, revisions, sessions: 1 }));
  const covering = { history: history.map(({ id }) => id), sessions, environment };
  return setCover({ ...covering, needs, reason, because: String }).map((item) => {
    const { subject, benchmarks = [] } = item;
    const revision = subject.kind === "revision" ? subject.revision : "";
    const served = wishes.filter(({ one, revisions }) => benchmarks.includes(one.benchmark) && revisions.includes(revision));
    const suite = kept.get(revision);
    return { ...item, because: because(served.map(({ one }) => one)), ...(suite !== undefined && { suite }) };
  });
}

function confirmText([first, ...others]: readonly Suspicion[]): string {
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `is ${suspicionText(first)}${more} real: session ${first.taken + 1} of at most ${mostSessions}`;
}

/** `creeping: is sort +1.2 % over 25 programs and 2 more real: session 3 of at most 18`. */
function creepingText([first, ...others]: readonly CreepingCheck[]): string {
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `creeping: is ${overText(first)}${more} real: session ${first.taken + 1} of at most ${mostSessions}`;
}

function overText({ benchmark, change, programs }: CreepingCheck): string {
  return `${benchmark} ${shiftText(change)} over ${counted(programs, "program")}`;
}

/** Ranges that benchmarks creep over, programs that are compared for that, and where none can be, in one line; undefined without any. */
export function creepingStateText({ ranges, creeping, unpaired, machine }: Changes): string | undefined {
  const known = ranges.slice(-mostNames).map((range) => `${range.benchmark} ${sinceText(range)}`);
  const checks = creeping.map((one) => `${overText(one)} (${one.taken} of at most ${mostSessions} sessions)`);
  const waiting = checks.length > 0 && machine ? ["waiting, as the machine may have moved"] : [];
  const names = [...new Set(unpaired)];
  const missing =
    names.length > 0
      ? [
          `not looked for in ${counted(names.length, "benchmark")} (${listText(names)}): no build is kept of a program ${distance.least} to ${distance.most} back; more \`measure.buildCacheGigabytes\` may keep one`,
        ]
      : [];
  const all = [...known, ...checks, ...waiting, ...missing];
  return all.length > 0 ? all.join("; ") : undefined;
}

/** `is sort +5.1 % at 0123456789ab there in other layouts too: session 3 of at most 12`. */
function layoutText([first, ...others]: readonly LayoutCheck[]): string {
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `is ${suspicionText(first)}${more} there in other layouts too: session ${first.taken + 1} of at most ${mostLayoutSessions}`;
}

/** Suspected and confirmed changes that sessions are taken for, and how far that is, in one line; undefined without any. */
export function changesText({ open, layouts, machine }: Changes): string | undefined {
  if (open.length === 0 && layouts.length === 0) return undefined;
  const each = [
    ...open.map((one) => `${suspicionText(one)} (${one.taken} of at most ${mostSessions} sessions)`),
    ...layouts.map((one) => `${suspicionText(one)}, confirmed, in other layouts (${one.taken} of at most ${mostLayoutSessions} sessions)`),
  ].join("; ");
  return machine ? `${each}; waiting, as the machine ${machine === "moved" ? "moved" : "may have moved"}` : each;
}

const mostNames = 5;

/** `no change of 2 benchmarks (sort, tree) until 9 programs are measured, or 5 sessions repeated`; undefined where every change can be detected. */
export function unjudgedText({ unjudged }: Pick<Changes, "unjudged">): string | undefined {
  if (unjudged.length === 0) return undefined;
  return `no change of ${counted(unjudged.length, "benchmark")} (${listText(unjudged)}) until ${programsNeeded} programs are measured, or ${pairsNeeded} sessions repeated`;
}

function listText(names: readonly string[]): string {
  return [...names.slice(0, mostNames), ...(names.length > mostNames ? ["…"] : [])].join(", ");
}

/** `sort +5.1 % at 0123456789ab`. */
function suspicionText({ benchmark, change, firstBad }: Pick<Suspicion, "benchmark" | "change" | "firstBad">): string {
  return `${benchmark} ${shiftText(change)} at ${firstBad.slice(0, 12)}`;
}

/** The same revision may part several ranges. */
function distinct(items: readonly WorkItem[]): WorkItem[] {
  const found = new Map<string, WorkItem>();
  for (const item of items) {
    const key = item.subject.kind === "revision" ? item.subject.revision : "";
    const known = found.get(key);
    const names = known?.benchmarks && item.benchmarks && [...new Set([...known.benchmarks, ...item.benchmarks])];
    if (!known) found.set(key, item);
    else if (names) found.set(key, { ...known, benchmarks: names });
    else if (known.benchmarks) found.set(key, item);
  }
  return [...found.values()];
}
