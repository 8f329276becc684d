import type { Account } from "../system/account.ts";
import { runProcess } from "../system/process.ts";
import { inSamplerSandbox, type Limits, type Mount } from "../system/sandbox.ts";
import { isFullByOthers } from "../system/infrastructure.ts";
import { suiteAt, targetAt, type Runnable } from "../suites/suite.ts";
import type { Minimum } from "./plausibility.ts";
import { judge, reportOf, type Judgement, type Samples, type Stopped } from "./judge.ts";
import { samplerNamespace } from "./sampler-namespace.ts";
import { samplerCommand, type SampledProcess } from "./sampler.ts";

/** A benchmark prints a line or two; one that prints this much is broken. */
const limitBytes = 32e6;
const keepBytes = 64 << 10;
/** A block's report: what is kept of each sample's two streams, its program's files twice, and some. */
const reportBytes = 64 << 20;
export interface BlockOptions {
  /** Account that samples run as. */
  account: Account;
  /** Account of the program that takes them. */
  samplerAccount: Account;
  /** Of one process. */
  timeoutSeconds: number;
  limits: Limits;
  /** The least that is believed of a runnable. */
  minimumOf?: (runnable: Runnable) => Minimum | undefined;
  /** What root starts a sandbox with: the control group, the core. */
  asRootFirst?: (runnable: Runnable) => readonly string[];
  signal?: AbortSignal;
}

export interface BlockPlace {
  /** Numbers of the samples, in the order taken. */
  numbers: readonly number[];
  /** The benchmark's own copy of the suite; undefined where it needs none. */
  copy: string | undefined;
  hashFiles: readonly ("before" | "after")[];
}

export type TakenBlock = Samples | Stopped;

/** Samples of a runnable, in one sandbox: each a fresh process. Those that the clock disturbed are taken again. */
export async function takeBlock(runnable: Runnable, place: BlockPlace, options: BlockOptions): Promise<TakenBlock> {
  let taken = await takeOnce(runnable, place, 0, options);
  for (let discarded = 1; taken.kind === "samples" && taken.disturbed.length > 0; discarded++) {
    const again = await takeOnce(
      runnable,
      { ...place, numbers: taken.disturbed, hashFiles: place.hashFiles.filter((state) => state === "after") },
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
  /** The process as the sampler saw it; undefined where it saw none. */
  process: SampledProcess | undefined;
  /** The number that was read, where it is believed. */
  seconds?: number;
  /** Reason that there is no number. */
  problem?: string;
}

/** Runs one process of a runnable as a sample would, and shows it with its output. */
export async function takeTrial(runnable: Runnable, copy: string | undefined, options: BlockOptions): Promise<Trial> {
  let process: SampledProcess | undefined;
  const place = { numbers: [0], copy, hashFiles: [] };
  const judged = await takeOnce(runnable, place, 0, options, (seen) => (process = seen));
  if (judged.kind === "failed") return { process, problem: judged.failure.message };
  if (judged.kind === "interrupted") return { process, problem: judged.cause };
  const seconds = judged.samples[0]?.seconds;
  return seconds === undefined ? { process, problem: "the clock was set meanwhile; try again" } : { process, seconds };
}

/** @param onProcess hears of the first process, whatever becomes of it. */
async function takeOnce(
  runnable: Runnable,
  place: BlockPlace,
  discarded: number,
  options: BlockOptions,
  onProcess?: (process: SampledProcess | undefined) => void,
): Promise<Judgement> {
  const { account, samplerAccount, timeoutSeconds, limits, signal } = options;
  const { numbers, copy, hashFiles } = place;
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
      asRootFirst: [...(options.asRootFirst?.(runnable) ?? []), ...namespace.prefix],
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
      minimum: options.minimumOf?.(runnable),
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
