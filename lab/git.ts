import { shell } from "./shell.ts";
import type { Shell } from "zx/core";

/** git in a folder, deaf to this machine's and this user's configuration, by an author of its own: the same input gives the same commit ids. */
export function gitIn(folder: string, environment: Record<string, string> = {}): Shell {
  const author = { NAME: "Evenkeel lab", EMAIL: "lab@evenkeel.invalid" };
  const identity = {
    GIT_AUTHOR_NAME: author.NAME,
    GIT_AUTHOR_EMAIL: author.EMAIL,
    GIT_COMMITTER_NAME: author.NAME,
    GIT_COMMITTER_EMAIL: author.EMAIL,
  };
  const isolation = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };
  return shell({ cwd: folder, env: { ...process.env, ...isolation, ...identity, ...environment } });
}

/** Commit everything there is in a folder, at a fixed date (seconds since 1970). Returns the commit's id. */
export async function commitAll(folder: string, title: string, date: number): Promise<string> {
  const when = `${date} +0000`;
  const git = gitIn(folder, { GIT_AUTHOR_DATE: when, GIT_COMMITTER_DATE: when });
  await git`git add --all --force && git commit --quiet --allow-empty --message ${title}`;
  return (await git`git rev-parse HEAD`).stdout.trim();
}
