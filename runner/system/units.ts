import { setTimeout as pause } from "node:timers/promises";
import { InfrastructureError } from "./infrastructure-error.ts";
import { withLastLine } from "./last-line.ts";
import { runAsRoot } from "./command.ts";

/** Operations of systemd that tuning needs. Each but `start` throws an InfrastructureError if systemd refuses. */
export interface Units {
  /** Returns the active units among these names. Unknown names are not active. */
  active(names: readonly string[]): Promise<string[]>;
  stop(names: readonly string[]): Promise<void>;
  /** Starts units. Returns the reason for each that does not start. */
  start(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Returns the processors that a slice may use, in systemd's format; empty for all. */
  allowedCpus(slice: string): Promise<string>;
  allowCpus(slice: string, cpus: string): Promise<void>;
}

export const systemd: Units = {
  async active(names) {
    const listed = await ask("list-units", "--state=active", "--plain", "--no-legend", "--no-pager", ...names);
    return listed
      .split("\n")
      .map((line) => line.trim().split(" ")[0] ?? "")
      .filter((name) => names.includes(name));
  },
  async stop(names) {
    await systemctl("stop", ...names);
  },
  async start(names) {
    const reasons = new Map<string, string>();
    if (await isStarted(names)) return reasons;
    // One by one, to learn which of them does not start.
    for (const name of names) {
      const reason = await startOne(name).then(() => undefined, reasonOf);
      if (reason !== undefined) reasons.set(name, reason);
    }
    return reasons;
  },
  async allowedCpus(slice) {
    return (await ask("show", "--property=AllowedCPUs", "--value", slice)).trim();
  },
  async allowCpus(slice, cpus) {
    await systemctl("set-property", "--runtime", slice, `AllowedCPUs=${cpus}`);
  },
};

function isStarted(names: readonly string[]): Promise<boolean> {
  return systemctl("start", ...names).then(
    () => true,
    () => false,
  );
}

async function startOne(name: string): Promise<void> {
  if (await isStarted([name])) return;
  // Sessions that fail immediately start it more often than systemd allows. This resets the counter.
  await systemctl("reset-failed", name);
  await systemctl("start", name);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Tries, because systemd may refuse for a moment: while it reloads its units or is upgraded. */
const tries = 4;
const pauseMilliseconds = 250;

/** Returns the output of a read-only query of systemd, with retries. */
async function ask(...args: string[]): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await systemctl(...args);
    } catch (error) {
      if (attempt === tries) throw error;
      await pause(pauseMilliseconds * 2 ** (attempt - 1));
    }
  }
}

async function systemctl(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runAsRoot(["systemctl", ...args]);
  if (exitCode !== 0) throw new InfrastructureError(withLastLine(`systemctl ${args.join(" ")} failed`, { stdout, stderr }), stderr.trim());
  return stdout;
}
