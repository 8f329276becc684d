import type { Session, WorkItem } from "../model.ts";
import { machineVerdict } from "../timeline/controls.ts";
import { pairsNeeded, programsNeeded } from "../timeline/detection/level.ts";
import { isUnjudged, standing } from "../timeline/detection/readings.ts";
import { mostSessions } from "../timeline/detection/confirmation.ts";
import { counted, shiftText } from "../report/numbers.ts";
import { bisections } from "./bisection.ts";
import { cover } from "./cover.ts";
import type { KeptBuild } from "./draw.ts";
import { repeats } from "./repeats.ts";
import { suspicions, usedSessions, withoutUndecided, type Finding, type Suspicion } from "./suspicions.ts";
import { ownTimeline, resultsOfHost, type UpgradeInput } from "./upgrade.ts";

export interface ChangesInput extends Omit<UpgradeInput, "reopened"> {
  /** Ids of the revisions that touch what is measured. */
  wanted: ReadonlySet<string>;
  /** Names of the benchmarks that a revision does not owe, by its id. */
  without: ReadonlyMap<string, string[]>;
  keptBuilds: readonly KeptBuild[];
}

/** Changes of the code that this host suspects or has confirmed, and what they ask for. */
export interface Changes {
  /** Not decided yet. */
  open: Suspicion[];
  /** Sessions asked for: one for each suspicion, then one for each range that a change lies in, then those of bimodal benchmarks. */
  items: WorkItem[];
  /** Decisions to be written. */
  findings: Finding[];
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
  const positions = new Map(history.map(({ id }, place) => [id, place]));
  const between = (lastGood: string, firstBad: string) =>
    history.slice((positions.get(lastGood) ?? 0) + 1, positions.get(firstBad) ?? 0).filter(({ id }) => input.wanted.has(id));
  const { verdict } = machineVerdict(results, environment, input.benchmarks);
  const machine = verdict === "moved" || verdict === "suspected" ? verdict : undefined;
  const { items, narrowed } = bisections({ benchmarks, sessions, decisions, between, environment, without: input.without });
  const skipped = (lastGood: string, firstBad: string) => between(lastGood, firstBad).length;
  const found = suspicions({ benchmarks, sessions, decisions, used, narrowed, skipped });
  const open = found.filter(({ finding }) => machine || !finding);
  const decided = machine ? [] : found.flatMap(({ finding }) => finding ?? []);
  const repeating = repeats({ ...input, benchmarks, sessions, history: history.map(({ id }) => id) });
  return {
    open,
    items: [...(machine ? [] : confirming(open, sessions, input)), ...distinct(items), ...repeating],
    findings: decided,
    unjudged: benchmarks.flatMap(({ name, listed, series }) => (listed && series.some(isUnjudged) ? [name] : [])),
    ...(machine && { machine }),
  };
}

/** The next session of each suspicion, one for all that want the same revision; from kept builds, where there are any. */
function confirming(open: readonly Suspicion[], sessions: readonly Session[], input: ChangesInput): WorkItem[] {
  const { environment, history, keptBuilds } = input;
  const kept = new Map(
    keptBuilds.flatMap((one): [string, KeptBuild][] =>
      one.environment === environment && one.subject.kind === "revision" ? [[one.subject.revision, one]] : [],
    ),
  );
  const wishes = open.flatMap((suspicion) => {
    const { next = [] } = suspicion;
    const built = next.filter((id) => kept.has(id));
    return next.length > 0 ? [{ suspicion, revisions: built.length > 0 ? built : next }] : [];
  });
  const needs = wishes.map(({ suspicion, revisions }) => ({ benchmark: suspicion.benchmark, revisions, sessions: 1 }));
  const covering = { history: history.map(({ id }) => id), sessions, environment };
  return cover({ ...covering, needs, reason: "confirm", because: String }).map((item) => {
    const { subject, benchmarks = [] } = item;
    const revision = subject.kind === "revision" ? subject.revision : "";
    const served = wishes.filter(({ suspicion, revisions }) => benchmarks.includes(suspicion.benchmark) && revisions.includes(revision));
    const suite = kept.get(revision)?.suite;
    return { ...item, because: confirmText(served.map(({ suspicion }) => suspicion)), ...(suite !== undefined && { suite }) };
  });
}

function confirmText([first, ...others]: readonly Suspicion[]): string {
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `is ${suspicionText(first)}${more} real: session ${first.taken + 1} of at most ${mostSessions}`;
}

/** What is suspected and how far that is, in one line; undefined where nothing is. */
export function changesText({ open, machine }: Changes): string | undefined {
  if (open.length === 0) return undefined;
  const each = open.map((one) => `${suspicionText(one)} (${one.taken} of at most ${mostSessions} sessions)`).join("; ");
  return machine ? `${each}; waiting, as the machine ${machine === "moved" ? "moved" : "may have moved"}` : each;
}

const mostNames = 5;

/** `no change of 2 benchmarks (sort, tree) until 9 programs are measured, or 5 sessions repeated`; undefined where every change can be detected. */
export function unjudgedText({ unjudged }: Pick<Changes, "unjudged">): string | undefined {
  if (unjudged.length === 0) return undefined;
  const names = [...unjudged.slice(0, mostNames), ...(unjudged.length > mostNames ? ["…"] : [])].join(", ");
  return `no change of ${counted(unjudged.length, "benchmark")} (${names}) until ${programsNeeded} programs are measured, or ${pairsNeeded} sessions repeated`;
}

/** `sort +5.1 % at 0123456789ab`. */
function suspicionText({ benchmark, change, firstBad }: Suspicion): string {
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
