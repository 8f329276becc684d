import { readFile, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { writeAtomically } from "../system/atomic.ts";
import { asRoot } from "../system/command.ts";
import { checkAttributes } from "./attributes.ts";
import { lineDifferences, unifiedDiff } from "./diff.ts";
import { effectsOf, plannedEffects } from "./planned-effects.ts";
import type { Difference } from "./difference.ts";
import type { ResourceType } from "./resource-type.ts";

const spec = z.strictObject({
  /** `<stack>/<host>`: who may remove the schedule. */
  owner: z.string(),
  enabled: z.boolean(),
  /** Why it is paused. */
  why: z.string().optional(),
  cron: z.string(),
});
type Spec = z.infer<typeof spec>;

/** A line that starts this runner, or the shell script of the server it replaces. */
const startsMeasuring = /^\s*[^#\s].*(\/opt\/evenkeel\/|\bevenkeel run\b|scripts\/cronjob\.sh)/;
const cronService = "cron.service";

/** The one root cron file that starts the runner. Any other line that would start it too is found and put out of use. */
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
  async apply(wanted, { log: say }) {
    for (const { path } of await foreignFiles()) {
      const aside = join(dirname(path), `${basename(path)}.disabled`);
      say(`${path} starts the runner too: moved to ${aside}, which cron ignores`);
      await rename(path, aside);
    }
    await commentOutCrontab(say);
    // cron goes by whole seconds: were it to look between two changes of its folder in one second, it would not see the second.
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

/** Remove the schedule when it is the owner's; its data stays. */
export async function unschedule(owner: string): Promise<string> {
  const present = await readFile(paths.cronFile, "utf8").catch(() => undefined);
  if (present === undefined) return `${paths.cronFile} is not there; nothing to remove`;
  if (!present.startsWith(`${ownerLine(owner)}\n`)) return `${paths.cronFile} belongs to another stack; left as it is`;
  await rm(paths.cronFile);
  return `${paths.cronFile} removed: nothing is measured any more; all data under /srv and the results repository stay as they are`;
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
  // cron reads only names of letters, digits, underscores and hyphens here.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (!/^[\w-]+$/.test(entry.name) || entry.isDirectory() || path === paths.cronFile) continue;
    const line = (await readFile(path, "utf8")).split("\n").find((entry) => startsMeasuring.test(entry));
    if (line !== undefined) found.push({ path, line });
  }
  for (const line of (await readFile("/etc/crontab", "utf8").catch(() => "")).split("\n")) {
    if (startsMeasuring.test(line))
      throw new UserError(`/etc/crontab starts the runner: ${line}`, "remove that line by hand: the file belongs to the distribution");
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
  const mended = lines.map((line) => {
    if (!startsMeasuring.test(line)) return line;
    log(`root's crontab: commented out: ${line}`);
    return `# replaced by ${paths.cronFile}: ${line}`;
  });
  await asRoot({ input: mended.join("\n") })`crontab -u root -`;
}

async function checkService(): Promise<Difference[]> {
  const is = (await asRoot({ nothrow: true })`systemctl is-active ${cronService}`).stdout.trim();
  return is === "active" ? [] : [{ what: `unit ${cronService}`, is: is || "missing", shouldBe: "active" }];
}
