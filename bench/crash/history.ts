import type { Shell } from "zx/core";
import { gitIn } from "../../lab/git.ts";
import type { Inside } from "../../lab/inside.ts";
import type { LabServer } from "../../lab/server.ts";
import { hostsFolder } from "../../runner/store/sessions.ts";

const remote = "/home/git/results.git";

/** From now on the results remote writes down every move of its branches. */
export async function recordMoves(server: LabServer): Promise<void> {
  await server.root(`runuser -u git -- git --git-dir=${remote} config core.logAllRefUpdates always`);
}

/** Why the history of the results branch is not append-only; empty where it is. */
export async function rewritten(inside: Inside): Promise<string[]> {
  const git = gitIn(inside.pathOnDisk(remote));
  return [...(await changedFiles(git)), ...(await forcedMoves(git))];
}

/** The README may be the owner's; results are added, never changed, but for the states of hosts. */
async function changedFiles(git: Shell): Promise<string[]> {
  const log = await git`git -c safe.directory=* log --diff-filter=a --name-status --format= main -- . ${`:(exclude)${hostsFolder}`}`;
  return log.stdout.split("\n").filter(Boolean);
}

async function forcedMoves(git: Shell): Promise<string[]> {
  const tips = (await git`git -c safe.directory=* reflog show --format=%H main`).stdout.trim().split("\n").reverse();
  const forced: string[] = [];
  for (const [at, tip] of tips.entries()) {
    const before = tips[at - 1];
    if (before === undefined) continue;
    const isForward = await git({ nothrow: true })`git -c safe.directory=* merge-base --is-ancestor ${before} ${tip}`;
    if (isForward.exitCode !== 0) forced.push(`${before} became ${tip}`);
  }
  return forced;
}
