import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";
import { freeSpace, type FreeSpace } from "./free-bytes.ts";
import { isLiving, processName } from "./living.ts";
import { statusDescriptor } from "./sandbox.ts";
import { markName } from "./strays.ts";

export interface ProcessOptions {
  /** Account of the process; root by default. */
  account?: Account | undefined;
  timeoutSeconds: number;
  /** Command that root runs first and that executes its arguments, before privileges are dropped to the account. */
  asRootFirst?: readonly string[];
  /** Output beyond this size is discarded, oldest first. */
  keepBytes?: number;
  /** Most output on stdout and stderr together. A process that prints more is killed. */
  limitBytes?: number;
  /** Limit of disk use: the process is killed if this file system loses more bytes, or a million free files. */
  disk?: { folder: string; limitBytes: number };
  /** Most bytes of a report on descriptor 3; without it, that descriptor does not exist. */
  reportBytes?: number;
  /** True if the program itself ends all other processes of its sandbox, so that waiting for them is unnecessary. */
  endsOthers?: boolean;
  /** Kills the process when it aborts. */
  signal?: AbortSignal;
}

export interface ProcessResult {
  /** undefined if a signal ended it. */
  exitCode: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Reason for which `runProcess` killed it; undefined if it did not. */
  killed: "time limit" | "output limit" | "disk limit" | "aborted" | undefined;
  /** True if bwrap reported the exit code of the program in its sandbox. */
  hasEndedInSandbox: boolean;
  /** Last part of stdout and stderr, unchanged. */
  stdout: string;
  stderr: string;
  /** Report that it wrote to descriptor 3. */
  report: Buffer;
  /** Wall time by the monotonic clock. */
  seconds: number;
}

/** Time that a pipe may stay open after its process ended: a daemon that it left may keep it open for ever. */
const pipeGraceMilliseconds = 500;
const diskLookMilliseconds = 250;
/** Most files that one process may create, on a file system that counts them. */
const mostFiles = 1e6;
const statusBytes = 1 << 16;

/** Environment of the program that starts a process. A sandbox has its own variables. */
const starterEnvironment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8", [markName]: "1" };

/**
 * Runs a program as an account, in its own process group, which is killed at the limits and again at the end. Output is bounded. Wrap untrusted
 * programs in a sandbox (sandbox.ts). When this returns, no process of the sandbox is left that could change its files. Never throws for a
 * failure of the process.
 * @throws if the program cannot be started.
 */
export async function runProcess(command: readonly [string, ...string[]], options: ProcessOptions): Promise<ProcessResult> {
  const freeAtStart = options.disk && (await freeSpace(options.disk.folder));
  const { status, ...result } = await new Promise<Ended>((resolve, reject) => {
    const begun = process.hrtime.bigint();
    const child = start(command, options);
    let killed: ProcessResult["killed"];
    const kill: Kill = (why) => {
      killed ??= why;
      killGroup(child.pid);
    };
    const { stdout, stderr, report, status } = collect(child, options, kill);
    let seconds = 0;
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => kill("time limit"), options.timeoutSeconds * 1000);
    const stopWatching = watch(options, freeAtStart, kill);
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      stopWatching();
    };
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("exit", () => {
      seconds = Number(process.hrtime.bigint() - begun) / 1e9;
      clearTimeout(timer);
      // Processes that it left would keep the pipes open and disturb the next sample.
      killGroup(child.pid);
      grace = setTimeout(() => {
        for (const stream of [child.stdout, child.stderr, child.stdio[3], child.stdio[statusDescriptor]]) stream?.destroy();
      }, pipeGraceMilliseconds);
    });
    child.on("close", (exitCode, signal) => {
      settle();
      resolve({
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
        killed,
        stdout: stdout.text(),
        stderr: stderr.text(),
        report: Buffer.concat(report),
        seconds,
        status,
      });
    });
  });
  if (!options.endsOthers || result.killed !== undefined) await status.namespaceEnded();
  return { ...result, hasEndedInSandbox: status.hasRun };
}

type Ended = Omit<ProcessResult, "hasEndedInSandbox"> & { status: SandboxStatus };

type Kill = (why: NonNullable<ProcessResult["killed"]>) => void;

