import { chmod, chown, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { git, type Clone } from "../../../runner/system/git.ts";
import { pushEmptyCommit } from "../../../runner/commands/empty-commit.ts";
import { commit, Repositories } from "../repositories.ts";

const identity = { name: "Bench", email: "bench@example.org" };
const config = { git: identity, target: { branch: "main", allowEmptyCommits: true } };
let repositories: Repositories;
let remote: Clone;
let target: Clone;

beforeEach(async () => {
  repositories = await Repositories.make();
  remote = await repositories.bare("target.git");
  target = await repositories.clone("target.git", "target");
  await commit(remote, { files: { a: "a" } });
});
afterEach(() => repositories.remove());

test("an empty commit is pushed to the branch", async () => {
  const id = await pushEmptyCommit({ config, target });
  expect((await git(remote, ["log", "--format=%H %T"])).split("\n")[0]).toBe(
    `${id} ${(await git(remote, ["rev-parse", "main~1^{tree}"])).trim()}`,
  );
});

test("a refused empty commit is an error with the server's reason", async () => {
  const hook = join(remote.root, "hooks/pre-receive");
  await writeFile(hook, "#!/bin/sh\nprintf '\\nrequest id: 12\\nerror: only reviewers push here\\n' >&2\nexit 1\n");
  await chmod(hook, 0o755);
  await chown(hook, remote.account.uid, remote.account.gid);
  await expect(pushEmptyCommit({ config, target })).rejects.toMatchObject({
    message: expect.stringMatching(/refused the push: only reviewers push here; \[remote rejected\] \(pre-receive hook declined\)$/),
    hint: expect.stringContaining("what the deploy key may do"),
  });
});
