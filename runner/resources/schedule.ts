import { readFile, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { writeAtomically } from "../system/atomic.ts";
import { asRoot, runAsRoot } from "../system/command.ts";
import { checkAttributes } from "./attributes.ts";
import { lineDifferences, unifiedDiff } from "./diff.ts";
import { effectsOf, plannedEffects } from "./planned-effects.ts";
import type { Difference } from "./difference.ts";
import type { ResourceType } from "./resource-type.ts";

const spec = z.strictObject({
  /** `<stack>/<host>` that may remove the schedule. */
  owner: z.string(),
  enabled: z.boolean(),
  /** Reason for the pause. */
  why: z.string().optional(),
  cron: z.string(),
});
type Spec = z.infer<typeof spec>;

/** Lines that start this runner, or the shell script of the server that it replaces. */
const startsMeasuring = /^\s*[^#\s].*(\/opt\/evenkeel\/|\bevenkeel run\b|scripts\/cronjob\.sh)/;
const cronService = "cron.service";

/** The only cron file of root that starts the runner. Other lines that start it are found and disabled. */
export const schedule: ResourceType<Spec> = {
  spec,
  async check(wanted) {
    return [
      ...(await checkCronFile(wanted)),
      ...(await foreignFiles()).map(({ path, line }) => ({ what: path, is: line, shouldBe: "no second schedule" })),
      ...(await crontabLines()).map((line) => ({ what: "root's crontab", is: line, shouldBe: "no second schedule" })),
      ...(await checkService()),
    ];
  },
  async apply(wanted, { log }) {
    for (const { path } of await foreignFiles()) {
      const aside = join(dirname(path), `${basename(path)}.disabled`);
      log(`${path} also starts the runner: moved to ${aside}, which cron ignores`);
      await rename(path, aside);
    }
    await commentOutCrontab(log);
    // cron compares times in whole seconds. It would miss the second of two changes of its folder within one second.
    await writeAtomically(paths.cronFile, cronText(wanted), { mode: 0o644, temporaryIn: dirname(paths.configuration) });
    await asRoot`systemctl --quiet enable --now ${cronService} 2>&1`;
  },
  async plan(wanted, { differences }) {
    const diff = await unifiedDiff(paths.cronFile, cronText(wanted));
    return plannedEffects({
      effects: effectsOf(differences).map((effect) => (effect.what === paths.cronFile && diff !== "" ? { ...effect, diff } : effect)),
    });
  },
};

/** Removes the schedule if it belongs to the owner; all data stays. Returns a message. */
export async function unschedule(owner: string): Promise<string> {
  const present = await readFile(paths.cronFile, "utf8").catch(() => undefined);
  if (present === undefined) return `${paths.cronFile} does not exist; nothing to remove`;
  if (!present.startsWith(`${ownerLine(owner)}\n`)) return `${paths.cronFile} belongs to another stack; not removed`;
  await rm(paths.cronFile);
  return `removed ${paths.cronFile}: the host no longer measures; all data under /srv and the results repository stay`;
}

function ownerLine(owner: string): string {
  return `# evenkeel schedule of ${owner}; written by pulumi up`;
}

function cronText({ owner, enabled, why, cron }: Spec): string {
  const command = `flock -n -E 75 ${paths.lock} ${paths.current}/evenkeel run --cron >>${paths.logFile} 2>&1`;
  return [
    ownerLine(owner),
    "SHELL=/bin/sh",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    enabled
      ? `${cron} root umask 022; mkdir -p -m 0700 ${paths.runtime} && ${command}`
      : `# schedule.enabled is false${why === undefined ? "" : ` (${why})`}: nothing is measured`,
    "",
  ].join("\n");
}

async function checkCronFile(wanted: Spec): Promise<Difference[]> {
  const present = await readFile(paths.cronFile, "utf8").catch(() => undefined);
  if (present === undefined) return [{ what: paths.cronFile, is: "missing", shouldBe: wanted.enabled ? wanted.cron : "paused" }];
  const attributes = await checkAttributes({ path: paths.cronFile, owner: "root", mode: "0644" });
  return [...attributes, ...(await lineDifferences(paths.cronFile, cronText(wanted)))];
}

async function foreignFiles(): Promise<{ path: string; line: string }[]> {
  const folder = dirname(paths.cronFile);
  const found: { path: string; line: string }[] = [];
  // cron reads only files named with letters, digits, underscores and hyphens.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (!/^[\w-]+$/.test(entry.name) || entry.isDirectory() || path === paths.cronFile) continue;
    const line = (await readFile(path, "utf8")).split("\n").find((entry) => startsMeasuring.test(entry));
    if (line !== undefined) found.push({ path, line });
  }
  for (const line of (await readFile("/etc/crontab", "utf8").catch(() => "")).split("\n")) {
    if (startsMeasuring.test(line))
      throw new UserError(`/etc/crontab starts the runner: ${line}`, "remove that line yourself: the file belongs to the distribution");
  }
  return found;
}

async function readCrontab(): Promise<string> {
  return (await asRoot({ nothrow: true })`crontab -u root -l 2>/dev/null`).stdout;
}

async function crontabLines(): Promise<string[]> {
  return (await readCrontab()).split("\n").filter((line) => startsMeasuring.test(line));
}

async function commentOutCrontab(log: (line: string) => void): Promise<void> {
  const text = await readCrontab();
  const lines = text.split("\n");
  if (!lines.some((line) => startsMeasuring.test(line))) return;
  const replaced = lines.map((line) => {
    if (!startsMeasuring.test(line)) return line;
    log(`root's crontab: commented out: ${line}`);
    return `# replaced by ${paths.cronFile}: ${line}`;
  });
  await asRoot({ input: replaced.join("\n") })`crontab -u root -`;
}

async function checkService(): Promise<Difference[]> {
  const is = (await runAsRoot(["systemctl", "is-active", cronService])).stdout.trim();
  return is === "active" ? [] : [{ what: `unit ${cronService}`, is: is || "missing", shouldBe: "active" }];
}
