import { commandLine } from "../../config/command-line.ts";
import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import type { Account } from "../system/account.ts";
import { syncFolder, writeAtomically } from "../system/atomic.ts";
import { asRoot, runAsRoot } from "../system/command.ts";
import { durationText } from "../text/quantities.ts";

/**
 * Work of minutes or hours that outlives whoever started it: a lost connection, a killed `ensure`, a Ctrl-C. Each job is a transient
 * systemd unit, `evenkeel-<name>.service`, with a folder of its name under `paths.jobs`:
 *
 *   job.json  when it was started; written before it is
 *   log       all that it prints; kept until the next job of that name
 *   status    how it ended; written by systemd's ExecStopPost, so also where nobody watched
 *
 * The name is the identity: who runs a job of the same name attaches to the one at work, or gets what came of the one that has
 * ended meanwhile. Jobs are started under the host's lock only, so two never start at once.
 */
export interface Job {
  /** Derived from what it does and to what, such as `python-3.13.5-1a2b3c4d`: digits, lower-case letters, `.` and `-`. */
  name: string;
  /** Title for people, such as `building Python 3.13.5`: every line and every error begins with it. */
  title: string;
  command: readonly [string, ...string[]];
  /** Account that runs it; root if not given. */
  account?: Account;
  /** Working directory; it must exist. */
  cwd?: string;
  /** Environment besides the variables that systemd sets. Never a secret: units show it. */
  environment?: Readonly<Record<string, string>>;
  /** Time limit: the job is ended after it. */
  limitMinutes: number;
  /** Longest silence: after it a line is printed; 30 s by default. */
  lineEverySeconds?: number;
  /** Further properties of the unit, such as `Nice=19`. */
  properties?: readonly string[];
  /** Returns the progress by all printed lines; called again when there are new ones. */
  progress?: (log: readonly string[]) => Progress;
  /** Hint of the error if it fails; by default to read the log and to run `up` again. */
  hint?: string;
}

export interface Progress {
  /** Present step: printed at once when it changes. */
  step: string;
  /** Percent of the whole job, 0 to 100. */
  percent?: number;
}

/** End of a job in systemd's words: SERVICE_RESULT, EXIT_CODE and EXIT_STATUS of systemd.exec(5). */
export interface Outcome {
  result: string;
  code: string;
  status: string;
}

type Say = (line: string) => void;

const lookSeconds = 0.5;
const answerTries = 60;
const defaultLineEverySeconds = 30;
const shownLines = 15;
const shownCharacters = 300;
const recordSchema = z.object({ started: z.iso.datetime() });

/**
 * Have a job done: start it, or attach to the one of that name. Tells each step, and a line now and then, with the time since the job
 * started. One that succeeded stays done, so that whoever is killed before using what it made finds it done: forget it (`forgetJob`)
 * once that is used. One that failed is forgotten as it is told; its log stays.
 *
 * @throws UserError where it fails: names the log and shows its last lines.
 */
export async function runJob(job: Job, log: Say): Promise<void> {
  await startOrAttach(job, log);
  const { outcome, lines, elapsed } = await watch(job, log);
  if (outcome !== undefined && isSuccess(outcome)) {
    log(`${job.title}: done after ${durationText(elapsed)}`);
    return;
  }
  await forgetJob(job.name);
  throw new UserError(
    [`${job.title} ${failureText(outcome, job)} after ${durationText(elapsed)}; log on the host: ${logOf(job.name)}`, ...shown(lines)].join(
      "\n",
    ),
    job.hint ?? `see ${logOf(job.name)} on the host, mend what it says, then run \`${commandLine("up")}\` again`,
  );
}

/** Returns the state of a job. `cut off`: it was started, is not running and recorded no end, as after a crash of the host. */
export type JobState = "none" | "at work" | "succeeded" | "failed" | "cut off";

export async function jobState(name: string): Promise<JobState> {
  // This order: the outcome is written before the unit disappears.
  if (await isAtWork(name)) return "at work";
  if ((await startOf(name)) === undefined) return "none";
  const outcome = await outcomeOf(name);
  if (!outcome) return "cut off";
  return isSuccess(outcome) ? "succeeded" : "failed";
}

