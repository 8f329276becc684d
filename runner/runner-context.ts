import { commandLine } from "../config/command-line.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { paths, samplerAccount, sandboxAccount } from "../config/paths.ts";
import { hostConfigSchema, type HostConfig } from "../config/schema.ts";
import { UserError } from "../config/user-error.ts";
import { accountOf, type Account } from "./system/account.ts";
import { detectHostFacts } from "./system/host-facts.ts";
import { withoutControls } from "./text/plain-text.ts";
import { environmentSchema } from "./formats/environment.ts";
import type { Environment, HostFacts } from "./model.ts";
import type { Screen } from "./progress/screen.ts";
import { ProblemLog } from "./progress/problem-log.ts";
import { Watch } from "./progress/watch.ts";
import { StoredResults } from "./store/stored-results.ts";
import { Stopwatch } from "./system/stopwatch.ts";
import type { Clone } from "./system/git.ts";
import { tryParseJson } from "./text/json.ts";

export type Log = (line: string) => void;

/** This host as the runner knows it: read once at the start of a command. */
export interface RunnerContext {
  config: HostConfig;
  /** Owns the deploy key and the clones. */
  account: Account;
  /** Runs what is measured, and owns what it makes. */
  sandboxAccount: Account;
  /** Runs the program that takes samples. */
  samplerAccount: Account;
  environment: Environment;
  hostFacts: HostFacts;
  bootId: string;
  target: Clone;
  results: Clone;
  /** What is stored in that clone, for this process. */
  stored: StoredResults;
  /** Problems of this host that last. */
  problems: ProblemLog;
  /** Tells the operator, with the time. */
  log: Log;
  /** Hears what is done, for whoever watches. */
  watch: Watch;
  /** How long each step of this command takes. */
  stopwatch: Stopwatch;
  /** Aborted when the runner is asked to end. */
  signal: AbortSignal;
  /** Reason that this run can measure nothing, in one line for readers of the reports. */
  blocked?: string;
}

/**
 * @param log where lines for the operator go; standard output if not given.
 * @param screen where a live view is drawn; none if not given.
 * @throws UserError on a host that `pulumi up` has not finished.
 */
export async function openRunnerContext(signal: AbortSignal, log: Log = report, screen?: Screen): Promise<RunnerContext> {
  const config = await readConfiguration();
  const account = await accountOf(config.user);
  return {
    config,
    account,
    sandboxAccount: await accountOf(sandboxAccount),
    samplerAccount: await accountOf(samplerAccount),
    environment: await readRecord(paths.environment, environmentSchema),
    hostFacts: await detectHostFacts(join(paths.venv, "bin/python")),
    bootId: (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim(),
    target: { root: paths.target, account },
    results: { root: paths.results, account },
    stored: new StoredResults(paths.results, paths.cache),
    problems: new ProblemLog(),
    log: log,
    watch: new Watch(screen),
    stopwatch: new Stopwatch(),
    signal,
  };
}

/** @throws UserError where it is missing, or another program's. */
export function readConfiguration(): Promise<HostConfig> {
  return readRecord(paths.configuration, hostConfigSchema);
}

/** A line of the log: in UTC, so that it can be compared with what is stored. */
export function report(line: string): void {
  console.log(dated(line));
}

/** The same on standard error: where standard output is for what was asked for. */
export function logToStderr(line: string): void {
  console.error(dated(line));
}

export function dated(line: string): string {
  return `${new Date().toISOString().replace(/\.\d+Z/, "Z")} ${withoutControls(line)}`;
}

async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) throw new UserError(`${path} is missing`, `run \`${commandLine("up")}\`: it writes it`);
  const parsed = schema.safeParse(tryParseJson(text));
  if (parsed.success) return parsed.data;
  throw new UserError(
    `${path} is not what this program reads: ${z.prettifyError(parsed.error)}`,
    `run \`${commandLine("up")}\`: it writes it anew`,
  );
}
