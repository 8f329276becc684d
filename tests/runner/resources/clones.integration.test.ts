import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clones } from "../../../runner/resources/clones.ts";
import { git, type Clone } from "../../../runner/system/git.ts";
import { commit, Repositories } from "../repositories.ts";

let repositories: Repositories;
let remote: Clone;
let said: string[] = [];

beforeEach(async () => {
  said = [];
  repositories = await Repositories.make();
  remote = await repositories.bare("remote.git");
  await commit(remote, { files: { "a.txt": "a", "runs/old.json": "old" } });
  await git(repositories.at(""), ["init", "--quiet", "clone"]);
  await git(repositories.at(""), ["clone", "--quiet", "remote.git", "made"]);
});
afterEach(() => repositories.remove());

function declared(
  branch: string,
  { url = remote.root, isWritten = false, since }: { url?: string; isWritten?: boolean; since?: string } = {},
) {
  const clone = { path: repositories.at("made").root, url, branch, isWritten, ...(since !== undefined && { since }) };
  return { account: repositories.account.name, clones: [clone] };
}

const context = { observed: {}, log: (line: string) => void said.push(line) };

async function bring(wanted: ReturnType<typeof declared>): Promise<void> {
  await clones.apply(wanted, context);
  expect(await clones.check(wanted, context)).toEqual([]);
}

describe("a clone that others write", () => {
  test("follows a branch that was renamed on the remote since it was fetched", async () => {
    await bring(declared("main"));
    await git(remote, ["branch", "--move", "main", "next"]);
    await bring(declared("next"));
    expect(await git(repositories.at("made"), ["rev-parse", "HEAD"])).toBe(await git(remote, ["rev-parse", "next"]));
  });

  test("follows a branch whose name begins with that of one that is gone", async () => {
    await bring(declared("main"));
    await git(remote, ["branch", "--move", "main", "aside"]);
    await git(remote, ["branch", "--move", "aside", "main/next"]);
    await bring(declared("main/next"));
    expect((await git(repositories.at("made"), ["symbolic-ref", "HEAD"])).trim()).toBe("refs/heads/main/next");
  });

  test("names the branches that the remote has now, where the declared one is none of them", async () => {
    await bring(declared("main"));
    await git(remote, ["branch", "--move", "main", "next"]);
    await expect(bring(declared("other"))).rejects.toMatchObject({
      message: expect.stringContaining("has no branch other"),
      hint: "set it to one of its branches: next; then run `npm run up`",
    });
  });

  test("can be read by the account of builds, whatever umask it was cloned with", async () => {
    await bring(declared("main"));
    await chmod(join(repositories.at("made").root, ".git/objects"), 0o700);
    expect(await clones.check(declared("main"), context)).toMatchObject([
      { what: expect.stringMatching(/\.git\/objects mode$/), is: "0700" },
    ]);
    await bring(declared("main"));
    expect(await clones.check(declared("main"), context)).toEqual([]);
  });

  test("has the revision that measuring begins with, also one tagged since it was fetched, or is an error", async () => {
    await git(remote, ["tag", "v1"]);
    await bring(declared("main", { since: "v1" }));
    await expect(bring(declared("main", { since: "v99.0" }))).rejects.toMatchObject({
      message: expect.stringMatching(/^target\.since: there is no revision v99\.0/),
    });
  });

  test("stays with the old remote until the new one answers", async () => {
    await bring(declared("main"));
    const away = declared("main", { url: `${repositories.folder}/away.git` });
    await expect(bring(away)).rejects.toThrow(/git fetch .*away\.git failed/);
    expect((await git(repositories.at("made"), ["remote", "get-url", "origin"])).trim()).toBe(remote.root);
    await git(repositories.at(""), ["clone", "--quiet", "--bare", "remote.git", "away.git"]);
    await bring(away);
  });
});

describe("a clone that this host writes", () => {
  test("keeps its results on another branch, where they wait to be published", async () => {
    await bring(declared("main", { isWritten: true }));
    await writeFile(join(repositories.at("made").root, "runs/a.json"), "a");
    await git(remote, ["branch", "other", await commit(remote, { files: { "README.md": "owner" } })]);
    await bring(declared("other", { isWritten: true }));
    expect(await readdir(join(repositories.at("made").root, "runs"))).toEqual(["a.json", "old.json"]);
    expect(await readFile(join(repositories.at("made").root, "README.md"), "utf8")).toBe("owner");
  });

  test("keeps its published results with another repository, which has none", async () => {
    const other = await repositories.bare("other.git");
    await commit(other, { files: { "README.md": "owner" } });
    await bring(declared("main", { url: other.root, isWritten: true }));
    expect(await readFile(join(repositories.at("made").root, "runs/old.json"), "utf8")).toBe("old");
    expect(await readFile(join(repositories.at("made").root, "README.md"), "utf8")).toBe("owner");
  });

  test("may have a branch that the remote lacks", async () => {
    await bring(declared("main", { isWritten: true }));
    await bring(declared("results", { isWritten: true }));
    expect(said.at(-1)).toMatch(/has no branch results yet: the first publish creates it/);
  });
});
