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

/** Configuration and state of this host, read once at the start of a command. */
export interface RunnerContext {
  config: HostConfig;
  /** Account that owns the deploy key and the clones. */
  account: Account;
  /** Account that runs measured code, and owns its files. */
  sandboxAccount: Account;
  /** Account that runs the sampler. */
  samplerAccount: Account;
  environment: Environment;
  hostFacts: HostFacts;
  bootId: string;
  target: Clone;
  results: Clone;
  /** Cached contents of the results clone. */
  stored: StoredResults;
  /** Lasting problems of this host. */
  problems: ProblemLog;
  /** Prints a line to the operator, with the time. */
  log: Log;
  /** Observer of the run, for `evenkeel status` and the live view. */
  watch: Watch;
  /** Durations of the steps of this command. */
  stopwatch: Stopwatch;
  /** Signal that the runner has to stop. */
  signal: AbortSignal;
  /** Reason that this run can measure nothing, in one line for readers of the reports. */
  blocked?: string;
}

/**
 * Reads the context of this host.
 * @param log receiver of lines for the operator; standard output by default.
 * @param screen screen of a live view; none by default.
 * @throws UserError on a host that `npm run up` has not finished.
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

/** Reads the configuration of this host. @throws UserError if it is missing, or of another version of the program. */
export function readConfiguration(): Promise<HostConfig> {
  return readRecord(paths.configuration, hostConfigSchema);
}

/** Prints a line of the log with its time in UTC, as in stored files. */
export function report(line: string): void {
  console.log(dated(line));
}

/** Prints a line of the log on standard error, for commands whose standard output is their result. */
export function logToStderr(line: string): void {
  console.error(dated(line));
}

export function dated(line: string): string {
  return `${new Date().toISOString().replace(/\.\d+Z/, "Z")} ${withoutControls(line)}`;
}

async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) throw new UserError(`${path} is missing`, `run \`${commandLine("up")}\` to write it`);
  const parsed = schema.safeParse(tryParseJson(text));
  if (parsed.success) return parsed.data;
  throw new UserError(
    `${path} is not valid for this program: ${z.prettifyError(parsed.error)}`,
    `run \`${commandLine("up")}\` to write it again`,
  );
}
