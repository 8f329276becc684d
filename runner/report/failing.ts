import type { Failure } from "../model.ts";
import type { Failing } from "../timeline/failing.ts";
import { counted } from "../text/quantities.ts";
import type { Prose } from "./prose.ts";

/** Benchmarks that fail since the same revision for the same reason. */
interface Group {
  benchmarks: [string, ...string[]];
  /** Id of a revision. */
  since: string;
  /** Failure of the first benchmark. */
  failure: Failure;
}

/** Benchmarks that a short line names, and lines of a short list. */
const mostNamed = 3;
const mostLines = 5;

/** Formats names, revisions and messages. */
export type FailingProse = Pick<Prose, "text" | "commit">;

/**
 * Returns lines about failing benchmarks, one for each reason: `7 benchmarks since 0123456789ab: run: it ended with exit code 127
 * (a, b, c and 4 more)`. If every benchmark fails, the first line is about all of them.
 */
export function failingLines(failing: Failing, prose: FailingProse): string[] {
  const groups = groupsOf(failing);
  const { all } = failing;
  const [only, ...others] = groups;
  if (all && others.length === 0 && (!only || only.since === all.since)) return [everyText(all, prose)];
  const shown = groups.slice(0, mostLines).map((group) => groupText(group, prose, prose.text, mostNamed));
  const left = groups.slice(mostLines).reduce((sum, { benchmarks }) => sum + benchmarks.length, 0);
  return [...(all ? [everyText(all, prose)] : []), ...shown, ...(left > 0 ? [`and ${counted(left, "more benchmark")}`] : [])];
}

/** Returns those lines for all reasons and with all names. @param nameOf formats the name of a benchmark. */
export function allFailingLines(failing: Failing, prose: FailingProse, nameOf: (name: string) => string): string[] {
  const { all } = failing;
  return [...(all ? [everyText(all, prose)] : []), ...groupsOf(failing).map((group) => groupText(group, prose, nameOf, Infinity))];
}

/** Returns `every benchmark since 0123456789ab, 4 revisions in a row: run: it ended with exit code 127`. */
export function everyText({ since, revisions, failure }: NonNullable<Failing["all"]>, prose: FailingProse): string {
  const row = revisions === 1 ? "" : `, ${revisions} revisions in a row`;
  return `every benchmark since ${prose.commit(since)}${row}: ${reasonText(failure, prose)}`;
}

/** @param most largest number of names. */
function groupText({ benchmarks, since, failure }: Group, prose: FailingProse, nameOf: (name: string) => string, most: number): string {
  const [first, ...others] = benchmarks;
  const reason = reasonText(failure, prose);
  if (others.length === 0) return `${nameOf(first)} since ${prose.commit(since)}: ${reason}`;
  const more = benchmarks.length > most ? ` and ${benchmarks.length - most} more` : "";
  return `${counted(benchmarks.length, "benchmark")} since ${prose.commit(since)}: ${reason} (${benchmarks.slice(0, most).map(nameOf).join(", ")}${more})`;
}

function reasonText({ stage, message }: Failure, prose: FailingProse): string {
  return `${stage}: ${prose.text(message)}`;
}

/** Returns groups, the largest first. Messages that differ only by the benchmark's name are one reason. */
function groupsOf({ benchmarks }: Pick<Failing, "benchmarks">): Group[] {
  const groups = new Map<string, Group>();
  for (const { benchmark, since, failure } of benchmarks) {
    const key = JSON.stringify([since, failure.stage, withoutName(failure.message, benchmark)]);
    const known = groups.get(key);
    if (known) known.benchmarks.push(benchmark);
    else groups.set(key, { benchmarks: [benchmark], since, failure });
  }
  return [...groups.values()].sort((a, b) => b.benchmarks.length - a.benchmarks.length);
}

/** Replaces a benchmark's name in a message, where it is a whole word. */
function withoutName(message: string, name: string): string {
  const parts = message.split(name);
  return parts.reduce((text, part) => text + (/\w$/.test(text) || /^\w/.test(part) ? name : "\0") + part);
}
