import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../config/schema.ts";
import { missingRefs, refsIn, type Wanted } from "../../runner/resources/remote-refs.ts";

const limitMilliseconds = 20_000;

/**
 * Checks branches and revisions from this machine, for a host that cannot access the repositories yet. A repository that this machine cannot
 * read is not an obstacle, as the host may be able to read it.
 * @param unasked settings of the repositories to check: `target`.
 */
export async function refsFromHere(config: Config, unasked: readonly string[]): Promise<{ obstacles: string[]; notes: string[] }> {
  const wanted = repositoriesOf(config).filter(({ setting }) => unasked.includes(setting));
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-"));
  try {
    const knownHosts = join(folder, "known_hosts");
    await writeFile(knownHosts, `${config.git.knownHosts.join("\n")}\n`);
    const answers = await Promise.all(wanted.map(async (one) => ({ one, listed: await list(one.url, knownHosts) })));
    return {
      obstacles: answers.flatMap(({ one, listed }) => (listed === undefined ? [] : missingRefs(one, refsIn(listed)))),
      notes: answers.flatMap(({ one, listed }) =>
        listed === undefined
          ? [`${one.setting}.repository: ${one.url} cannot be read from this machine; the host checks its branches later`]
          : [],
      ),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns the repositories of a configuration, with their groups of settings. */
export function repositoriesOf({ target, suite, results }: Config): Wanted[] {
  return [
    { setting: "target", url: target.repository, branch: target.branch, since: target.since, isWritten: false },
    ...(suite.adapter === "runbench" ? [{ setting: "suite", url: suite.repository, branch: suite.branch, isWritten: false }] : []),
    { setting: "results", url: results.repository, branch: results.branch, isWritten: true },
  ];
}

/** Returns the output of `git ls-remote`, or undefined if the repository cannot be read or git is missing. Uses only the agent's keys. */
function list(url: string, knownHosts: string): Promise<string | undefined> {
  const options = ["BatchMode=yes", "StrictHostKeyChecking=yes", `UserKnownHostsFile=${knownHosts}`, "GlobalKnownHostsFile=none"];
  const ssh = ["ssh -F none", ...[...options, "ConnectTimeout=10", "IdentityFile=none"].map((option) => `-o ${option}`)].join(" ");
  const env = { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "true", GIT_SSH_COMMAND: ssh };
  const args = ["-c", "credential.helper=", "ls-remote", "--heads", "--tags", url];
  return new Promise((resolve) => {
    const how = { cwd: "/", env, timeout: limitMilliseconds, maxBuffer: 1e8, encoding: "utf8" as const };
    execFile("git", args, how, (error, stdout) => resolve(error === null ? stdout : undefined)).stdin?.end();
  });
}