/** Forgets a job, so that the next one of its name starts anew. A running one continues. */
export async function forgetJob(name: string): Promise<void> {
  // The record goes first: a job without one counts as never started.
  await rm(join(folderOf(name), "job.json"), { force: true });
  await rm(statusOf(name), { force: true });
}

/** Ends a running job with all its processes and forgets it. Does nothing if there is none. */
export async function stopJob(name: string): Promise<void> {
  await asRoot({ nothrow: true })`systemctl stop ${unitOf(name)} 2>&1`;
  await forgetJob(name);
}

/** Returns the names of running jobs that have this prefix. */
export async function jobsAtWork(beginning: string): Promise<string[]> {
  const states = "active,activating,deactivating,reloading";
  const listed = await asRoot`systemctl list-units --plain --no-legend --no-pager --state=${states} ${unitOf(`${beginning}*`)}`;
  return listed.stdout
    .split("\n")
    .map((line) => /^evenkeel-(.+)\.service /.exec(line)?.[1])
    .filter((name) => name !== undefined);
}

/** Returns the path of a job's output on the host. */
export function logOf(name: string): string {
  return join(folderOf(name), "log");
}

/** Parses the content of `status`; undefined if it is invalid. */
export function readOutcome(text: string): Outcome | undefined {
  const [, result, code, status] = /^(\S+) (\S+) (\S+)\n$/.exec(text) ?? [];
  return result === undefined || code === undefined || status === undefined ? undefined : { result, code, status };
}

/** Returns the reason of a failure in words that follow the title. */
export function failureText(outcome: Outcome | undefined, { limitMinutes }: Pick<Job, "limitMinutes">): string {
  if (!outcome) return "was cut off: the host went down, or its disk is full,";
  if (outcome.result === "timeout") return `was ended at its limit of ${limitMinutes} min`;
  if (outcome.result === "oom-kill") return "ran out of memory";
  return outcome.code === "exited" ? `failed with exit code ${outcome.status}` : `was ended by SIG${outcome.status}`;
}

/** Returns one line about a job: `building Python 3.13.5: 5 min 7 s, 62 %: profile run`. @param seconds since it started */
export function progressText(title: string, seconds: number, progress: Progress | undefined): string {
  const percent = progress?.percent === undefined ? "" : `, ${Math.floor(progress.percent)} %`;
  return `${title}: ${durationText(seconds)}${percent}: ${progress?.step ?? "at work"}`;
}

async function startOrAttach(job: Job, report: Say): Promise<void> {
  const log = `log on the host: ${logOf(job.name)}`;
  const state = await jobState(job.name);
  if (state === "at work") report(`${job.title}: attached to the one at work; ${log}`);
  else if (state === "succeeded" || state === "failed") report(`${job.title}: it ended while nobody watched; ${log}`);
  else {
    await start(job);
    report(`${job.title}: ${state === "none" ? "started" : "was cut off, started again"}; ${log}`);
  }
}

async function start(job: Job): Promise<void> {
  const folder = folderOf(job.name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, "job.json"), `${JSON.stringify({ started: new Date().toISOString() })}\n`);
  await syncFolder(paths.jobs);
  const properties = [
    `StandardOutput=append:${logOf(job.name)}`,
    "StandardError=inherit",
    `RuntimeMaxSec=${job.limitMinutes * 60}`,
    // `:` keeps systemd from replacing the variables, `+` gives it root's rights.
    `ExecStopPost=:+/bin/sh -c '${writeStatus}' sh ${statusOf(job.name)}`,
    ...(job.account ? [`User=${job.account.name}`, `Group=${job.account.gid}`] : []),
    ...(job.cwd === undefined ? [] : [`WorkingDirectory=${job.cwd}`]),
    ...(job.properties ?? []),
  ].map((property) => `--property=${property}`);
  // systemd would put its own variables in place of what begins with a dollar sign.
  const literally = job.command.map((argument) => argument.replaceAll("$", "$$$$"));
  const environment = Object.entries(job.environment ?? {}).map(([key, value]) => `--setenv=${key}=${value}`);
  // Without --collect the name of a unit that failed stays taken for ever.
  const description = `--description=evenkeel: ${job.title}`;
  await asRoot`systemd-run --quiet --collect --unit=${unitOf(job.name)} ${description} ${properties} ${environment} -- ${literally}`;
}

