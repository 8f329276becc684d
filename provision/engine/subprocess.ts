import { spawn } from "node:child_process";

export interface Outcome {
  /** True if the exit code is 0 within the time limit. */
  ok: boolean;
  /** Reason of the failure; empty after a success. */
  reason: string;
  /** Last lines of stdout and stderr. */
  tail: string;
}

export interface Limits {
  timeoutSeconds: number;
  environment?: Record<string, string>;
  cwd?: string;
}

const tailLines = 20;

/** Runs a program that builds or downloads, and returns the end of its output. Does not throw if the program fails. */
export function attempt(file: string, args: string[], limits: Limits): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: limits.cwd,
      env: { ...process.env, ...limits.environment },
      stdio: ["ignore", "pipe", "pipe"],
      // In its own process group, so that the time limit also kills its children.
      detached: true,
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString())
        .split("\n")
        .slice(-tailLines - 1)
        .join("\n");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    const finish = (reason: string) => {
      clearTimeout(limit);
      for (const signal of signals) process.off(signal, stop);
      resolve({ ok: reason === "", reason, tail: output.trim() });
    };
    const stop = () => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    const signals = ["SIGINT", "SIGTERM"] as const;
    for (const signal of signals) process.on(signal, stop);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      stop();
    }, limits.timeoutSeconds * 1000);
    child.on("error", (error) => finish(error.message));
    child.on("close", (code, signal) => {
      if (timedOut) return finish(`not finished after ${limits.timeoutSeconds} s`);
      finish(code === 0 ? "" : signal ? `ended by ${signal}` : `exit code ${code}`);
    });
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended already.
  }
}
