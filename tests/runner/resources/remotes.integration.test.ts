import { userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { schema } from "../../../config/schema.ts";
import { refsIn } from "../../../runner/resources/remote-refs.ts";
import { askRemote, hasCommit } from "../../../runner/resources/remotes.ts";
import { refsFromHere } from "../../../provision/program/refs-from-here.ts";
import { git, type Clone } from "../../../runner/system/git.ts";
import { config } from "../../provision/program/example.ts";
import { commit, Repositories } from "../repositories.ts";

function withTarget(target: object) {
  const suite = { adapter: "command", benchmarks: [{ name: "a", run: "b" }] };
  return schema.parse({ ...config, target: { ...config.target, ...target }, suite });
}

let repositories: Repositories;
let remote: Clone;
let first: string;

beforeEach(async () => {
  repositories = await Repositories.make();
  remote = await repositories.bare("remote.git");
  first = await commit(remote, { files: { "a.txt": "a" } });
  await git(remote, ["tag", "v1"]);
  await commit(remote, { files: { "a.txt": "b" }, from: first });
});
afterEach(() => repositories.remove());

describe("a repository that is asked", () => {
  test("names its branches and tags, and takes a push that changes nothing", async () => {
    const before = await git(remote, ["for-each-ref"]);
    const answer = await askRemote(repositories.account, { url: remote.root, isWritten: true });
    expect(answer).toMatchObject({ problem: undefined, isRefused: false });
    expect(refsIn(answer.listed ?? "")).toMatchObject({ branches: ["main"], tags: ["v1"] });
    expect(await git(remote, ["for-each-ref"])).toBe(before);
  });

  test("refuses for good where it is none", async () => {
    const answer = await askRemote(repositories.account, { url: join(repositories.folder, "none.git"), isWritten: false });
    expect(answer).toMatchObject({
      listed: undefined,
      isRefused: true,
      problem: expect.stringContaining("does not appear to be a git repository"),
    });
  });

  test("says whether it has a commit that no name stands for", async () => {
    const url = `file://${remote.root}`;
    expect(await hasCommit(repositories.account, url, first)).toBe(true);
    expect(await hasCommit(repositories.account, url, "0123456789".repeat(4))).toBe(false);
  });
});

describe("asked from the admin's machine", () => {
  test("a repository tells the branch and the revision that it does not have", async () => {
    const own = await Repositories.make(userInfo().username);
    try {
      const mine = await own.bare("mine.git");
      await commit(mine, { files: { "a.txt": "a" } });
      const wanted = withTarget({ branch: "master", since: "v9" });
      wanted.target.repository = `file://${mine.root}`;
      expect(await refsFromHere(wanted, ["target"])).toEqual({
        obstacles: [expect.stringContaining("has no branch master"), expect.stringContaining("has no revision v9")],
        notes: [],
      });
      expect(await refsFromHere(wanted, [])).toEqual({ obstacles: [], notes: [] });
    } finally {
      await own.remove();
    }
  });

  test("one that cannot be read from there says nothing", async () => {
    const wanted = withTarget({});
    wanted.target.repository = `file://${remote.root}-none`;
    expect(await refsFromHere(wanted, ["target"])).toEqual({
      obstacles: [],
      notes: [expect.stringContaining("cannot be read from this machine")],
    });
  });
});
