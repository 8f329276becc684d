import { setTimeout as pause } from "node:timers/promises";
import { InfrastructureError } from "./infrastructure-error.ts";
import { withLastLine } from "./last-line.ts";
import { asRoot } from "./command.ts";

/** What tuning needs of systemd. Each throws an InfrastructureError where systemd refuses. */
export interface Units {
  /** The active ones of these units; a name that does not exist is not active. */
  active(names: readonly string[]): Promise<string[]>;
  stop(names: readonly string[]): Promise<void>;
  start(name: string): Promise<void>;
  /** Processors a slice is kept to, as systemd writes them; empty: all. */
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
  async start(name) {
    try {
      await systemctl("start", name);
    } catch {
      // Sessions that fail at once start it more often than systemd allows; this forgets how often.
      await systemctl("reset-failed", name);
      await systemctl("start", name);
    }
  },
  async allowedCpus(slice) {
    return (await ask("show", "--property=AllowedCPUs", "--value", slice)).trim();
  },
  async allowCpus(slice, cpus) {
    await systemctl("set-property", "--runtime", slice, `AllowedCPUs=${cpus}`);
  },
};

/** Systemd may refuse for a moment: while it reloads its units, or is replaced by a newer version of itself. */
const tries = 4;
const pauseMilliseconds = 250;

/** Returns what systemd answers to a question: asking changes nothing, so it may be repeated. */
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
  const { exitCode, stdout, stderr } = await asRoot({ nothrow: true })`systemctl ${args}`;
  if (exitCode !== 0) throw new InfrastructureError(withLastLine(`systemctl ${args.join(" ")} failed`, { stdout, stderr }), stderr.trim());
  return stdout;
}
