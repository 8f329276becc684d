import * as z from "zod";
import { basename } from "node:path";
import { commandLine } from "../../config/command-line.ts";
import { keyPageOf } from "../../config/key-page.ts";
import { findAccount, type Account } from "../system/account.ts";
import { asRoot } from "../system/command.ts";
import { accountToAsk } from "../system/isolated-python.ts";
import { lockHolder } from "../system/lock.ts";
import { tryGit } from "../system/git.ts";
import { specOf, type Given } from "./given.ts";
import { clonesSpec } from "./clones.ts";
import { fingerprintOfKey, githubSpec, publicKeyOf } from "./github.ts";
import { hashOf, readMarker } from "./resource-type.ts";
import { isKnown, missingRefs, noRevision, refsIn, type Wanted } from "./remote-refs.ts";
import { askRemote, hasCommit, remoteSchema, type RemoteAnswer } from "./remotes.ts";

export const keyAnswerSchema = z.object({
  publicKey: z.string(),
  /** Repositories that refuse the key. `opens` is true if they allow reading and refuse the writing that is needed. */
  refused: z.array(z.object({ ...remoteSchema.shape, opens: z.boolean(), problem: z.string() })),
});

/** Answers of the repositories to this host. */
export interface RemotesHere {
  obstacles: string[];
  notes: string[];
  /** Settings of repositories that were not contacted. */
  unasked: string[];
  key?: z.infer<typeof keyAnswerSchema>;
}

type RefsFound = Pick<RemotesHere, "obstacles" | "notes">;
/** A wanted repository. `path` is the present or future folder of its clone. */
type Repository = Wanted & { path: string };

type Github = z.infer<typeof githubSpec>;

/**
 * Checks that every repository has the configured branches and revisions, and that it accepts the deploy key, if there is one.
 * During a measurement it contacts them only if their configuration changed.
 */
export async function remotesHere(resources: readonly Given[]): Promise<RemotesHere> {
  const github = specOf(resources, "github", githubSpec);
  const wanted = specOf(resources, "clones", clonesSpec);
  if (!github || !wanted) return { obstacles: [], notes: [], unasked: [] };
  const repositories = wanted.clones.map((clone): Repository => ({ ...clone, setting: basename(clone.path) }));
  const isGithubApplied = await isApplied("github", github);
  if ((await lockHolder()) && isGithubApplied && (await isApplied("clones", wanted)))
    return { obstacles: [], notes: ["repositories: not checked while the host measures"], unasked: [] };

  const account = await findAccount(github.account);
  const publicKey = account && (await publicKeyOf(account));
  const hasGit = (await asRoot({ nothrow: true })`command -v git`).exitCode === 0;
  const asking = account ?? (await accountToAsk());
  const byKey = hasGit && publicKey !== undefined ? github.remotes : [];
  const byAnybody = hasGit
    ? repositories.filter(({ url }) => url.startsWith("https://")).map(({ url }) => ({ url, isWritten: false }))
    : [];
  const answers = asking ? await Promise.all([...byKey, ...byAnybody].map((remote) => askRemote(asking, remote))) : [];
  const definite = answers.filter((answer) => isDefinite(answer, isGithubApplied));

  const refs = asking ? await Promise.all(repositories.map((one) => refsFound(one, answers, asking))) : [];
  const unclear = answers
    .filter((one) => one.problem !== undefined && !definite.includes(one))
    .map(({ problem }) => `repository not reachable: ${problem}`);
  return {
    obstacles: [
      ...(await keyObstacle(account, github)),
      ...definite.map((answer) => refusalText(answer, publicKey)),
      ...refs.flatMap((one) => one.obstacles),
    ],
    notes: [...unclear, ...refs.flatMap((one) => one.notes)],
    unasked: repositories.filter(({ url }) => !answers.some((answer) => answer.url === url)).map(({ setting }) => setting),
    ...(publicKey !== undefined && { key: { publicKey, refused: definite.filter(({ url }) => isByKey(url, github)).map(keyAnswer) } }),
  };
}

async function isApplied(name: string, spec: unknown): Promise<boolean> {
  const marker = await readMarker(name);
  return marker !== undefined && hashOf(marker.spec) === hashOf(spec);
}

/** Returns true if a refusal is definite. Host keys that are not applied yet may resolve one. */
function isDefinite({ problem, isRefused }: RemoteAnswer, isGithubApplied: boolean): boolean {
  return problem !== undefined && isRefused && (isGithubApplied || !/host key/i.test(problem));
}

function isByKey(url: string, { remotes }: Github): boolean {
  return remotes.some((remote) => remote.url === url);
}

function keyAnswer({ url, isWritten, listed, problem }: RemoteAnswer) {
  return { url, isWritten, opens: listed !== undefined, problem: problem ?? "" };
}

/** Returns an obstacle if the host's deploy key is not the declared one. */
async function keyObstacle(account: Account | undefined, { keyFingerprint }: Github): Promise<string[]> {
  const is = account && keyFingerprint !== undefined ? await fingerprintOfKey(account) : undefined;
  if (is === undefined || is === keyFingerprint) return [];
  const fix = `install the declared key with \`${commandLine("key put CONFIG.yaml HOST")} < file\`, or remove git.keyFingerprint`;
  return [`deploy key: ${is} on the host, ${keyFingerprint} declared: ${fix}`];
}

function refusalText({ url, isWritten, listed, problem }: RemoteAnswer, publicKey: string | undefined): string {
  if (url.startsWith("https://")) return `${problem}: correct the URL, or write one for ssh and give the deploy key access`;
  const may = listed === undefined ? "does not open" : "can read but not write";
  const how = isWritten ? " with write access" : "";
  return `the deploy key ${may} ${problem}: add it as a deploy key${how} at ${keyPageOf(url)}: ${publicKey ?? ""}`;
}

/** Finds the configured branches and revisions that a repository lacks. */
async function refsFound(wanted: Repository, answers: readonly RemoteAnswer[], account: Account): Promise<RefsFound> {
  const { url, since, path } = wanted;
  const listed = answers.find((answer) => answer.url === url)?.listed;
  if (listed === undefined) return { obstacles: [], notes: [] };
  const refs = refsIn(listed);
  const obstacles = missingRefs(wanted, refs);
  if (since === undefined || isKnown(since, refs) !== undefined) return { obstacles, notes: [] };
  const commit = await missingCommit({ url, since }, path, account);
  return { obstacles: [...obstacles, ...commit.obstacles], notes: commit.notes };
}

/** Looks for a commit without a branch or tag in the clone, then in the repository. */
async function missingCommit({ url, since }: { url: string; since: string }, path: string, account: Account): Promise<RefsFound> {
  const isHere = (await tryGit({ root: path, account }, ["cat-file", "-e", `${since}^{commit}`])).ok;
  if (isHere) return { obstacles: [], notes: [] };
  const has = /^[0-9a-f]{40}$/.test(since) ? await hasCommit(account, url, since) : undefined;
  if (has === true) return { obstacles: [], notes: [] };
  if (has === false) return { obstacles: [noRevision({ url, since })], notes: [] };
  return { obstacles: [], notes: [`target.since: not checked: ${url} shows only after a fetch if it has ${since}`] };
}
