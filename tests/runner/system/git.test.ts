import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { git, GitFailure, remoteProblem, tryGit, type Clone } from "../../../runner/system/git.ts";
import { accountOf } from "../../../runner/system/account.ts";

async function here(): Promise<Clone> {
  return { root: tmpdir(), account: await accountOf(userInfo().username) };
}

test("a remote that accepts and never answers is given up on in time, and told", async () => {
  const server = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const disconnected = once(server, "connection").then(async ([socket]) => once(socket, "close"));
  const url = `git://127.0.0.1:${address.port}/x`;
  const result = await tryGit(await here(), ["ls-remote", url], { timeoutSeconds: 1 });
  expect(result).toMatchObject({ ok: false, timedOut: true });
  expect(remoteProblem(result, url).reason).toMatch(/did not answer in time/);
  // Nothing of it is left behind: its connection is gone.
  await disconnected;
  server.close();
});

test("what git says comes with its failure", async () => {
  await expect(git(await here(), ["rev-parse", "--git-dir"])).rejects.toThrow(GitFailure);
  await expect(git(await here(), ["rev-parse", "--git-dir"])).rejects.toThrow(/not a git repository/);
});

test("git does not read what an account's shell reads at its start", async () => {
  const home = await mkdtemp(join(tmpdir(), "evenkeel-home-"));
  await writeFile(join(home, ".bashrc"), "echo noise\n");
  const clone = await here();
  const output = await git({ ...clone, account: { ...clone.account, home } }, ["--version"]);
  expect(output).toMatch(/^git version/);
  await rm(home, { recursive: true });
});
