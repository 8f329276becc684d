import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { readRepositoryUrl } from "../../config/repository-url.ts";
import { isUnreached, reasonIn } from "../system/git-answer.ts";
import { git, remoteProblem, tryGit, type Clone } from "../system/git.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { lastLines } from "../system/infrastructure.ts";
import { withLastLine } from "../system/last-line.ts";
import type { Failure } from "../model.ts";
import { inOneLine } from "../text/plain-text.ts";
import { makeTree } from "../system/trees.ts";
import { runSandboxed, stepFailure, type StepContext, type StepResult } from "../system/sandboxed-step.ts";
import { sha256Of } from "../text/sha256.ts";

/** A repository to check out from: a clone of an account. */
export interface Source {
  clone: Clone;
  /** URLs of submodules to fetch with the deploy key. */
  submodules: readonly string[];
  /** Setting that lists these URLs. */
  setting: "target.submodules" | "suite.submodules";
  /** Folder with the mirrors of these submodules, owned by the account. */
  mirrors: string;
  /** True if the checkout is the subject: it fails if its submodules stay missing. */
  isSubject: boolean;
  /** Called with the result of fetching each of them. */
  onMirror?: OnMirror | undefined;
}

/** Callback for a fetched submodule. @param problem reason that it could not be fetched; undefined on success. */
export type OnMirror = (url: string, problem: { reason: string; hint: string } | undefined) => Promise<unknown>;

const fetchSeconds = 1800;

/** Environment of git in the sandbox: no settings of the host and no key. */
const environment = {
  PATH: "/usr/bin:/bin",
  HOME: "/tmp",
  LC_ALL: "C.UTF-8",
  GIT_TERMINAL_PROMPT: "0",
  GIT_SSH_COMMAND: "/bin/false",
  GIT_CONFIG_NOSYSTEM: "1",
};

/**
 * Script of a checkout. Arguments: mirror, revision, base URL of relative submodule URLs, a pair of URL and mirror for each mirrored submodule,
 * `--`, and the paths of the revision's submodules.
 */
const checkOutScript = `
set -e
mirror=$1 revision=$2 origin=$3
shift 3
cat >"$HOME/.gitconfig" <<'end'
[safe]
  directory = *
[core]
  hooksPath = /dev/null
[advice]
  detachedHead = false
[protocol "file"]
  allow = always
end
while [ "$1" != -- ]; do
  git config --global --add "url.$2.insteadOf" "$1"
  shift 2
done
git clone --quiet --shared --no-checkout "$mirror" .
git remote set-url origin "$origin"
git checkout --quiet --detach "$revision"`;

const submodulesScript = `${checkOutScript}
git --literal-pathspecs submodule --quiet update --init --recursive "$@"`;

/**
 * Checks out a revision into a folder of the sandbox's account, with its own `.git` that borrows the clone's objects. Git runs in a sandbox
 * without a key; submodules that need one are mirrored first.
 * @returns a failure if the revision itself cannot be checked out, for instance because a submodule's commit is gone.
 * @throws InfrastructureError if the clone, the disk or the configured remotes failed. It has the stage `checkout` if the repository of a
 * submodule could not be fetched or its server was not reached.
 */
