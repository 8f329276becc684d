import { constants } from "node:os";
import type { ProcessResult } from "../system/process.ts";
import { lastLines, outsideSignals } from "../system/infrastructure.ts";
import { lastLine, withLastError, withLastLine } from "../system/last-line.ts";
import type { Failure } from "../model.ts";
import { inOneLine } from "../text/plain-text.ts";
import { readSeconds } from "../suites/seconds.ts";
import type { SecondsFormat } from "../suites/suite.ts";
import { plausibilityOf, type Minimum } from "./plausibility.ts";
import { readReport, type SampledProcess, type SamplerReport } from "./sampler.ts";
import { bytesText } from "../text/quantities.ts";

/** One successful process of a benchmark. */
export interface Sample {
  number: number;
  /** Seconds that the benchmark reported. */
  seconds: number;
  /** Wall time of its process, including its start. */
  wallSeconds: number;
}

export interface Samples {
  kind: "samples";
  samples: Sample[];
  /** Wall time of all processes, including discarded ones. */
  processSeconds: number;
  files: Pick<SamplerReport, "before" | "after">;
}

export type Stopped =
  | { kind: "failed"; failure: Failure }
  /** Stopped by an external cause: no result, and a later run retries. */
  | { kind: "interrupted"; cause: string; wasKilled: boolean; printed?: Printed };

type Printed = Pick<ProcessResult, "stdout" | "stderr">;

/** `disturbed` has the numbers of samples to repeat, because the clock was set meanwhile. */
export type Judgement = (Samples & { disturbed: number[] }) | Stopped;

export interface JudgeOptions {
  benchmark: string;
  reads: SecondsFormat;
  /** Number of wanted samples. */
  wanted: number;
  timeoutSeconds: number;
  /** Limits of a sample's output and disk use, in bytes. */
  limitBytes: number;
  diskBytes: number;
  minimum: Minimum | undefined;
  /** Number of times that these samples were discarded before. */
  discarded: number;
  /** True if the benchmark's disk would be full even without its own files. */
  isDiskFull: boolean;
}

/** Judges a block of samples by the output of its sandbox and the report of its sampler. */
export function judge(result: ProcessResult, options: JudgeOptions): Judgement {
  if (result.killed === "aborted") return interrupted("it was stopped from outside");
  if (result.killed === "disk limit")
    return failed(`it was killed: it filled more than ${bytesText(options.diskBytes)} of the disk`, result);
  if (result.killed === "time limit") return failed("it was killed: its processes did not end at their time limits", result);
  if (result.killed === "output limit") return failed("it was killed: it printed more than can be read", result);
  const report = reportOf(result.report);
  if (!report) return failed("it disturbed the process that takes its samples", result);
  if (!report.begun) return interrupted(`its sandbox failed: ${lastLine(result.stderr) ?? "it printed nothing"}`);
  if (report.unstartable !== undefined) return interrupted(`it cannot be started: ${report.unstartable}`);

  const samples: Sample[] = [];
  const disturbed: number[] = [];
  for (const one of report.processes) {
    const sample = judgeProcess(one, options);
    if (sample.kind === "sample") samples.push(sample.sample);
    else if (sample.kind === "disturbed") disturbed.push(one.number);
    else return sample;
  }
  if (samples.length + disturbed.length === options.wanted) {
    const processSeconds = report.processes.reduce((sum, { seconds }) => sum + seconds, 0);
    return { kind: "samples", samples, disturbed, processSeconds, files: report };
  }
  return { kind: "interrupted", cause: "the process that takes its samples was killed", wasKilled: true };
}

function judgeProcess(one: SampledProcess, options: JudgeOptions): { kind: "sample"; sample: Sample } | { kind: "disturbed" } | Stopped {
  if (one.killed === undefined && one.signal !== undefined && isFromOutside(one.signal)) return killed(one.signal, one);
  const problem = wayItFailed(one, options);
  if (problem) return options.isDiskFull ? interrupted("the disk is full") : failed(problem, one);
  const read = readSeconds(options.reads, one.stdout);
  if (!read.ok) return options.isDiskFull ? interrupted("the disk is full") : failed(withLastError(read.problem, one), one);
  const times = { reported: read.seconds, monotonic: one.seconds, wallClock: one.clockSeconds };
  const plausibility = plausibilityOf(times, options);
  if (plausibility.kind === "plausible") {
    return { kind: "sample", sample: { number: one.number, seconds: read.seconds, wallSeconds: one.seconds } };
  }
  if (plausibility.kind === "again") return { kind: "disturbed" };
  return plausibility.kind === "interrupted" ? interrupted(plausibility.problem) : failed(withLastError(plausibility.problem, one), one);
}

/** Returns the sampler's report; undefined where somebody else wrote to its descriptor. */
export function reportOf(bytes: Buffer): SamplerReport | undefined {
  try {
    return readReport(bytes);
  } catch {
    // Another process wrote to its descriptor.
    return undefined;
  }
}

function killed(signal: number, { stdout, stderr }: Printed): Stopped {
  const cause = `it was killed by ${signalName(signal)}, which it did not do itself`;
  return { kind: "interrupted", cause, wasKilled: true, printed: { stdout, stderr } };
}

function wayItFailed(one: SampledProcess, options: JudgeOptions): string | undefined {
  const limit = limitReached(one, options);
  if (limit !== undefined) return withLastError(limit, one);
  if (one.signal !== undefined) return withLastLine(`it crashed with ${signalName(one.signal)}`, one);
  if (one.exitCode !== 0) return withLastLine(`it ended with exit code ${one.exitCode}`, one);
  // Processes that keep running would slow down every later sample.
  if (one.leftBehind.length === 0) return undefined;
  return withLastError(`it left processes running: ${[...new Set(one.leftBehind.map(inOneLine))].join(", ")}`, one);
}

function limitReached({ killed: limit }: SampledProcess, { timeoutSeconds, limitBytes }: JudgeOptions): string | undefined {
  if (limit === "time limit") return `it was killed at the time limit of ${timeoutSeconds} s`;
  return limit === "output limit" ? `it was killed: it printed more than ${bytesText(limitBytes)}` : undefined;
}

function isFromOutside(signal: number): boolean {
  return outsideSignals.some((name) => constants.signals[name] === signal);
}

function signalName(signal: number): string {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;
}

function interrupted(cause: string): Stopped {
  return { kind: "interrupted", cause, wasKilled: false };
}

function failed(message: string, printed: Printed): Stopped {
  return { kind: "failed", failure: { stage: "run", message, output: lastLines(printed) } };
}
