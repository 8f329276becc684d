import { byName } from "../../config/by-name.ts";
import type { Conditions, Outcome, Session, SessionSamples, Variant } from "../model.ts";
import { estimate } from "../timeline/estimate.ts";
import { tryParseJson } from "../text/json.ts";
import {
  completeLines,
  headerSchema,
  lineSchema,
  type Block,
  type ChosenSamples,
  type FailedVariant,
  type JournalHeader,
  type Line,
  type Planned,
} from "./journal-lines.ts";

export interface JournalContents {
  path: string;
  /** Header. Its plan includes the chosen numbers of samples. */
  header: JournalHeader;
  blocks: Block[];
  /** Numbers of samples chosen after the pilots. */
  chosen: ChosenSamples[];
  /** Variants that failed during the measurement. */
  failed: FailedVariant[];
  /** True if the whole plan is done. */
  finished: boolean;
  /** Time of the last line. */
  ended: string;
}

/** Samples of one variant that are still missing. */
export interface Remaining extends Planned {
  /** Index of the next sample from 0, which is the number of existing samples. */
  next: number;
}

export type JournalRead = { kind: "contents"; contents: JournalContents } | { kind: "empty" } | { kind: "damaged"; problem: string };

/** Parses a journal. A torn last line is ignored; any other invalid line means that the journal is damaged. */
export function parseJournal(path: string, bytes: Uint8Array): JournalRead {
  const [first, ...rest] = completeLines(bytes).lines;
  if (first === undefined) return { kind: "empty" };
  const header = headerSchema.safeParse(tryParseJson(first));
  if (!header.success) return { kind: "damaged", problem: "line 1 is not a valid header" };

  const contents: JournalContents = {
    path,
    header: header.data,
    blocks: [],
    chosen: [],
    failed: [],
    finished: false,
    ended: header.data.started,
  };
  for (const [index, text] of rest.entries()) {
    const line = lineSchema.safeParse(tryParseJson(text));
    if (!line.success) return { kind: "damaged", problem: `line ${index + 2} is not valid` };
    take(contents, line.data);
  }
  return { kind: "contents", contents };
}

function take(contents: JournalContents, { line, ...entry }: Line): void {
  contents.ended = entry.at;
  if (line === "finished") contents.finished = true;
  if ("round" in entry) contents.blocks.push(entry);
  if ("chosen" in entry) {
    contents.chosen.push(...entry.chosen);
    contents.header = { ...contents.header, plan: withChosen(contents.header.plan, entry.chosen) };
  }
  if ("stage" in entry) {
    const { at: _, ...failed } = entry;
    contents.failed.push(failed);
  }
}

/** Returns the plan with the chosen numbers of samples for undecided variants. */
export function withChosen(plan: readonly Planned[], chosen: readonly ChosenSamples[]): Planned[] {
  const numbers = new Map(chosen.map((one) => [keyOf(one), one.samples]));
  return plan.map((planned) => {
    const samples = numbers.get(keyOf(planned));
    if (samples === undefined) return planned;
    const { undecided: _, ...rest } = planned;
    return { ...rest, samples };
  });
}

/** Returns the contents with only the wanted part of the plan, for sampling and display. The file keeps everything. */
export function withoutUnwanted(contents: JournalContents, isWanted: (planned: Planned) => boolean): JournalContents {
  const plan = contents.header.plan.filter(isWanted);
  const keys = new Set(plan.map(keyOf));
  return { ...contents, header: { ...contents.header, plan }, blocks: contents.blocks.filter((block) => keys.has(keyOf(block))) };
}

/** Returns the unfinished variants in planned order, each with its next sample. */
export function remaining(contents: JournalContents): Remaining[] {
  const failed = failuresOf(contents);
  return (
    contents.header.plan
      .filter((planned) => !failed.has(keyOf(planned)))
      .map((planned) => ({ ...planned, next: samplesOf(contents, planned).length }))
      // A pilot alone is not a value: its number of samples would apply to the series for ever.
      .filter(({ next, samples, undecided }) => undecided || next < samples)
  );
}

/**
 * Returns the session of a journal. It depends on the contents alone, so that storing it twice stores the same bytes. A benchmark is included
 * only if each of its planned variants is complete or failed; others stay owed.
 */
export function sessionOf(contents: JournalContents): { session: Session; samples: SessionSamples } {
  const { bootId: _boot, buildId: _build, secondsToChoose: _seconds, plan, failed: _failed, same, ...head } = contents.header;
  const session: Session = { ...head, ended: contents.ended, benchmarks: byName() };
  const samples: SessionSamples = { schema: 1, id: head.id, samples: byName() };
  const open = new Set(remaining(contents).map(({ benchmark }) => benchmark));
  const failures = failuresOf(contents);

  for (const planned of plan) {
    if (open.has(planned.benchmark) || failures.has(keyOf(planned))) continue;
    const taken = samplesOf(contents, planned);
    const { workload, fingerprint } = planned;
    enter(session.benchmarks, planned, {
      status: "ok",
      workload,
      ...(fingerprint && { fingerprint }),
      ...estimate(taken),
      wallSeconds: wallSecondsOf(contents, planned),
      conditions: worstConditions(blocksOf(contents, planned)),
    });
    enter(samples.samples, planned, taken);
  }
  for (const { benchmark, variant, ...failure } of failures.values()) {
    if (open.has(benchmark)) continue;
    const outcome: Outcome = { status: "failed", ...failure };
    enter(session.benchmarks, { benchmark, variant }, outcome);
  }
  for (const { benchmark, variant, ...original } of same) {
    if (!open.has(benchmark)) enter(session.benchmarks, { benchmark, variant }, { status: "reused", ...original });
  }
  return { session, samples };
}

function enter<T>(
  table: Record<string, Partial<Record<Variant, T>>>,
  { benchmark, variant }: { benchmark: string; variant: Variant },
  value: T,
): void {
  table[benchmark] = { ...table[benchmark], [variant]: value };
}

function failuresOf(contents: JournalContents): Map<string, FailedVariant> {
  return new Map([...contents.header.failed, ...contents.failed].map((failed) => [keyOf(failed), failed]));
}

function blocksOf(contents: JournalContents, planned: Planned): Block[] {
  return contents.blocks.filter((block) => keyOf(block) === keyOf(planned));
}

function wallSecondsOf(contents: JournalContents, planned: Planned): number {
  const blocks = blocksOf(contents, planned);
  const total = blocks.reduce((sum, { wallSeconds, samples }) => sum + wallSeconds * samples.length, 0);
  return total / samplesOf(contents, planned).length;
}

/** Returns the worst value of each condition over all blocks. */
function worstConditions(blocks: readonly Block[]): Conditions {
  const conditions = blocks.map((block) => block.conditions);
  const temperatures = conditions.flatMap(({ temperature }) => temperature ?? []);
  return {
    load: Math.max(...conditions.map(({ load }) => load)),
    throttled: Math.max(...conditions.map(({ throttled }) => throttled)),
    swapped: Math.max(...conditions.map(({ swapped }) => swapped)),
    ...(temperatures.length > 0 && { temperature: Math.max(...temperatures) }),
  };
}

function samplesOf(contents: JournalContents, planned: Planned): number[] {
  return blocksOf(contents, planned).flatMap((block) => block.samples);
}

function keyOf({ benchmark, variant }: { benchmark: string; variant: Variant }): string {
  return `${benchmark} ${variant}`;
}