export async function checkOut(source: Source, revision: string, folder: string, context: StepContext): Promise<Failure | undefined> {
  const { clone } = source;
  await makeTree(context.account, folder);
  const known = await tryGit(clone, ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`]);
  if (!known.ok)
    throw new InfrastructureError(withLastLine(`cannot check out ${revision.slice(0, 12)} from ${clone.root}`, known), known.stderr);
  const submodules = await submodulesOf(clone, revision);
  const hasSubmodules = submodules.length > 0;
  const { mirrored, missing } = hasSubmodules ? await mirrorSubmodules(source) : { mirrored: [], missing: [] };
  const origin = (await tryGit(clone, ["config", "--get", "remote.origin.url"])).stdout.trim() || clone.root;
  const what = `checking out ${revision.slice(0, 12)}`;
  const sandbox = {
    readOnly: [clone.root, ...mirrored.map(({ mirror }) => mirror)],
    mounts: [{ from: folder, at: folder, writable: true }],
    cwd: folder,
    network: hasSubmodules,
    environment,
  };
  const args = [clone.root, revision, origin, ...mirrored.flatMap(({ url, mirror }) => [url, mirror]), "--", ...submodules];
  const result = await runSandboxed(
    what,
    sandbox,
    ["/bin/sh", "-c", hasSubmodules ? submodulesScript : checkOutScript, "sh", ...args],
    context,
  );
  const failure = checkoutFailure(what, result);
  if (!failure) return undefined;
  const own = source.isSubject ? ({ stage: "checkout" } as const) : {};
  if (missing.length > 0) {
    const reasons = missing.map(({ url, reason }) => `could not fetch the submodule ${url}: ${reason}`);
    throw new InfrastructureError(`${failure.message}; ${reasons.join("; ")}`, lastLines(result), own);
  }
  const keyless = submoduleWithoutKey(result, source);
  if (keyless !== undefined)
    return { ...failure, message: `${what} failed: the submodule ${keyless} needs an SSH key; add its URL to ${source.setting}` };
  if (hasSubmodules && isUnreached(result)) throw new InfrastructureError(failure.message, lastLines(result), own);
  if (!(await isOwnFault(clone, hasSubmodules))) throw new InfrastructureError(failure.message, lastLines(result));
  return failure;
}

/** Returns the URL of a submodule that git failed to clone over SSH, because the sandbox has no key; undefined if its setting lists it. */
function submoduleWithoutKey({ stderr }: StepResult, { submodules }: Source): string | undefined {
  const [, url = ""] = /^fatal: clone of '([^'\n]+)' into submodule path '/m.exec(stderr) ?? [];
  const read = readRepositoryUrl(url);
  return "transport" in read && read.transport === "ssh" && !submodules.includes(url) ? url : undefined;
}

/** Returns the failure of a checkout with git's reason, since git's last line about a submodule is not the reason. */
function checkoutFailure(what: string, result: StepResult): Failure | undefined {
  const failure = stepFailure("checkout", what, result);
  if (!failure || result.killed !== undefined || result.stderr === "") return failure;
  return { ...failure, message: `${what} failed: ${reasonIn(result)}` };
}

/**
 * Returns the paths of a revision's submodules, which have both a link in its tree and a section in `.gitmodules`. A section without a link
 * belongs to a removed submodule; a link without a section has no URL to fetch.
 */
async function submodulesOf(clone: Clone, revision: string): Promise<string[]> {
  const entries = (await git(clone, ["ls-tree", "-r", "-z", revision])).split("\0");
  const links = entries.filter((entry) => entry.startsWith("160000 ")).map((entry) => entry.slice(entry.indexOf("\t") + 1));
  const sections = `${revision}:.gitmodules`;
  if (links.length === 0 || !(await tryGit(clone, ["cat-file", "-e", sections])).ok) return [];
  const named = await tryGit(clone, ["config", "--blob", sections, "--null", "--get-regexp", "^submodule\\..*\\.path$"]);
  // Without an error text, no such key exists. Otherwise the file is malformed, and git reports that when it reads it.
  if (!named.ok && named.stderr !== "") return links;
  const paths = new Set(named.stdout.split("\0").map((pair) => pair.slice(pair.indexOf("\n") + 1)));
  return links.filter((path) => paths.has(path));
}

/** Returns true if a failed checkout is the revision's own failure. Without submodules it needs only the clone; with them, the remote must answer too. */
async function isOwnFault(clone: Clone, hasSubmodules: boolean): Promise<boolean> {
  return hasSubmodules && (await tryGit(clone, ["ls-remote", "--quiet", "origin", "HEAD"], { timeoutSeconds: 60 })).ok;
}

interface Mirrors {
  mirrored: { url: string; mirror: string }[];
  /** Submodules that could not be fetched now. An existing mirror is used unchanged. */
  missing: { url: string; reason: string }[];
}

/** Updates the mirrors of the configured submodules, as the account that owns the key. A revision may need none of them. */
async function mirrorSubmodules({ clone, submodules, mirrors, onMirror }: Source): Promise<Mirrors> {
  const found: Mirrors = { mirrored: [], missing: [] };
  for (const url of submodules) {
    const mirror = join(mirrors, `${sha256Of(url, 16)}.git`);
    const isThere = existsSync(join(mirror, "HEAD"));
    const options = { timeoutSeconds: fetchSeconds };
    const fetched = isThere
      ? await tryGit({ ...clone, root: mirror }, ["fetch", "--quiet", "--prune", "origin", "+refs/*:refs/*"], options)
      : await tryGit({ ...clone, root: mirrors }, ["clone", "--quiet", "--mirror", "--", url, mirror], options);
    const problem = fetched.ok ? undefined : remoteProblem(fetched, url);
    if (problem) found.missing.push({ url, reason: problem.reason });
    if (fetched.ok || isThere) found.mirrored.push({ url, mirror });
    await onMirror?.(url, problem);
  }
  return found;
}

/** Most files and links of a suite: more than any has. */
const mostFiles = 50_000;
const mostLinks = 200;

/**
 * Returns the reason that a revision cannot be a suite; undefined if it can. Files behind links that lead out of it belong neither to the
 * revision nor to a fingerprint.
 */
export async function unfitTree(clone: Clone, revision: string): Promise<Failure | undefined> {
  const entries = (await git(clone, ["ls-tree", "-r", "-z", revision])).split("\0").filter(Boolean);
  if (entries.length > mostFiles) return unfit(`more than ${mostFiles} files`);
  const links = entries.filter((entry) => entry.startsWith("120000 "));
  if (links.length > mostLinks) return unfit(`more than ${mostLinks} links`);
  const leaving: string[] = [];
  for (const link of links) {
    const [facts = "", path = ""] = link.split("\t");
    const target = (await git(clone, ["cat-file", "blob", facts.split(" ")[2] ?? ""])).replaceAll("\0", "");
    if (leavesTree(path, target)) leaving.push(inOneLine(`${path} -> ${target}`).slice(0, 300));
  }
  return leaving.length === 0 ? undefined : unfit(`links that lead out of it: ${leaving.slice(0, 5).join(", ")}`);
}

function unfit(what: string): Failure {
  return { stage: "checkout", message: `the suite has ${what}`, output: "" };
}

/** Returns true if a link leads out of its tree. @param path path of the link from the tree's root. */
function leavesTree(path: string, target: string): boolean {
  if (target.startsWith("/")) return true;
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  return end === ".." || end.startsWith("../");
}
