import { spawn } from "node:child_process";

export interface Outcome {
  /** Exit code 0 within the time limit. */
  ok: boolean;
  /** Why it failed, in a few words; empty if it did not. */
  reason: string;
  /** The last lines of stdout and stderr. */
  tail: string;
}

export interface Limits {
  timeoutSeconds: number;
  environment?: Record<string, string>;
  cwd?: string;
}

const tailLines = 20;

/** Runs a program that builds or downloads, its output kept for the case that it fails. Never throws for what it does. */
export function attempt(file: string, args: string[], limits: Limits): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: limits.cwd,
      env: { ...process.env, ...limits.environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that the time limit ends its children too.
      detached: true,
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString())
        .split("\n")
        .slice(-tailLines - 1)
        .join("\n");
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
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
    // It has ended by itself in the meantime.
  }
}
