import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { writeAtomically } from "./atomic.ts";
import { isLiving, processName } from "./living.ts";
import { isLocked } from "./locked.ts";
import { readJsonFile } from "./json-file.ts";
import { durationText } from "../text/quantities.ts";

/** Prefix of commands that can be interrupted. Applying a resource cannot. */
const operatorPrefix = "evenkeel ";

/** Interval between lines of a waiting command. */
const lineMilliseconds = 15_000;

/** Exit code of a command that did not get the lock. */
export const lockBusy = 75;

const holderSchema = z.object({
  pid: z.number(),
  /** Unique name of the process; absent in files of older versions. */
  process: z.string().optional(),
  command: z.string(),
  since: z.string(),
});
export type Holder = z.infer<typeof holderSchema>;

interface Options {
  /** Command that wants the lock. Other waiting commands show it. */
  command: string;
  waitSeconds: number;
  log: (line: string) => void;
  /** Ends the wait when it aborts. */
  signal?: AbortSignal;
  /** Returns a text about the holder's work, if it is known. */
  describe?: (holder: Holder) => Promise<string | undefined>;
  /** Returns true to ask the holder to stop; a command that measures stops at its next block. */
  isInterrupting?: () => Promise<boolean>;
  /** Hint at an alternative to waiting. */
  hint?: string;
}

/** Error of a lock that was not released in time. */
export class LockBusyError extends UserError {
  override readonly exitCode = lockBusy;
}

/**
 * Runs `action` while this process holds the host's lock. Node has no flock: a child process holds it while its standard input is open. The
 * lock is therefore released however this process ends.
 *
 * @throws LockBusyError if the lock is still taken after `waitSeconds`.
 */
export async function holdLock<T>(options: Options, action: () => Promise<T>): Promise<T> {
  await mkdir(paths.runtime, { recursive: true, mode: 0o700 });
  const release = await acquire(options);
  try {
    return await asHolder(options.command, action);
  } finally {
    await release();
  }
}

/** Runs `action` under a lock that another program took for this process (cron's flock). Writes only the holder's record. */
export async function asHolder<T>(command: string, action: () => Promise<T>): Promise<T> {
  const holder: Holder = { pid: process.pid, process: processName(), command, since: new Date().toISOString() };
  await writeAtomically(paths.holder, JSON.stringify(holder), { mode: 0o600 });
  try {
    return await action();
  } finally {
    await rm(paths.holder, { force: true });
  }
}

/** Returns the present holder of the lock; undefined if it is free. */
export async function lockHolder(): Promise<Holder | undefined> {
  // Trying the lock would take it for a moment, and cron's next run could be lost.
  if (!(await isLocked(paths.lock))) return undefined;
  const unknown: Holder = { pid: 0, command: "another process", since: "" };
  const holder = await readJsonFile(paths.holder, holderSchema);
  // Another process has taken the lock and not written its record yet.
  return holder && processName(holder.pid) !== undefined ? holder : unknown;
}

/**
 * Asks the command that holds the lock to stop without loss, and waits for its end. Returns that command; undefined if the lock was free.
 *
 * @throws UserError if `up` holds the lock, the holder cannot be identified, or it did not stop after `waitSeconds`.
 */
export async function interruptHolder({ waitSeconds, log }: Pick<Options, "waitSeconds" | "log">): Promise<Holder | undefined> {
  const holder = await lockHolder();
  if (!holder) return undefined;
  const who = whoIs(holder);
  const { process: name } = holder;
  if (name === undefined || !isLiving(name))
    throw new UserError(`${who} holds the lock, but cannot be identified`, "try again in a moment");
  if (!isInterruptible(holder))
    throw new UserError(`${who} is running and does not measure, so it cannot be interrupted`, "wait until it has finished");
  process.kill(holder.pid, "SIGTERM");
  const deadline = performance.now() + waitSeconds * 1000;
  let nextLine = performance.now() + lineMilliseconds;
  while (isLiving(name)) {
    const left = Math.round((deadline - performance.now()) / 1000);
    if (left <= 0) throw new UserError(`${who} did not stop after SIGTERM`, "see `evenkeel status`; it starts no new measurement");
    if (performance.now() >= nextLine) {
      log(`waiting for ${who} to stop; giving up in ${durationText(left)}`);
      nextLine += lineMilliseconds;
    }
    await sleep(100);
  }
  return holder;
}

/** Returns true for a living command of ours, which can stop without loss; false for a running `up`. */
function isInterruptible({ command, process: name }: Holder): boolean {
  return command.startsWith(operatorPrefix) && name !== undefined && isLiving(name);
}

function whoIs({ command, pid, since }: Holder): string {
  return pid === 0 ? command : `${command} (process ${pid}, since ${since})`;
}

type Release = () => Promise<void>;

/** Returns true if another process waits for the lock. Long work then stops at the next suitable point. */
export async function isWanted(): Promise<boolean> {
  return isLiving(await waiter());
}

/** Returns the unique name of the waiting process, since a process id may be reused; empty without one. */
async function waiter(): Promise<string> {
  return readFile(paths.wanted, "utf8").catch(() => "");
}

async function acquire(options: Options): Promise<Release> {
  try {
    return await acquireInTime(options);
  } finally {
    if ((await waiter()) === processName()) await rm(paths.wanted, { force: true });
  }
}

async function acquireInTime(options: Options): Promise<Release> {
  const deadline = performance.now() + options.waitSeconds * 1000;
  const interrupted = new Set<string>();
  let nextLine = 0;
  for (;;) {
    const release = await tryAcquire();
    if (release) return release;
    const left = Math.round((deadline - performance.now()) / 1000);
    const holder = await lockHolder();
    const who = holder ? whoIs(holder) : "another process";
    if (holder && isInterruptible(holder) && !interrupted.has(holder.process ?? "") && (await options.isInterrupting?.())) {
      interrupted.add(holder.process ?? "");
      process.kill(holder.pid, "SIGTERM");
      options.log(`interrupting ${who}: it stops at its next block, and the next run resumes it`);
    }
    if (options.signal?.aborted)
      throw new LockBusyError(`${options.command}: stopped while waiting for ${who}`, "start it again at any time");
    if (left <= 0) {
      throw new LockBusyError(
        `${options.command}: the host is busy with ${who}`,
        options.hint ?? "wait until it has finished, or see `evenkeel status`",
      );
    }
    if (performance.now() >= nextLine) {
      await writeAtomically(paths.wanted, processName() ?? "", { mode: 0o600 });
      const work = holder && (await options.describe?.(holder));
      options.log(`waiting for ${who}${work === undefined ? "" : `: ${work}`}; giving up in ${durationText(left)}`);
      nextLine = performance.now() + lineMilliseconds;
    }
    await sleep(500);
  }
}

async function tryAcquire(): Promise<Release | undefined> {
  await mkdir(paths.runtime, { recursive: true, mode: 0o700 });
  const holder = spawn("flock", ["-n", "-E", String(lockBusy), paths.lock, "/bin/sh", "-c", "echo held; exec cat >/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C must not release the lock before this process has cleaned up.
    detached: true,
  });
  const exited = once(holder, "exit");
  const held = await Promise.race([once(holder.stdout, "data").then(() => true), exited.then(() => false)]);
  if (!held) {
    const [code] = await exited;
    if (code === lockBusy) return undefined;
    throw new Error(`flock ended with ${String(code)}`);
  }
  return async () => {
    holder.stdin.end();
    await exited;
  };
}
