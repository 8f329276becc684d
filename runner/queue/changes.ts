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
  /** Names or patterns of the benchmarks that a revision does not owe, by its id. */
  without: ReadonlyMap<string, string[]>;
  cachedBuilds: readonly CachedBuild[];
  /** Confirmed changes are checked with builds of other layouts. */
  checkLayouts: boolean;
  /** The day in UTC, `yyyy-mm-dd`. */
  today: string;
}

/** Changes of the code that this host suspects or has confirmed, and the sessions that they need. */
export interface Changes {
  /** Suspected changes without a decision. */
  open: Suspicion[];
  /** Confirmed changes that are checked with other layouts. */
  layouts: LayoutCheck[];
  /**
   * Needed sessions: one for each suspicion, then one for each check with other layouts, then one for each range to bisect, then
   * those of bimodal benchmarks.
   */
  items: WorkItem[];
  /** Comparisons of programs far apart, to find creeping changes. */
  creeping: CreepingCheck[];
  /** Ranges that benchmarks are known to creep over. */
  ranges: CreepingRange[];
  /** Sessions that these comparisons need. They have a low priority. */
  creepingItems: WorkItem[];
  /** Benchmarks in which no creeping change can be found, because no cached build is far enough back. */
  unpaired: string[];
  /** Revisions of the cached builds that are used to find creeping changes, the most useful first. */
  kept: string[];
  /** New decisions to write. */
  findings: NewDecision[];
  /** Measured benchmarks whose changes cannot be detected yet. */
  unjudged: string[];
  /** Speed of unchanged programs differs from before, or may. Decisions on changes wait until that is explained. */
  machine?: "moved" | "suspected";
}

/** Returns all sessions that detection needs, and all its decisions. Pure. */
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

/** Returns the next session of each check, shared by those that need the same revision. Cached builds are preferred. */
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

/** Returns `confirm sort +5.1 % at 0123456789ab and 2 more: session 3 of at most 19`. */
function confirmText([first, ...others]: readonly Suspicion[]): string {
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `confirm ${suspicionText(first)}${more}: session ${first.taken + 1} of at most ${mostSessions}`;
}

/** Returns `confirm creeping change: sort +1.2 % over 25 programs and 2 more: session 3 of at most 18`. */
function creepingText([first, ...others]: readonly CreepingCheck[]): string {
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `confirm creeping change: ${overText(first)}${more}: session ${first.taken + 1} of at most ${mostSessions}`;
}

function overText({ benchmark, change, programs }: CreepingCheck): string {
  return `${benchmark} ${shiftText(change)} over ${counted(programs, "program")}`;
}

/** Returns a line with the known creeping changes, the comparisons in progress, and benchmarks without one. Undefined if there are none. */
export function creepingStateText({ ranges, creeping, unpaired, machine }: Changes): string | undefined {
  const known = ranges.slice(-mostNames).map((range) => `${range.benchmark} ${sinceText(range)}`);
  const checks = creeping.map((one) => `${overText(one)} (${one.taken} of at most ${mostSessions} sessions)`);
  const waiting = checks.length > 0 && machine ? ["waiting because of a possible machine shift"] : [];
  const names = [...new Set(unpaired)];
  const missing =
    names.length > 0
      ? [
          `not checked in ${counted(names.length, "benchmark")} (${listText(names)}): no build cached of a program ${distance.least} to ${distance.most} back; a larger \`measure.buildCacheGigabytes\` may help`,
        ]
      : [];
  const all = [...known, ...checks, ...waiting, ...missing];
  return all.length > 0 ? all.join("; ") : undefined;
}

/** Returns `check sort +5.1 % at 0123456789ab in other layouts: session 3 of at most 12`. */
function layoutText([first, ...others]: readonly LayoutCheck[]): string {
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `check ${suspicionText(first)}${more} in other layouts: session ${first.taken + 1} of at most ${mostLayoutSessions}`;
}

/** Returns a line with the changes under examination and their progress. Undefined if there are none. */
export function changesText({ open, layouts, machine }: Changes): string | undefined {
  if (open.length === 0 && layouts.length === 0) return undefined;
  const each = [
    ...open.map((one) => `${suspicionText(one)} (${one.taken} of at most ${mostSessions} sessions)`),
    ...layouts.map((one) => `${suspicionText(one)}, confirmed, in other layouts (${one.taken} of at most ${mostLayoutSessions} sessions)`),
  ].join("; ");
  return machine ? `${each}; waiting because of a ${machine === "moved" ? "" : "possible "}machine shift` : each;
}

const mostNames = 5;

/**
 * Returns `cannot detect changes of 2 benchmarks (sort, tree) until 9 programs are measured or 5 sessions repeated`. Undefined if
 * changes of all benchmarks can be detected.
 */
export function unjudgedText({ unjudged }: Pick<Changes, "unjudged">): string | undefined {
  if (unjudged.length === 0) return undefined;
  return `cannot detect changes of ${counted(unjudged.length, "benchmark")} (${listText(unjudged)}) until ${programsNeeded} programs are measured or ${pairsNeeded} sessions repeated`;
}

function listText(names: readonly string[]): string {
  return [...names.slice(0, mostNames), ...(names.length > mostNames ? ["…"] : [])].join(", ");
}

/** Returns `sort +5.1 % at 0123456789ab`. */
function suspicionText({ benchmark, change, firstBad }: Pick<Suspicion, "benchmark" | "change" | "firstBad">): string {
  return `${benchmark} ${shiftText(change)} at ${firstBad.slice(0, 12)}`;
}

/** Merges items of one revision, which may bisect several ranges. */
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
