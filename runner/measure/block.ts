import type { Account } from "../system/account.ts";
import { runProcess } from "../system/process.ts";
import { inSamplerSandbox, type Limits, type Mount } from "../system/sandbox.ts";
import { isFullByOthers } from "../system/infrastructure.ts";
import { suiteAt, targetAt, type Runnable } from "../suites/suite.ts";
import type { Minimum } from "./plausibility.ts";
import { judge, reportOf, type Judgement, type Samples, type Stopped } from "./judge.ts";
import { samplerNamespace } from "./sampler-namespace.ts";
import { samplerCommand, type SampledProcess } from "./sampler.ts";

/** Most output of a sample. A benchmark that prints more is broken. */
const limitBytes = 32e6;
const keepBytes = 64 << 10;
/** Most bytes of a block's report: the kept output of each sample, the hashes of its files twice, and a margin. */
const reportBytes = 64 << 20;
export interface BlockOptions {
  /** Account that runs the samples. */
  account: Account;
  /** Account of the sampler. */
  samplerAccount: Account;
  /** Time limit of one process. */
  timeoutSeconds: number;
  limits: Limits;
  signal?: AbortSignal;
}

/** A runnable with its settings on this host. */
export interface SampledRunnable {
  runnable: Runnable;
  /** Its own copy of the suite; undefined if it needs none. */
  copy: string | undefined;
  /** Shortest plausible time. */
  minimum?: Minimum | undefined;
  /** Command prefix with which root starts its sandbox, for the control group and the core. */
  asRootFirst?: readonly string[];
}

export interface BlockPlan {
  /** Numbers of the samples, in order. */
  numbers: readonly number[];
  hashFiles: readonly ("before" | "after")[];
}

export type TakenBlock = Samples | Stopped;

/** Takes samples of a runnable in one sandbox, each a fresh process. Repeats samples during which the clock was set. */
export async function takeBlock(sampled: SampledRunnable, plan: BlockPlan, options: BlockOptions): Promise<TakenBlock> {
  let taken = await takeOnce(sampled, plan, 0, options);
  for (let discarded = 1; taken.kind === "samples" && taken.disturbed.length > 0; discarded++) {
    const again = await takeOnce(
      sampled,
      { numbers: taken.disturbed, hashFiles: plan.hashFiles.filter((state) => state === "after") },
      discarded,
      options,
    );
    if (again.kind !== "samples") return again;
    const samples = [...taken.samples, ...again.samples].sort((a, b) => a.number - b.number);
    taken = {
      ...again,
      samples,
      processSeconds: taken.processSeconds + again.processSeconds,
      files: { ...taken.files, ...(again.files.after && { after: again.files.after }) },
    };
  }
  return taken;
}

/** Outcome of one process. */
export interface Trial {
  /** Process in the sampler's report; undefined without one. */
  process: SampledProcess | undefined;
  /** Reported seconds, if they are plausible. */
  seconds?: number;
  /** Reason that there is no number. */
  problem?: string;
}

/** Runs one process of a runnable like a sample, and returns it with its output. */
export async function takeTrial(sampled: SampledRunnable, options: BlockOptions): Promise<Trial> {
  let process: SampledProcess | undefined;
  const judged = await takeOnce(sampled, { numbers: [0], hashFiles: [] }, 0, options, (seen) => (process = seen));
  if (judged.kind === "failed") return { process, problem: judged.failure.message };
  if (judged.kind === "interrupted") return { process, problem: judged.cause };
  const seconds = judged.samples[0]?.seconds;
  return seconds === undefined ? { process, problem: "the clock was set meanwhile; try again" } : { process, seconds };
}

/** Takes samples once. @param onProcess called with the first process, whatever the judgement. */
async function takeOnce(
  { runnable, copy, minimum, asRootFirst = [] }: SampledRunnable,
  { numbers, hashFiles }: BlockPlan,
  discarded: number,
  options: BlockOptions,
  onProcess?: (process: SampledProcess | undefined) => void,
): Promise<Judgement> {
  const { account, samplerAccount, timeoutSeconds, limits, signal } = options;
  const namespace = await samplerNamespace(samplerAccount, account);
  const sampler = samplerCommand({
    account: namespace.samples,
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
    limits,
    environment: runnable.environment,
  };
  try {
    const result = await runProcess(inSamplerSandbox(sandbox, sampler), {
      timeoutSeconds: timeoutSeconds * numbers.length + 60,
      reportBytes,
      endsOthers: true,
      asRootFirst: [...asRootFirst, ...namespace.prefix],
      ...(copy !== undefined && { disk: { folder: copy, limitBytes: limits.diskBytes } }),
      ...(signal && { signal }),
    });
    onProcess?.(reportOf(result.report)?.processes[0]);
    return judge(result, {
      benchmark: runnable.benchmark,
      reads: runnable.reads,
      wanted: numbers.length,
      timeoutSeconds,
      limitBytes,
      diskBytes: limits.diskBytes,
      minimum,
      discarded,
      isDiskFull: copy !== undefined && (await isFullByOthers(account, [copy])),
    });
  } catch (error) {
    const cause = `its sandbox cannot be started: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "interrupted", cause, wasKilled: false };
  }
}

function mountsOf({ target }: Runnable, copy: string | undefined): Mount[] {
  return [
    ...(copy === undefined ? [] : [{ from: copy, at: suiteAt, writable: true }]),
    ...(target === undefined ? [] : [{ from: target, at: targetAt, writable: false }]),
  ];
}