/** Starts the process. @throws if the program cannot be started. */
function start(command: readonly [string, ...string[]], options: ProcessOptions): ChildProcess {
  const [file, ...args] = started(command, options);
  const { account, asRootFirst, reportBytes } = options;
  const owner = asRootFirst || !account ? {} : { uid: account.uid, gid: account.gid };
  return spawn(file, args, {
    cwd: "/",
    env: starterEnvironment,
    ...owner,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", reportBytes === undefined ? "ignore" : "pipe", "pipe"],
  });
}

/** Output of a running process, as it grows. */
interface Collected {
  stdout: Tail;
  stderr: Tail;
  report: Buffer[];
  status: SandboxStatus;
}

function collect(
  child: ChildProcess,
  { keepBytes = 1 << 20, limitBytes = Infinity, reportBytes = 0 }: ProcessOptions,
  kill: Kill,
): Collected {
  let printed = 0;
  const keepTail = (stream: NodeJS.ReadableStream | null): Tail => {
    const tail = new Tail(keepBytes);
    stream?.on("data", (chunk: Buffer) => {
      tail.add(chunk);
      printed += chunk.length;
      if (printed > limitBytes) kill("output limit");
    });
    return tail;
  };
  const report: Buffer[] = [];
  let reported = 0;
  child.stdio[3]?.on("data", (chunk: Buffer) => {
    reported += chunk.length;
    if (reported > reportBytes) kill("output limit");
    else report.push(chunk);
  });
  const status = new SandboxStatus();
  child.stdio[statusDescriptor]?.on("data", (chunk: Buffer) => status.add(chunk));
  return { stdout: keepTail(child.stdout), stderr: keepTail(child.stderr), report, status };
}

/** Kills the process when the signal aborts or its disk limit is reached. Returns a function that stops watching. */
function watch({ disk, signal }: ProcessOptions, freeAtStart: FreeSpace | undefined, kill: Kill): () => void {
  const look = setInterval(() => {
    if (!disk || freeAtStart === undefined) return;
    void freeSpace(disk.folder).then((free) => isFilled(freeAtStart, free, disk.limitBytes) && kill("disk limit"));
  }, diskLookMilliseconds);
  const abort = (): void => kill("aborted");
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  return () => {
    clearInterval(look);
    signal?.removeEventListener("abort", abort);
  };
}

/** Returns the command with its prefix: root runs the first command, for instance to join a control group; then setpriv drops to the account. */
function started(command: readonly [string, ...string[]], { asRootFirst, account }: ProcessOptions): [string, ...string[]] {
  if (!asRootFirst) return [...command];
  const dropped = account ? ["/usr/bin/setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups", "--"] : [];
  const [file = command[0], ...args] = [...asRootFirst, ...dropped, ...command];
  return [file, ...args];
}

function isFilled(before: FreeSpace, now: FreeSpace, limitBytes: number): boolean {
  return before.bytes - now.bytes > limitBytes || before.files - now.files > mostFiles;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended already.
  }
}

/** Status that bwrap reports for a sandbox. */
class SandboxStatus {
  #text = "";
  #firstProcess: string | undefined;

  add(chunk: Buffer): void {
    if (this.#text.length < statusBytes) this.#text += chunk.toString("latin1");
    const pid = /"child-pid": (\d+)/.exec(this.#text)?.[1];
    this.#firstProcess ??= pid === undefined ? undefined : processName(Number(pid));
  }

  /** Returns true if the program was started: bwrap reports an exit code only then. */
  get hasRun(): boolean {
    return /"exit-code": \d/.test(this.#text);
  }

  /** Waits until the sandbox's first process has ended, which is its last one. bwrap itself ends with its program, a moment earlier. */
  async namespaceEnded(): Promise<void> {
    while (this.#firstProcess !== undefined && isLiving(this.#firstProcess)) await sleep(1);
  }
}

/** The last bytes of a stream. */
class Tail {
  readonly #keep: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (let oldest = this.#chunks[0]; oldest && this.#bytes - oldest.length >= this.#keep; oldest = this.#chunks[0]) {
      this.#bytes -= oldest.length;
      this.#chunks.shift();
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(-this.#keep).toString("utf8");
  }
}
