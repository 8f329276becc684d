import type { Account } from "../host/account.ts";
import { runProcess, type ProcessResult } from "../host/process.ts";
import { infrastructureCause, lastLines } from "../infrastructure.ts";
import type { Failure } from "../model.ts";
import { readSeconds } from "../suites/seconds.ts";
import type { Runnable } from "../suites/suite.ts";

/** A benchmark prints a line or two; one that prints this much is broken. */
const limitBytes = 32 << 20;
const paddingBytes = 16;

export interface SampleOptions {
  account: Account;
  timeoutSeconds: number;
  signal?: AbortSignal;
}

export type Sample =
  | { kind: "seconds"; seconds: number }
  | { kind: "failed"; failure: Failure }
  /** Stopped by something else than itself: no result, to be tried again. */
  | { kind: "interrupted"; cause: string };

/** Sample `index` (from 0) of a runnable, in a fresh process. */
export async function takeSample(runnable: Runnable, index: number, options: SampleOptions): Promise<Sample> {
  let result: ProcessResult;
  try {
    result = await runProcess(runnable.command, {
      account: options.account,
      timeoutSeconds: options.timeoutSeconds,
      ...(options.signal && { signal: options.signal }),
      cwd: runnable.cwd,
      environment: sampleEnvironment(runnable, index),
      keepBytes: 64 << 10,
      limitBytes,
    });
  } catch (error) {
    return { kind: "interrupted", cause: `it cannot be started: ${error instanceof Error ? error.message : String(error)}` };
  }
  const cause = infrastructureCause(result);
  if (cause) return { kind: "interrupted", cause };
  const problem = wayItFailed(result, options.timeoutSeconds);
  if (problem) return failed(problem, result);
  const read = readSeconds(runnable.reads, result.stdout);
  if (!read.ok) return failed(read.problem, result);
  if (read.seconds > result.seconds)
    return failed(`it reported ${read.seconds} s but was gone after ${result.seconds.toFixed(3)} s`, result);
  return { kind: "seconds", seconds: read.seconds };
}

/** Seed and size of the environment differ from sample to sample, and are the same for sample i of every session. */
export function sampleEnvironment(runnable: Pick<Runnable, "environment" | "stableHashSeed">, index: number): Record<string, string> {
  return {
    ...runnable.environment,
    PYTHONHASHSEED: runnable.stableHashSeed ? "1" : String(index + 1),
    EVENKEEL_PADDING: "x".repeat(paddingBytes * index),
  };
}

function wayItFailed(result: ProcessResult, timeoutSeconds: number): string | undefined {
  if (result.killed === "time limit") return `it was killed at the time limit of ${timeoutSeconds} s`;
  if (result.killed === "output limit") return `it was killed: it printed more than ${limitBytes >> 20} MB`;
  if (result.signal) return `it crashed with ${result.signal}`;
  if (result.exitCode !== 0) return `it ended with exit code ${result.exitCode}`;
  // What goes on running would slow down every sample after it.
  return result.leftBehind.length > 0 ? `it left processes running: ${[...new Set(result.leftBehind)].join(", ")}` : undefined;
}

function failed(message: string, result: ProcessResult): Sample {
  return { kind: "failed", failure: { stage: "run", message, output: lastLines(result) } };
}
