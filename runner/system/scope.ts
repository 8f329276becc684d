import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { runAsRoot } from "./command.ts";
import { InfrastructureError } from "./infrastructure-error.ts";
import { withLastLine } from "./last-line.ts";

export interface ScopeOptions {
  /** Limit of all processes together. */
  memoryBytes: number;
  processes: number;
  /** Processors that it may use, if control groups support that; all by default. */
  cpus?: string | undefined;
}

/**
 * A transient systemd scope in `evenkeel.slice`, which limits and ends measured processes together. On control groups of version 1, without
 * delegation, its limits have no effect; only those of the sandbox apply.
 */
export interface Scope {
  unit: string;
  /** Command prefix with which root starts a process in the scope; exit code `scopeGone` if the scope has ended. */
  prefix: string[];
  /** Number of its processes that the kernel killed for lack of memory; 0 if control groups do not count them. */
  memoryKills(): Promise<number>;
  /** Kills every process in the scope and ends it. */
  close(): Promise<void>;
}

/** Beginning of the names of scopes. */
const unitPrefix = "evenkeel-run-";

/** Folder with a file for each transient unit that systemd has loaded, empty scopes included. */
const transientUnits = "/run/systemd/transient";

/** Exit code of a command whose scope has ended: an infrastructure error, not a failure of the command. */
export const scopeGone = 121;

const controlGroups = "/sys/fs/cgroup";
/** Script that keeps the scope open without forking, since a full scope refuses new processes. The scope ends with its standard input. */
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

/** Opens a scope. It ends with the standard input of its first process, so it ends however this process ends. @throws InfrastructureError if systemd refuses. */
export async function openScope(options: ScopeOptions): Promise<Scope> {
  const unit = `${unitPrefix}${process.pid}-${++opened}.scope`;
  const properties = [
    `MemoryMax=${Math.round(options.memoryBytes)}`,
    // A process that swaps would measure the disk.
    "MemorySwapMax=0",
    `TasksMax=${options.processes}`,
    ...(options.cpus === undefined ? [] : [`AllowedCPUs=${options.cpus}`]),
    // By default, one process out of memory would end the whole scope. Older versions do not.
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
    // Ctrl-C must not end the scope before this process has cleaned up.
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
    throw new InfrastructureError(withLastLine(`could not open the scope ${unit}`, { stdout: "", stderr: problem }), problem.trim());
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

/**
 * Ends the scopes of killed runs with their processes. A frozen scope cannot end itself. If the first process of a scope dies while systemd
 * takes it over, systemd keeps the empty scope and never looks at it again.
 */
export async function endScopes(): Promise<void> {
  // Most runs find none, and asking systemd takes longer than looking.
  const loaded = await readdir(transientUnits).catch(() => []);
  if (!loaded.some((name) => name.startsWith(unitPrefix))) return;
  const scopes = `${unitPrefix}*.scope`;
  await runAsRoot(["systemctl", "kill", "--signal=KILL", scopes]);
  await runAsRoot(["systemctl", "stop", "--no-block", scopes]);
}

/** Returns the folder of a line of /proc/PID/cgroup (`0::/a.slice/b.scope`); undefined if it is not the scope's. */
function groupOf(line: string, unit: string): string | undefined {
  const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
  if (!path.endsWith(`/${unit}`)) return undefined;
  if (controllers.startsWith("name=")) return join(controlGroups, controllers.slice("name=".length), path);
  if (controllers !== "") return join(controlGroups, controllers, path);
  // On hybrid systems, version 2 has a separate folder.
  const unified = join(controlGroups, "unified");
  return join(existsSync(unified) ? unified : controlGroups, path);
}

async function memoryKillsOf(groups: readonly string[]): Promise<number> {
  const events = await Promise.all(groups.map((folder) => readFile(join(folder, "memory.events"), "utf8").catch(() => "")));
  return Math.max(0, ...events.map((text) => Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)));
}

/** Waits until systemd has removed the control groups, a moment after their last process. */
async function untilGone(groups: readonly string[]): Promise<void> {
  for (let round = 0; round < goneRounds && groups.some((group) => existsSync(group)); round++) await sleep(5);
}

let knownVersion: number | undefined;

/** Returns systemd's version. Cached, because this process opens hundreds of scopes. */
async function systemdVersion(): Promise<number> {
  knownVersion ??= Number(/^systemd (\d+)/.exec((await runAsRoot(["systemctl", "--version"])).stdout)?.[1] ?? 0);
  return knownVersion;
}