/** Writes a file completely or not at all. */
const writeStatus = `echo "$SERVICE_RESULT $EXIT_CODE $EXIT_STATUS" >"$1.new" && sync "$1.new" && mv "$1.new" "$1"`;

/** Watches a job until it ends. The outcome is undefined if the job recorded none. */
async function watch(job: Job, report: Say): Promise<{ outcome: Outcome | undefined; lines: readonly string[]; elapsed: number }> {
  const since = (await startOf(job.name)) ?? Date.now();
  const log = new Log(logOf(job.name));
  const { lineEverySeconds = defaultLineEverySeconds } = job;
  let progress: Progress | undefined;
  let told = performance.now();
  for (;;) {
    const atWork = await isAtWork(job.name);
    const isNew = await log.read();
    if (!atWork) return { outcome: await outcomeOf(job.name), lines: log.lines, elapsed: ((await endOf(job.name)) - since) / 1000 };
    const before = progress?.step;
    if (isNew) progress = job.progress?.(log.lines);
    if (progress?.step !== before || performance.now() - told >= lineEverySeconds * 1000) {
      report(progressText(job.title, secondsSince(since), progress));
      told = performance.now();
    }
    await sleep(lookSeconds * 1000);
  }
}

function isSuccess({ code, status }: Outcome): boolean {
  return code === "exited" && status === "0";
}

function shown(lines: readonly string[]): string[] {
  return lines
    .filter((line) => line.trim() !== "")
    .slice(-shownLines)
    .map((line) => `  ${line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line}`);
}

async function isAtWork(name: string): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    const shownState = await runAsRoot(["systemctl", "show", "--property=ActiveState", "--value", unitOf(name)]);
    if (shownState.exitCode === 0) return !["inactive", "failed"].includes(shownState.stdout.trim());
    // A job that upgrades systemd leaves it without an answer for a moment.
    if (tries === answerTries) throw shownState;
    await sleep(lookSeconds * 1000);
  }
}

/** Returns the start in milliseconds since 1970; undefined if it never started. */
async function startOf(name: string): Promise<number | undefined> {
  const text = await readFile(join(folderOf(name), "job.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : Date.parse(recordSchema.parse(JSON.parse(text)).started);
}

/** Returns the end in milliseconds since 1970; the present time if it is unknown. */
async function endOf(name: string): Promise<number> {
  return stat(statusOf(name)).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
}

async function outcomeOf(name: string): Promise<Outcome | undefined> {
  return readOutcome(await readFile(statusOf(name), "utf8").catch(() => ""));
}

function secondsSince(time: number): number {
  return (Date.now() - time) / 1000;
}

function folderOf(name: string): string {
  return join(paths.jobs, name);
}

function statusOf(name: string): string {
  return join(folderOf(name), "status");
}

function unitOf(name: string): string {
  return `evenkeel-${name}.service`;
}

/** Complete lines of a growing file. A program that overwrites its own line prints many lines. */
class Log {
  readonly lines: string[] = [];
  readonly #path: string;
  #offset = 0;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads new lines. Returns true if there are any. */
  async read(): Promise<boolean> {
    const file = await open(this.#path, "r").catch(() => undefined);
    if (!file) return false;
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - this.#offset), 0, size - this.#offset, this.#offset);
      this.#offset += bytesRead;
      const parts = (this.#rest + buffer.toString("utf8", 0, bytesRead)).split(/[\r\n]+/);
      this.#rest = parts.pop() ?? "";
      this.lines.push(...parts);
      return parts.length > 0;
    } finally {
      await file.close();
    }
  }
}
