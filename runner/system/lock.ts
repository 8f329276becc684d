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

/** What the commands that can be interrupted begin with: not a resource that is being applied. */
const ofOperator = "evenkeel ";

/** How often whoever waits says so. */
const lineMilliseconds = 15_000;

/** Exit code of a command that did not get the lock. */
export const lockBusy = 75;

const holderSchema = z.object({
  pid: z.number(),
  /** Its name, which no other process has; not written by the program before this one. */
  process: z.string().optional(),
  command: z.string(),
  since: z.string(),
});
export type Holder = z.infer<typeof holderSchema>;

interface Options {
  /** What the lock is wanted for, shown to whoever waits for it. */
  command: string;
  waitSeconds: number;
  log: (line: string) => void;
  /** Ends the wait when it aborts. */
  signal?: AbortSignal;
  /** Returns what the holder is doing, in words, where that is known. */
  describe?: (holder: Holder) => Promise<string | undefined>;
  /** Returns whether the holder is to be asked to end; a command that measures stops at its next block. */
  isInterrupting?: () => Promise<boolean>;
  /** Hint at an alternative to waiting. */
  hint?: string;
}

/** Nobody let go of the lock in time. */
export class LockBusyError extends UserError {
  override readonly exitCode = lockBusy;
}

/**
 * Run `action` while holding the host's one lock. Node has no flock of its own: a child holds it for as long as its
 * standard input is open, so that the lock goes with this process however it ends.
 *
 * @throws LockBusyError when it is still taken after `waitSeconds`.
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

/** Run `action` under a lock somebody else took for this process (cron's flock): only the holder's name is written. */
export async function asHolder<T>(command: string, action: () => Promise<T>): Promise<T> {
  const holder: Holder = { pid: process.pid, process: processName(), command, since: new Date().toISOString() };
  await writeAtomically(paths.holder, JSON.stringify(holder), { mode: 0o600 });
  try {
    return await action();
  } finally {
    await rm(paths.holder, { force: true });
  }
}

/** Who holds the lock now, if it is held. */
export async function lockHolder(): Promise<Holder | undefined> {
  // Not tried to see: that would take it, and cron's next tick could be lost.
  if (!(await isLocked(paths.lock))) return undefined;
  const unknown: Holder = { pid: 0, command: "another process", since: "" };
  const holder = await readJsonFile(paths.holder, holderSchema);
  // Another has taken the lock since, and not yet written its name.
  return holder && processName(holder.pid) !== undefined ? holder : unknown;
}

/**
 * Ask the command that holds the lock to end where nothing is lost, and wait until it has. Returns what was at work, if anything was.
 *
 * @throws UserError where it is not a command of ours but `up` at work, cannot be told from others, or goes on after `waitSeconds`.
 */
export async function interruptHolder({ waitSeconds, log: say }: Pick<Options, "waitSeconds" | "log">): Promise<Holder | undefined> {
  const holder = await lockHolder();
  if (!holder) return undefined;
  const who = whoIs(holder);
  const { process: name } = holder;
  if (name === undefined || !isLiving(name))
    throw new UserError(`${who} holds the lock, and is not known by name`, "look again in a moment");
  if (!isInterruptible(holder)) throw new UserError(`${who} is at work: it measures nothing`, "wait until it is done");
  process.kill(holder.pid, "SIGTERM");
  const deadline = performance.now() + waitSeconds * 1000;
  let nextLine = performance.now() + lineMilliseconds;
  while (isLiving(name)) {
    const left = Math.round((deadline - performance.now()) / 1000);
    if (left <= 0) throw new UserError(`${who} was asked to end, and goes on`, "see `evenkeel status`; it measures nothing new");
    if (performance.now() >= nextLine) {
      say(`waiting for ${who} to end; giving up in ${durationText(left)}`);
      nextLine += lineMilliseconds;
    }
    await sleep(100);
  }
  return holder;
}

/** Returns whether it is a living command of ours, which ends where nothing is lost; not `up` at work. */
function isInterruptible({ command, process: name }: Holder): boolean {
  return command.startsWith(ofOperator) && name !== undefined && isLiving(name);
}

function whoIs({ command, pid, since }: Holder): string {
  return pid === 0 ? command : `${command} (process ${pid}, since ${since})`;
}

type Release = () => Promise<void>;

/** Whether somebody waits for the lock: long work then ends at the next good place. */
export async function isWanted(): Promise<boolean> {
  return isLiving(await waiter());
}

/** The process that waits, by name: a process id alone may be another's by now. Empty where none does. */
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
      throw new LockBusyError(`${options.command}: stopped while it waited for ${who}`, "start it again when you like");
    if (left <= 0) {
      throw new LockBusyError(
        `${options.command}: the host is busy with ${who}`,
        options.hint ?? "wait until it is done, or see `evenkeel status`",
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
    // A Ctrl-C for this process must not take the lock away before the work has been put in order.
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
