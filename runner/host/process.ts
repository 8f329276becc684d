import { spawn } from "node:child_process";
import type { Account } from "./account.ts";
import { freeBytes } from "./free-bytes.ts";
import { markName } from "./strays.ts";

export interface ProcessOptions {
  account: Account;
  cwd: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  /** What root starts it with before privileges are dropped: a command that ends by executing its arguments. */
  asRootFirst?: readonly string[];
  /** Output beyond this is thrown away, oldest first. */
  keepBytes?: number;
  /** A process that prints more than this, on stdout and stderr together, is killed. */
  limitBytes?: number;
  /** It is killed when this file system loses more than so many bytes meanwhile. */
  disk?: { folder: string; limitBytes: number };
  /** Most bytes of a report that it may write to descriptor 3; without it there is no such descriptor. */
  reportBytes?: number;
  /** Kills the process when it aborts. */
  signal?: AbortSignal;
}

export interface ProcessResult {
  /** undefined where a signal ended it. */
  exitCode: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Why it was killed from here, if it was. */
  killed: "time limit" | "output limit" | "disk limit" | "aborted" | undefined;
  /** Last part of stdout and stderr, as they came. */
  stdout: string;
  stderr: string;
  /** What it wrote to descriptor 3. */
  report: Buffer;
  /** Wall time by the monotonic clock. */
  seconds: number;
}

/** How long a pipe may stay open after its process is gone: a daemon it left behind may hold it for ever. */
const pipeGraceMilliseconds = 500;
const diskLookMilliseconds = 250;

/**
 * Run a program as an account: a process group of its own, killed whole at the limits and again at the end; output bounded. Untrusted
 * programs are given wrapped in a sandbox (sandbox.ts), which ends with whatever they started. Never throws for what the process does.
 * @throws where the program cannot be started.
 */
export async function runProcess(command: readonly [string, ...string[]], options: ProcessOptions): Promise<ProcessResult> {
  const keepBytes = options.keepBytes ?? 1 << 20;
  const [file, ...args] = options.asRootFirst ? asRootFirst(options.asRootFirst, options.account, command) : command;
  const owner = options.asRootFirst ? {} : { uid: options.account.uid, gid: options.account.gid };
  const freeAtStart = options.disk && (await freeBytes(options.disk.folder));
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...options.environment, [markName]: "1" },
      ...owner,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", options.reportBytes === undefined ? "ignore" : "pipe"],
    });
    let killed: ProcessResult["killed"];
    const kill = (why: ProcessResult["killed"]): void => {
      killed ??= why;
      killGroup(child.pid);
    };
    let printed = 0;
    const keepTail = (stream: NodeJS.ReadableStream | null): Tail => {
      const tail = new Tail(keepBytes);
      stream?.on("data", (chunk: Buffer) => {
        tail.add(chunk);
        printed += chunk.length;
        if (printed > (options.limitBytes ?? Infinity)) kill("output limit");
      });
      return tail;
    };
    const stdout = keepTail(child.stdout);
    const stderr = keepTail(child.stderr);
    const report: Buffer[] = [];
    let reported = 0;
    child.stdio[3]?.on("data", (chunk: Buffer) => {
      reported += chunk.length;
      if (reported > (options.reportBytes ?? 0)) kill("output limit");
      else report.push(chunk);
    });
    let seconds = 0;
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => kill("time limit"), options.timeoutSeconds * 1000);
    const look = setInterval(() => {
      const { disk } = options;
      if (!disk || freeAtStart === undefined) return;
      void freeBytes(disk.folder).then((free) => freeAtStart - free > disk.limitBytes && kill("disk limit"));
    }, diskLookMilliseconds);
    const abort = (): void => kill("aborted");
    options.signal?.addEventListener("abort", abort);
    if (options.signal?.aborted) abort();
    const settle = (): void => {
      clearTimeout(timer);
      clearInterval(look);
      clearTimeout(grace);
      options.signal?.removeEventListener("abort", abort);
    };
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("exit", () => {
      seconds = Number(process.hrtime.bigint() - started) / 1e9;
      clearTimeout(timer);
      // Whatever it left behind would hold the pipes open and disturb the next sample.
      killGroup(child.pid);
      grace = setTimeout(() => {
        for (const stream of [child.stdout, child.stderr, child.stdio[3]]) stream?.destroy();
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
      });
    });
  });
}

/** Root runs the first command, which joins a control group or the like; then the account's rights are all that is left. */
function asRootFirst(first: readonly string[], { uid, gid }: Account, command: readonly string[]): [string, ...string[]] {
  const dropped = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--", ...command];
  const [file = "setpriv", ...args] = [...first, ...dropped];
  return [file, ...args];
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
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
