import { commandLine } from "../../config/command-line.ts";
import { stat } from "node:fs/promises";
import { UserError } from "../../config/user-error.ts";
import type { Account } from "../system/account.ts";
import { reasonIn } from "../system/git-answer.ts";
import { as } from "../system/command.ts";
import type { Difference } from "./difference.ts";

/**
 * Completeness of a clone's history. A clone that was made by hand may be shallow, may fetch files on demand, or may replace commits of the remote.
 * Revisions would then be missing without an error.
 */

/** Causes that keep a clone from having the history of its remote. */
export interface Gaps {
  isShallow: boolean;
  /** Promisor remotes of a partial clone, each with its filter. */
  filters: { remote: string; filter: string }[];
  /** Refs of `git replace`. */
  replacements: string[];
  /** Path of a grafts file, which gives commits other parents. */
  grafts: string | undefined;
  /** Path of the file of alternates: repositories whose objects are borrowed. Sandboxes do not see them, and they may be deleted. */
  alternates: string | undefined;
}

/** Git settings of promisor remotes. */
const promises = String.raw`^remote\..*\.(promisor|partialclonefilter)$`;
const settings = ["gc.auto=0", "maintenance.auto=false"].flatMap((setting) => ["-c", setting]);
/** All branches and tags, even if the clone's own refspec was narrowed by hand. */
const refs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];

export async function gapsOf(account: Account, path: string): Promise<Gaps> {
  // One shell, because every run checks every clone.
  const asked = await as(account)({
    nothrow: true,
  })`cd ${path} && git rev-parse --is-shallow-repository --path-format=absolute --git-path info/grafts --git-path objects/info/alternates && git for-each-ref --format=${"%(refname)"} refs/replace && git config --get-regexp ${promises}`;
  const [isShallow, grafts, alternates, ...others] = asked.stdout.split("\n").filter(Boolean);
  return {
    isShallow: isShallow === "true",
    filters: filtersIn(others),
    replacements: others.filter((line) => line.startsWith("refs/replace/")),
    grafts: await ifFilled(grafts),
    alternates: await ifFilled(alternates),
  };
}

/** Returns the path if the file exists and is not empty. */
async function ifFilled(path = ""): Promise<string | undefined> {
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  return size > 0 ? path : undefined;
}

/** Parses lines `remote.<name>.promisor true` and `remote.<name>.partialclonefilter <filter>`. */
function filtersIn(lines: readonly string[]): Gaps["filters"] {
  const filters = new Map<string, string>();
  for (const line of lines) {
    const [, remote, key, value = ""] = /^remote\.(.*)\.(promisor|partialclonefilter)(?: (.*))?$/.exec(line) ?? [];
    if (remote === undefined) continue;
    if (key === "partialclonefilter" && value !== "") filters.set(remote, value);
    else if (!filters.has(remote)) filters.set(remote, "unknown filter");
  }
  return [...filters].map(([remote, filter]) => ({ remote, filter }));
}

/** Returns the differences from a clone with the complete history, one for each kind of gap. */
export function historyDifferences(path: string, { isShallow, filters, replacements, grafts, alternates }: Gaps): Difference[] {
  const hint = "`up` fetches what is missing";
  return [
    ...(isShallow ? [{ what: `${path} history`, is: "shallow", shouldBe: "complete", hint }] : []),
    ...filters.map(({ remote, filter }) => ({
      what: `${path} objects`,
      is: `left out by ${remote}: ${filter}`,
      shouldBe: "complete",
      hint,
    })),
    ...(replacements.length + (grafts === undefined ? 0 : 1) > 0
      ? [
          {
            what: `${path} replaced commits`,
            is: [...replacements, ...(grafts === undefined ? [] : [grafts])].join(", "),
            shouldBe: "none",
            hint: "`up` removes the replacements",
          },
        ]
      : []),
    ...(alternates === undefined
      ? []
      : [{ what: `${path} objects`, is: `borrowed (${alternates})`, shouldBe: "its own", hint: "`up` copies them into the clone" }]),
  ];
}

/**
 * Completes a clone's history from its remote. It can be repeated after a kill: the settings that record a gap are removed last.
 * @throws UserError if the remote cannot be read, or is itself a shallow repository.
 */
export async function completeHistory(
  account: Account,
  { path, url }: { path: string; url: string },
  log: (line: string) => void,
): Promise<void> {
  const { isShallow, filters, replacements, grafts, alternates } = await gapsOf(account, path);
  const git = as(account);
  for (const ref of replacements) {
    log(`${path}: removing ${ref}, which replaces an object of the remote`);
    await git`cd ${path} && git update-ref -d ${ref}`;
  }
  if (grafts !== undefined) {
    log(`${path}: removing ${grafts}, which changes the parents of commits`);
    await git`rm ${grafts}`;
  }
  if (isShallow) {
    log(`${path}: fetching the missing history`);
    await fetchAll(account, { path, url }, ["--unshallow"]);
  }
  if (filters.length > 0) await fetchLeftOut(account, { path, url }, filters, log);
  if (alternates === undefined) return;
  log(`${path}: copying the borrowed objects into the clone`);
  await git`cd ${path} && git ${settings} repack -a -d --quiet && rm ${alternates}`;
}

async function fetchLeftOut(
  account: Account,
  { path, url }: { path: string; url: string },
  filters: Gaps["filters"],
  log: (line: string) => void,
): Promise<void> {
  const git = as(account);
  log(`${path}: fetching the objects that the clone omits`);
  await fetchAll(account, { path, url }, ["--refetch", "--no-filter"]);
  for (const { remote } of filters) {
    for (const key of ["promisor", "partialclonefilter"]) {
      await git({ nothrow: true })`cd ${path} && git config --unset-all ${`remote.${remote}.${key}`}`;
    }
  }
  await git({ nothrow: true })`cd ${path} && git config --unset-all extensions.partialclone`;
}

async function fetchAll(account: Account, { path, url }: { path: string; url: string }, how: readonly string[]): Promise<void> {
  const fetched = await as(account)({
    nothrow: true,
  })`cd ${path} && git ${settings} fetch --quiet --prune --no-recurse-submodules ${how} origin ${refs}`;
  if (fetched.exitCode !== 0) {
    throw new UserError(
      `${path} lacks part of the history of ${url}, and fetching it failed: ${reasonIn({ stderr: fetched.stderr })}`,
      `check that this host may read ${url}, then run \`${commandLine("up")}\` again`,
    );
  }
  if ((await gapsOf(account, path)).isShallow) {
    throw new UserError(`${url} is itself a shallow repository`, "write the URL of a repository with the complete history");
  }
}
