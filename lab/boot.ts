import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeAtomically } from "../runner/system/atomic.ts";
import { recordPowerOff } from "./costs.ts";
import { shell } from "./shell.ts";
import { within } from "./within.ts";
import { sha256Of } from "../runner/text/sha256.ts";

/** A host's folder holds `root` (its tree), `boot.log` (its console) and `pid` (the process that keeps it up). */
type Folder = string;

const stopSeconds = 30;
const controlGroups = ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

/**
 * Boots the tree again after each reboot (nspawn ends with 133 then), and passes a request to stop on to it.
 * Each host has control groups of its own, or two systemds would take each other's services for theirs.
 */
const supervise = `
for hierarchy in ${controlGroups.join(" ")}; do
  [ -f "$hierarchy/cgroup.procs" ] || continue
  mkdir -p "$hierarchy/$1" && echo $$ >"$hierarchy/$1/cgroup.procs"
done
trap 'kill -TERM "$nspawn"' TERM
code=133
while [ $code = 133 ]; do
  systemd-nspawn --machine="$1" -D "$2" --register=no --keep-unit --resolv-conf=replace-host -b --console=pipe </dev/null &
  nspawn=$!
  code=
  while kill -0 $nspawn 2>/dev/null; do wait $nspawn; code=$?; done
done`;

/** Start a host; it outlives this process. Returns before it has booted. */
export async function boot(folder: Folder): Promise<void> {
  const log = openSync(join(folder, "boot.log"), "w", 0o600);
  const child = spawn("bash", ["-c", supervise, ...supervisorArguments(folder)], { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  child.unref();
  await writeAtomically(join(folder, "pid"), `${child.pid}\n`);
}

/** Power a host off, within half a minute the clean way. */
export async function stop(folder: Folder): Promise<void> {
  const pid = await supervisor(folder);
  if (pid === undefined) return;
  recordPowerOff(folder, "stopped");
  const isOff = async (): Promise<boolean> => !(await isRunning(folder));
  // The supervisor passes it on to nspawn, nspawn as the request for a clean poweroff to systemd.
  process.kill(pid, "SIGTERM");
  if (!(await within(stopSeconds, isOff))) {
    process.kill(-pid, "SIGKILL");
    if (!(await within(10, isOff))) throw new Error(`${folder} does not stop\n${await lastLines(folder)}`);
  }
  await removeGroups(folder);
}

/** Ends a host and everything on it at once, for a tree that nobody needs: a clean poweroff takes a second of processor time. */
export async function kill(folder: Folder): Promise<void> {
  if (!(await isRunning(folder))) return;
  const groups = groupsOf(folder).filter((group) => existsSync(join(group, "cgroup.kill")));
  // Older kernels end no group as a whole.
  if (groups.length === 0) return stop(folder);
  recordPowerOff(folder, "killed");
  await Promise.all(groups.map((group) => writeFile(join(group, "cgroup.kill"), "1")));
  const isEmpty = async (): Promise<boolean> => {
    const events = await Promise.all(groups.map((group) => readFile(join(group, "cgroup.events"), "utf8")));
    return events.every((event) => event.includes("populated 0"));
  };
  if (!(await within(stopSeconds, isEmpty))) throw new Error(`${folder} does not end\n${await lastLines(folder)}`);
  await removeGroups(folder);
}

async function removeGroups(folder: Folder): Promise<void> {
  await shell({ nothrow: true })`find ${groupsOf(folder)} -depth -type d -delete 2>/dev/null`;
}

function groupsOf(folder: Folder): string[] {
  return controlGroups.map((hierarchy) => join(hierarchy, machineName(folder)));
}

export async function isRunning(folder: Folder): Promise<boolean> {
  return (await supervisor(folder)) !== undefined;
}

/** Processor seconds of everything on a host since it was booted; undefined where the kernel does not count them. */
export function processorSeconds(folder: Folder): number | undefined {
  const files = groupsOf(folder)
    .map((group) => join(group, "cpu.stat"))
    .filter(existsSync);
  const usage = files.flatMap((file) => /^usage_usec (\d+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? []);
  return usage[0] === undefined ? undefined : Number(usage[0]) / 1e6;
}

/** The end of a host's console, for an error message. */
export async function lastLines(folder: Folder): Promise<string> {
  const log = await readFile(join(folder, "boot.log"), "utf8").catch(() => "");
  return `the last lines of its console:\n${log.trimEnd().split("\n").slice(-15).join("\n")}`;
}

/** The process that keeps the host up, if it lives; a process id that now belongs to something else does not count. */
async function supervisor(folder: Folder): Promise<number | undefined> {
  const file = join(folder, "pid");
  if (!existsSync(file)) return undefined;
  const pid = Number(await readFile(file, "utf8"));
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command.includes(`\0${supervisorArguments(folder).join("\0")}\0`) ? pid : undefined;
}

function supervisorArguments(folder: Folder): string[] {
  return ["evenkeel-lab", machineName(folder), join(folder, "root")];
}

/** What nspawn and the control groups call it: hosts of one name in two caches do not meet. */
function machineName(folder: Folder): string {
  return `evenkeel-${basename(folder)}-${sha256Of(folder, 6)}`;
}
