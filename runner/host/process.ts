import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import type { Account } from "./account.ts";
import { endStrays, markName } from "./strays.ts";

export interface ProcessOptions {
  account: Account;
  cwd: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  /** Output beyond this is thrown away, oldest first. */
  keepBytes?: number;
  /** A process that prints more than this, on stdout and stderr together, is killed. */
  limitBytes?: number;
  /** Kills the process when it aborts. */
  signal?: AbortSignal;
}

export interface ProcessResult {
  /** undefined where a signal ended it. */
  exitCode: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Why it was killed from here, if it was. */
  killed: "time limit" | "output limit" | "aborted" | undefined;
  /** Last part of stdout and stderr, as they came. */
  stdout: string;
  stderr: string;
  /** Names of processes it left in groups of their own, which were killed: daemons. */
  leftBehind: string[];
  /** Wall time by the monotonic clock. */
  seconds: number;
}

/** How long a pipe may stay open after its process is gone: a daemon it left behind may hold it for ever. */
const pipeGraceMilliseconds = 500;

/**
 * Run untrusted code as an account: a process group of its own, killed whole at the limits and again at the end, with what left
 * the group; output bounded. Never throws for what the process does.
 * @throws where the program cannot be started.
 */
export function runProcess(command: readonly [string, ...string[]], options: ProcessOptions): Promise<ProcessResult> {
  const [file, ...args] = command;
  const keepBytes = options.keepBytes ?? 1 << 20;
  const mark = randomBytes(8).toString("hex");
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...options.environment, [markName]: mark },
      uid: options.account.uid,
      gid: options.account.gid,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let killed: ProcessResult["killed"];
    const kill = (why: ProcessResult["killed"]): void => {
      killed ??= why;
      killGroup(child.pid);
    };
    let printed = 0;
    const keepTail = (stream: NodeJS.ReadableStream): Tail => {
      const tail = new Tail(keepBytes);
      stream.on("data", (chunk: Buffer) => {
        tail.add(chunk);
        printed += chunk.length;
        if (printed > (options.limitBytes ?? Infinity)) kill("output limit");
      });
      return tail;
    };
    const stdout = keepTail(child.stdout);
    const stderr = keepTail(child.stderr);
    let seconds = 0;
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => kill("time limit"), options.timeoutSeconds * 1000);
    const abort = (): void => kill("aborted");
    options.signal?.addEventListener("abort", abort);
    if (options.signal?.aborted) abort();
    const settle = (): void => {
      clearTimeout(timer);
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
        child.stdout.destroy();
        child.stderr.destroy();
      }, pipeGraceMilliseconds);
    });
    child.on("close", (exitCode, signal) => {
      settle();
      const result = {
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
        killed,
        stdout: stdout.text(),
        stderr: stderr.text(),
        seconds,
      };
      endStrays(options.account, mark)
        .then((strays) => strays.filter(({ group }) => group !== child.pid).map(({ name }) => name))
        .then((leftBehind) => resolve({ ...result, leftBehind }), reject);
    });
  });
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
