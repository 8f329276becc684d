import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { asRoot } from "./command.ts";
import { InfrastructureError } from "./infrastructure-error.ts";
import { withLastLine } from "./last-line.ts";

export interface ScopeOptions {
  /** Of all processes together. */
  memoryBytes: number;
  processes: number;
  /** Processors it is kept to, where control groups can do that; all where not given. */
  cpus?: string | undefined;
}

/**
 * Measured processes as one thing that has limits and ends whole: a transient scope of systemd in `evenkeel.slice`. On control groups of
 * version 1, where nothing is delegated, it holds to no limit: those of the sandbox do.
 */
export interface Scope {
  unit: string;
  /** Root starts a process in the scope with this before the command; exit code `scopeGone` where the scope is no more. */
  prefix: string[];
  /** Processes in it that the kernel has ended for want of memory; 0 where its control groups do not count them. */
  memoryKills(): Promise<number>;
  /** Kill every process in it, and the scope with them. */
  close(): Promise<void>;
}

/** Exit code of a command whose scope is gone: the machine's fault, not the command's. */
export const scopeGone = 121;

const controlGroups = "/sys/fs/cgroup";
/** Without a fork: a full scope has room for none. The scope goes when standard input ends, with everything in it. */
const holderScript = `
echo -1000 2>/dev/null >/proc/$$/oom_score_adj || :
while IFS= read -r line; do echo "$line"; done </proc/self/cgroup
echo ready
while read -r line; do :; done
exec systemctl kill --signal=KILL "$1"`;
const enterScript = `
groups=$1; shift
for group in $groups; do echo 0 >"$group" || exit ${scopeGone}; done
exec "$@"`;
const goneRounds = 1000;
let opened = 0;

/** Held open by a process whose standard input this one holds: however this process ends, the scope ends. */
export async function openScope(options: ScopeOptions): Promise<Scope> {
  const unit = `evenkeel-run-${process.pid}-${++opened}.scope`;
  const properties = [
    `MemoryMax=${Math.round(options.memoryBytes)}`,
    // What swaps is not measured but the disk.
    "MemorySwapMax=0",
    `TasksMax=${options.processes}`,
    ...(options.cpus === undefined ? [] : [`AllowedCPUs=${options.cpus}`]),
    // Or one process out of memory would end the scope for all after it. Older versions let it be.
    ...((await systemdVersion()) >= 253 ? ["OOMPolicy=continue"] : []),
  ];
  const args = [
    "--scope",
    "--quiet",
    "--collect",
    "--slice=evenkeel.slice",
    `--unit=${unit}`,
    ...properties.map((one) => `--property=${one}`),
  ];
  const holder = spawn("systemd-run", [...args, "/bin/sh", "-c", holderScript, "sh", unit], {
    stdio: ["pipe", "pipe", "pipe"],
    // A Ctrl-C for this process must not end what it has not put in order yet.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => holder.once("exit", () => resolve()).once("error", () => resolve()));
  holder.stdin.on("error", () => undefined);
  let problem = "";
  holder.stderr.on("data", (chunk: Buffer) => (problem += chunk.toString()));
  const membership: string[] = [];
  for await (const line of createInterface({ input: holder.stdout })) {
    if (line === "ready") break;
    membership.push(line);
  }
  holder.stdout.resume();
  const groups = membership.flatMap((line) => groupOf(line, unit) ?? []);
  if (groups.length === 0) {
    holder.stdin.end();
    throw new InfrastructureError(withLastLine(`the scope ${unit} cannot be opened`, { stdout: "", stderr: problem }), problem.trim());
  }
  return {
    unit,
    prefix: ["/bin/sh", "-c", enterScript, "sh", groups.map((folder) => join(folder, "cgroup.procs")).join(" ")],
    memoryKills: () => memoryKillsOf(groups),
    close: async () => {
      holder.stdin.end();
      await exited;
      await untilGone(groups);
    },
  };
}

/** End what a killed run left in scopes of its own: a frozen one cannot end itself. */
export async function endScopes(): Promise<void> {
  await asRoot({ nothrow: true })`systemctl kill --signal=KILL ${"evenkeel-run-*.scope"}`;
}

/** Folder of a line of /proc/PID/cgroup (`0::/a.slice/b.scope`), where it is the scope's own. */
function groupOf(line: string, unit: string): string | undefined {
  const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
  if (!path.endsWith(`/${unit}`)) return undefined;
  if (controllers.startsWith("name=")) return join(controlGroups, controllers.slice("name=".length), path);
  if (controllers !== "") return join(controlGroups, controllers, path);
  // Beside version 1, version 2 has a folder of its own.
  const beside = join(controlGroups, "unified");
  return join(existsSync(beside) ? beside : controlGroups, path);
}

async function memoryKillsOf(groups: readonly string[]): Promise<number> {
  const events = await Promise.all(groups.map((folder) => readFile(join(folder, "memory.events"), "utf8").catch(() => "")));
  return Math.max(0, ...events.map((text) => Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)));
}

/** systemd removes the control groups a moment after their last process. */
async function untilGone(groups: readonly string[]): Promise<void> {
  for (let round = 0; round < goneRounds && groups.some((group) => existsSync(group)); round++) await sleep(5);
}

let knownVersion: number | undefined;

/** Asks once: this process opens hundreds of scopes. */
async function systemdVersion(): Promise<number> {
  knownVersion ??= Number(/^systemd (\d+)/.exec((await asRoot`systemctl --version`).stdout)?.[1] ?? 0);
  return knownVersion;
}
