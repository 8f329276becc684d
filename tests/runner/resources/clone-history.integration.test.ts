import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../../config/user-error.ts";
import { completeHistory, gapsOf, historyDifferences } from "../../../runner/resources/clone-history.ts";
import { git, type Clone } from "../../../runner/system/git.ts";
import { firstParentHistory } from "../../../runner/queue/revisions.ts";
import { commits, Repositories } from "../repositories.ts";

let repositories: Repositories;
let url: string;
let ids: string[];

beforeEach(async () => {
  repositories = await Repositories.make();
  const upstream = await repositories.bare("upstream.git");
  url = `file://${upstream.root}`;
  ids = await commits(
    upstream,
    Array.from({ length: 7 }, (_, number) => ({ files: { "bench.py": `print(${number})` }, message: `c${number}` })),
  );
  await git(upstream, ["config", "uploadpack.allowFilter", "true"]);
});
afterEach(() => repositories.remove());

async function cloned(...options: string[]): Promise<Clone> {
  await git(repositories.at(""), ["clone", "--quiet", "--no-checkout", ...options, url, "target"]);
  return repositories.at("target");
}

async function differences(clone: Clone): Promise<string[]> {
  const found = historyDifferences(clone.root, await gapsOf(clone.account, clone.root));
  return found.map(({ what, is }) => `${what.replace(clone.root, "clone")}: ${is.replaceAll(clone.root, "clone")}`);
}

async function measurable(clone: Clone): Promise<string[]> {
  return (await firstParentHistory(clone, { branch: "main", since: ids[0] ?? "", paths: [] })).history.map(({ id }) => id);
}

test.each([
  ["a shallow clone", ["--depth=2"], ["clone history: shallow"]],
  ["a shallow clone of one branch", ["--depth=1", "--single-branch", "--branch=main"], ["clone history: shallow"]],
  ["a clone that borrows objects", ["--reference=upstream.git"], ["clone objects: borrowed (clone/.git/objects/info/alternates)"]],
  ["a partial clone", ["--filter=blob:none"], ["clone objects: left out by origin: blob:none"]],
  [
    "a shallow and partial clone",
    ["--depth=2", "--filter=tree:0"],
    ["clone history: shallow", "clone objects: left out by origin: tree:0"],
  ],
])("%s is reported, and completed", async (_, options, reported) => {
  const clone = await cloned(...options);
  expect(await differences(clone)).toEqual(reported);

  const said: string[] = [];
  await completeHistory(clone.account, { path: clone.root, url }, (line) => said.push(line));
  expect(said).toHaveLength(reported.length);
  expect(await differences(clone)).toEqual([]);
  expect(await measurable(clone)).toEqual(ids);
  // Nothing is left to be fetched later, when the remote may be gone.
  await git(clone, ["remote", "set-url", "origin", "/nowhere"]);
  await rm(repositories.at("upstream.git").root, { recursive: true });
  for (const id of ids) await git(clone, ["cat-file", "blob", `${id}:bench.py`]);
});

test("replaced commits and grafts are reported and removed", async () => {
  const clone = await cloned();
  expect(await differences(clone)).toEqual([]);
  await git(clone, ["replace", "--graft", ids[5] ?? ""]);
  await mkdir(join(clone.root, ".git/info"), { recursive: true });
  await writeFile(join(clone.root, ".git/info/grafts"), `${ids[3]}\n`);
  expect(await differences(clone)).toEqual([`clone replaced commits: refs/replace/${ids[5]}, clone/.git/info/grafts`]);

  await completeHistory(clone.account, { path: clone.root, url }, () => undefined);
  expect(await differences(clone)).toEqual([]);
  expect(await measurable(clone)).toEqual(ids);
});

test("a history that cannot be completed is an error that names the remote", async () => {
  const clone = await cloned("--depth=2");
  await git(clone, ["remote", "set-url", "origin", "/nowhere"]);
  await expect(completeHistory(clone.account, { path: clone.root, url: "/nowhere" }, () => undefined)).rejects.toThrow(UserError);
});

test("a remote that is shallow itself is named as the reason", async () => {
  await git(repositories.at(""), ["clone", "--quiet", "--bare", "--depth=2", url, "mirror.git"]);
  const shallow = `file://${repositories.at("mirror.git").root}`;
  await git(repositories.at(""), ["clone", "--quiet", "--no-checkout", shallow, "target"]);
  const clone = repositories.at("target");
  await expect(completeHistory(clone.account, { path: clone.root, url: shallow }, () => undefined)).rejects.toThrow(
    `${shallow} is itself a shallow repository`,
  );
});
