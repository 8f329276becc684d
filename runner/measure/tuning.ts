import { constants } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readCpuList, writeCpuList } from "../system/cpu-list.ts";
import type { Roots } from "../system/machine.ts";
import { readTuningJournal, removeTuningJournal, writeTuningJournal, type Change } from "../system/tuning-journal.ts";
import type { Setting, TuningPlan } from "../system/tuning-plan.ts";
import type { Units } from "../system/units.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { naming } from "../store/disk-full.ts";

/** Access to the machine to tune. Tests replace it with a folder. */
export interface Workbench {
  roots: Roots;
  /** undefined without systemd. */
  units: Units | undefined;
  /** File of the tuning journal. */
  journal: string;
  bootId: string;
  /** Writes a file of the kernel. */
  write: (path: string, content: string) => Promise<void>;
}

/** Units that are stopped while measuring, because they start at arbitrary times, step the clock or move interrupts back. */
const disturbers = [
  ...[
    "apt-daily",
    "apt-daily-upgrade",
    "dpkg-db-backup",
    "e2scrub_all",
    "fstrim",
    "fwupd-refresh",
    "logrotate",
    "man-db",
    "motd-news",
    "plocate-updatedb",
    "sysstat-collect",
    "systemd-tmpfiles-clean",
    "update-notifier-download",
  ].map((name) => `${name}.timer`),
  ...["chrony", "chronyd", "irqbalance", "ntp", "ntpd", "ntpsec", "systemd-timesyncd"].map((name) => `${name}.service`),
];

/**
 * Changes the machine as planned. Every change is written to the journal first, so that `restore` works even after a kill. Returns the number of
 * interrupts that cannot be moved.
 * @throws InfrastructureError with the setting that does not take effect. UserError if the disk is full.
 */
export async function tune(plan: TuningPlan, bench: Workbench): Promise<{ unmovable: number }> {
  const stopped = (await bench.units?.active(disturbers)) ?? [];
  const changes: Change[] = stopped.map((unit) => ({ kind: "unit", unit }));
  for (const setting of plan.settings) {
    const was = await currentValue(setting, bench);
    if (was === undefined) continue;
    changes.push(setting.kind === "slice" ? { kind: "slice", slice: setting.slice, was } : { kind: setting.kind, path: setting.path, was });
  }
  const { effect, skipped } = plan;
  const head = { bootId: bench.bootId, pid: process.pid, effect, skipped, cpus: writeCpuList(plan.cpus) };
  await naming(bench.journal, () => writeTuningJournal(bench.journal, { ...head, changes }));

  if (stopped.length > 0) await bench.units?.stop(stopped);
  let unmovable = 0;
  for (const setting of plan.settings) if (!(await takesEffect(setting, bench))) unmovable++;
  return { unmovable };
}

/**
 * Undoes the changes in a journal of this boot, in reverse order; deletes a journal of another boot. Idempotent.
 * @throws InfrastructureError with the settings that cannot be restored. The journal stays, and the next call retries.
 */
export async function restore(bench: Workbench, log: (line: string) => void): Promise<void> {
  const journal = await readTuningJournal(bench.journal);
  if (journal === "damaged") log(`${bench.journal} cannot be read: what was tuned stays so until this host is started again`);
  if (journal === undefined) return;
  if (journal === "damaged" || journal.bootId !== bench.bootId) return removeTuningJournal(bench.journal);
  const problems: string[] = [];
  for (const change of [...journal.changes].reverse()) {
    if (change.kind === "unit") continue;
    try {
      await putBack(change, journal.cpus, bench);
    } catch (error) {
      problems.push(explain(error));
    }
  }
  await startAgain(
    journal.changes.flatMap((change) => (change.kind === "unit" ? [change.unit] : [])),
    bench,
    log,
  );
  if (problems.length === 0) return removeTuningJournal(bench.journal);
  throw new InfrastructureError(`tuning cannot be put back: ${problems.join("; ")}; restart this host if that does not help`);
}

