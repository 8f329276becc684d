import { constants } from "node:os";
import { statfs } from "node:fs/promises";
import type { Account } from "../host/account.ts";
import { runProcess, type ProcessResult } from "../host/process.ts";
import { inSandbox, type Mount } from "../host/sandbox.ts";
import { lastLines } from "../infrastructure.ts";
import type { Failure } from "../model.ts";
import { readSeconds } from "../suites/seconds.ts";
import { suiteAt, targetAt, type Runnable } from "../suites/suite.ts";
import { readReport, samplerCommand, type SampledProcess, type SamplerReport } from "./sampler.ts";

/** A benchmark prints a line or two; one that prints this much is broken. */
const limitBytes = 32 << 20;
const keepBytes = 64 << 10;
/** A block's report: what is kept of each sample's two streams, its program's files twice, and some. */
const reportBytes = 64 << 20;
/** With less free than this, a full disk is the machine's fault. */
const fullBytes = 1e9;

export interface BlockOptions {
  account: Account;
  /** Of one process. */
  timeoutSeconds: number;
  /** What measured code may use. */
  limits: { memoryBytes: number; processes: number; diskBytes: number };
  /** What root starts a sandbox with: the control group, the core. */
  asRootFirst?: (runnable: Runnable) => readonly string[];
  signal?: AbortSignal;
}

/** One process of a benchmark that did as it should. */
export interface Sample {
  number: number;
  /** What the benchmark reported. */
  seconds: number;
  /** Wall time of its process, the start included. */
  wallSeconds: number;
  /** The same by the clock of the time of day. */
  clockSeconds: number;
}

export type TakenBlock =
  | { kind: "samples"; samples: Sample[]; files: Pick<SamplerReport, "before" | "after"> }
  | { kind: "failed"; failure: Failure }
  /** Stopped by something else than itself: no result, to be tried again. */
  | { kind: "interrupted"; cause: string; wasKilled: boolean };

/**
 * Samples of a runnable by their numbers, in one sandbox: each a fresh process.
 * @param copy the benchmark's own copy of the suite; undefined where it needs none.
 */
export async function takeBlock(
  runnable: Runnable,
  { numbers, copy, hashFiles }: { numbers: readonly number[]; copy: string | undefined; hashFiles: readonly ("before" | "after")[] },
  options: BlockOptions,
): Promise<TakenBlock> {
  const { account, timeoutSeconds, limits, signal } = options;
  const sampler = samplerCommand({
    command: runnable.command,
    numbers,
    timeoutSeconds,
    limitBytes,
    keepBytes,
    stableHashSeed: runnable.stableHashSeed,
    hashFiles: copy === undefined ? [] : hashFiles,
  });
  const sandbox = {
    readOnly: runnable.readOnly,
    mounts: mountsOf(runnable, copy),
    cwd: runnable.cwd,
    network: false,
    limits: { memoryBytes: limits.memoryBytes, processes: limits.processes, fileBytes: limits.diskBytes },
  };
  let result: ProcessResult;
  try {
    result = await runProcess(inSandbox(sandbox, sampler), {
      account,
      cwd: "/",
      environment: runnable.environment,
      timeoutSeconds: timeoutSeconds * numbers.length + 60,
      reportBytes,
      ...(options.asRootFirst && { asRootFirst: options.asRootFirst(runnable) }),
      ...(copy !== undefined && { disk: { folder: copy, limitBytes: limits.diskBytes } }),
      ...(signal && { signal }),
    });
  } catch (error) {
    return interrupted(`its sandbox cannot be started: ${error instanceof Error ? error.message : String(error)}`);
  }
  return judge(result, numbers, runnable, options, copy);
}

function mountsOf({ target }: Runnable, copy: string | undefined): Mount[] {
  return [
    ...(copy === undefined ? [] : [{ from: copy, at: suiteAt, writable: true }]),
    ...(target === undefined ? [] : [{ from: target, at: targetAt, writable: false }]),
  ];
}

async function judge(
  result: ProcessResult,
  numbers: readonly number[],
  runnable: Runnable,
  { timeoutSeconds, limits }: BlockOptions,
  copy: string | undefined,
): Promise<TakenBlock> {
  if (result.killed === "aborted") return interrupted("it was stopped from outside");
  if (result.killed === "disk limit")
    return failed(`it was killed: it filled more than ${gigabytes(limits.diskBytes)} of the disk`, result);
  if (result.killed === "output limit") return failed("it was killed: it printed more than can be read", result);
  const report = reportOf(result.report);
  if (!report) return failed("it disturbed the process that takes its samples", result);
  if (report.unstartable !== undefined) return interrupted(`it cannot be started: ${report.unstartable}`);

  const samples: Sample[] = [];
  for (const one of report.processes) {
    if (isDiskFull(one) && copy !== undefined && (await freeBytes(copy)) < fullBytes) return interrupted("the disk is full");
    if (one.killed === undefined && one.signal !== undefined && outsideSignals.has(one.signal)) return killed(one.signal);
    const problem = wayItFailed(one, timeoutSeconds);
    if (problem) return failed(problem, one);
    const read = readSeconds(runnable.reads, one.stdout);
    if (!read.ok) return failed(read.problem, one);
    if (read.seconds > one.seconds) {
      return failed(`it reported ${read.seconds} s but was gone after ${one.seconds.toFixed(3)} s`, one);
    }
    samples.push({ number: one.number, seconds: read.seconds, wallSeconds: one.seconds, clockSeconds: one.clockSeconds });
  }
  if (samples.length === numbers.length) return { kind: "samples", samples, files: report };
  if (report.processes.length === 0 && /^bwrap: /m.test(result.stderr)) return interrupted(`its sandbox failed: ${lastLines(result)}`);
  return { kind: "interrupted", cause: "the process that takes its samples was killed", wasKilled: true };
}

function reportOf(bytes: Buffer): SamplerReport | undefined {
  try {
    return readReport(bytes);
  } catch {
    // Its descriptor was written to by somebody else.
    return undefined;
  }
}

/** Signals that nothing in a program sends to itself: the kernel out of memory, an operator, a shutdown. */
const outsideSignals = new Set<number>([
  constants.signals.SIGKILL,
  constants.signals.SIGTERM,
  constants.signals.SIGINT,
  constants.signals.SIGHUP,
]);

function killed(signal: number): TakenBlock {
  return { kind: "interrupted", cause: `it was killed by ${signalName(signal)}, which it did not do itself`, wasKilled: true };
}

function wayItFailed(one: SampledProcess, timeoutSeconds: number): string | undefined {
  if (one.killed === "time limit") return `it was killed at the time limit of ${timeoutSeconds} s`;
  if (one.killed === "output limit") return `it was killed: it printed more than ${limitBytes >> 20} MB`;
  if (one.signal !== undefined) return `it crashed with ${signalName(one.signal)}`;
  if (one.exitCode !== 0) return `it ended with exit code ${one.exitCode}`;
  // What goes on running would slow down every sample after it.
  return one.leftBehind.length > 0 ? `it left processes running: ${[...new Set(one.leftBehind)].join(", ")}` : undefined;
}

function isDiskFull({ stdout, stderr }: SampledProcess): boolean {
  return /No space left on device|Disk quota exceeded/.test(stdout + stderr);
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function signalName(signal: number): string {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(2))} GB`;
}

function interrupted(cause: string): TakenBlock {
  return { kind: "interrupted", cause, wasKilled: false };
}

function failed(message: string, printed: Pick<ProcessResult, "stdout" | "stderr">): TakenBlock {
  return { kind: "failed", failure: { stage: "run", message, output: lastLines(printed) } };
}