/** Applies a setting and reads it back. Returns false if an interrupt cannot be moved. */
async function takesEffect(setting: Setting, bench: Workbench): Promise<boolean> {
  const value = await wantedValue(setting, bench);
  const before = await currentValue(setting, bench);
  if (before !== undefined && isSame(setting, before, value)) return true;
  let refused = "";
  try {
    await set(setting, value, bench);
  } catch (error) {
    refused = ` (${explain(error)})`;
  }
  const is = await currentValue(setting, bench);
  if (is !== undefined && isSame(setting, is, value)) return true;
  if (setting.kind === "interrupt") return false;
  throw new InfrastructureError(
    `tuning "${setting.effect}" does not take effect: ${nameOf(setting)} is ${is?.trim() ?? "missing"}, set to ${value}${refused}`,
  );
}

/** Starts the units that were stopped. A failure is only logged, since a stopped unit does not disturb measurements. */
async function startAgain(units: readonly string[], bench: Workbench, log: (line: string) => void): Promise<void> {
  if (units.length === 0) return;
  const reasons = (await bench.units?.start(units)) ?? [];
  for (const [unit, reason] of reasons) log(`${unit} was stopped and does not start: ${reason}`);
}

async function putBack(change: Exclude<Change, { kind: "unit" }>, allCpus: string, bench: Workbench): Promise<void> {
  const is = await currentValue(change, bench);
  // A missing file was removed with its device.
  if (is === undefined || is === change.was) return;
  if (change.kind === "slice") {
    // Some versions of systemd do not update the kernel when the list becomes empty.
    if (change.was === "") await bench.units?.allowCpus(change.slice, allCpus);
    await bench.units?.allowCpus(change.slice, change.was);
    return;
  }
  try {
    await bench.write(pathOf(change.path, bench.roots), change.was);
  } catch (error) {
    if (change.kind !== "interrupt") throw new Error(`${change.path}: ${explain(error)}`, { cause: error });
    return;
  }
  const now = await currentValue(change, bench);
  if (change.kind === "file" && now?.trim() !== change.was.trim())
    throw new Error(`${change.path} is ${now?.trim() ?? "missing"}, was ${change.was.trim()}`);
}

type SettingLocation = { kind: "file" | "interrupt"; path: string } | { kind: "slice"; slice: string };

/** Returns the present value; undefined if it does not exist. */
async function currentValue(location: SettingLocation, bench: Workbench): Promise<string | undefined> {
  if (location.kind === "slice") return bench.units?.allowedCpus(location.slice);
  return readFile(pathOf(location.path, bench.roots), "utf8").catch(() => undefined);
}

async function wantedValue(setting: Setting, bench: Workbench): Promise<string> {
  if (typeof setting.value === "string") return setting.value;
  return (await readFile(pathOf(setting.value.from, bench.roots), "utf8")).trim();
}

async function set(setting: Setting, value: string, bench: Workbench): Promise<void> {
  if (setting.kind === "slice") await bench.units?.allowCpus(setting.slice, value);
  else await bench.write(pathOf(setting.path, bench.roots), value);
}

function isSame({ kind }: Setting, is: string, value: string): boolean {
  return kind === "slice" ? writeCpuList(readCpuList(is)) === value : is.trim() === value;
}

function nameOf(setting: Setting): string {
  return setting.kind === "slice" ? setting.slice : `/${setting.path}`;
}

/** Returns a path that begins with `sys/` or `proc/`, below the corresponding root. */
function pathOf(path: string, roots: Roots): string {
  return path.startsWith("sys/") ? join(roots.sys, path.slice("sys/".length)) : join(roots.proc, path.slice("proc/".length));
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes a kernel file in place, because it cannot be replaced. Never creates a file. */
export async function writeKernelFile(path: string, content: string): Promise<void> {
  await writeFile(path, content, { flag: constants.O_WRONLY | constants.O_TRUNC });
}
