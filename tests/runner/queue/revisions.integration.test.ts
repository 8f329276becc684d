import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../../config/user-error.ts";
import { git, type Clone } from "../../../runner/system/git.ts";
import {
  commitRange,
  fetchTarget,
  firstParentHistory,
  pinRevision,
  resolveRevision,
  resolveSince,
} from "../../../runner/queue/revisions.ts";
import { commit, commits, Repositories } from "../repositories.ts";

let repositories: Repositories;
let upstream: Clone;
let target: Clone;

beforeEach(async () => {
  repositories = await Repositories.make();
  await repositories.bare("upstream.git");
  upstream = await repositories.clone("upstream.git", "upstream");
  target = await repositories.clone("upstream.git", "target");
});
afterEach(() => repositories.remove());

async function push(...refs: string[]): Promise<void> {
  await git(upstream, ["push", "--quiet", "--force", "origin", ...(refs.length > 0 ? refs : ["main"])]);
  expect(await fetchTarget(target)).toEqual({ ok: true });
}

function chain(...messages: string[]): Promise<string[]> {
  return commits(
    upstream,
    messages.map((message) => ({ files: { [`${message}.py`]: message }, message })),
  );
}

const all = { branch: "main", paths: [] };

test("history is first-parent order from `since` on, whatever the commit dates say", async () => {
  const ids = await commits(
    upstream,
    Array.from({ length: 20 }, (_, number) => ({
      files: { f: String(number) },
      message: `c${number}`,
      date: `2026-11-${29 - number}T12:00:00+02:00`,
    })),
  );
  await push();
  const { history, wanted } = await firstParentHistory(target, { ...all, since: ids[3] ?? "" });
  expect(history.map(({ id }) => id)).toEqual(ids.slice(3));
  expect(wanted).toEqual(new Set(ids.slice(3)));
  expect(history[0]).toEqual({
    id: ids[3],
    parent: ids[2],
    committed: "2026-11-26T10:00:00.000Z",
    author: "Ada",
    title: "c3",
    isEmpty: false,
  });
});

test("a root commit is a revision without parent", async () => {
  const [root = ""] = await chain("a", "b");
  await push();
  const { history } = await firstParentHistory(target, { ...all, since: root });
  expect(history[0]).not.toHaveProperty("parent");
  expect(history).toHaveLength(2);
});

test("titles and authors with odd characters come through, in one line and without control characters", async () => {
  const message = "quotes \" ' tab\there ünï 🎉 %s %x00 \\n \u001b[31mred\n\nbody\nof several lines";
  const id = await commit(upstream, { files: { f: "1" }, message });
  await push();
  const { history } = await firstParentHistory(target, { ...all, since: id });
  expect(history.map(({ title }) => title)).toEqual(["quotes \" ' tab here ünï 🎉 %s %x00 \\n red"]);
});

async function nullsSince(since: string): Promise<boolean[]> {
  return (await firstParentHistory(target, { ...all, since })).history.map(({ isEmpty }) => isEmpty);
}

test("a revision with the tree of its parent is null, the first one shown too", async () => {
  const [first = ""] = await chain("a");
  const empty = await commit(upstream, { message: "nothing", from: first });
  const change = await commit(upstream, { files: { f: "1" }, from: empty });
  await push();
  expect(await nullsSince(first)).toEqual([false, true, false]);
  expect(await nullsSince(empty)).toEqual([true, false]);
  expect(await nullsSince(change)).toEqual([false]);
});

test("wanted are revisions that touch a path, a merge by what it brought to its first parent, and those that change nothing at all", async () => {
  const base = await commit(upstream, { files: { "mypyc/a.py": "0", "docs/x": "0" }, message: "base" });
  const side = await commit(upstream, { files: { "mypyc/a.py": "1" }, message: "on a branch", from: base });
  const docs = await commit(upstream, { files: { "docs/x": "1" }, message: "docs", from: base });
  const merge = await commit(upstream, { files: { "mypyc/a.py": "1" }, message: "merge", from: docs, merge: side });
  const sync = await commit(upstream, { message: "brings nothing", from: merge, merge: docs });
  await push();
  const { history, wanted } = await firstParentHistory(target, { branch: "main", since: base, paths: ["mypyc/", "setup.py"] });
  expect(history.map(({ id }) => id)).toEqual([base, docs, merge, sync]);
  expect(wanted).toEqual(new Set([base, merge, sync]));
});

test("a release tag on a branch of its own means: from the fork on", async () => {
  const [fork = "", next = ""] = await chain("fork", "next");
  const release = await commit(upstream, { files: { v: "1" }, message: "release", from: fork });
  await git(upstream, ["tag", "v1", release]);
  await git(upstream, ["update-ref", "refs/heads/main", next]);
  await push("main", "v1");
  const since = await resolveSince(target, "v1");
  expect(since).toBe(release);
  expect((await firstParentHistory(target, { ...all, since })).history.map(({ id }) => id)).toEqual([next]);
});

test("a force-push makes orphans: not in history, but kept where they were pinned", async () => {
  const [base = "", old = ""] = await chain("base", "old");
  await push();
  await pinRevision(target, old);
  const rewritten = await commit(upstream, { files: { f: "new" }, message: "rewritten", from: base });
  await push();
  expect((await firstParentHistory(target, { ...all, since: base })).history.map(({ id }) => id)).toEqual([base, rewritten]);
  await git(target, ["-c", "gc.reflogExpire=now", "-c", "gc.reflogExpireUnreachable=now", "gc", "--quiet", "--prune=now"]);
  expect(await resolveRevision(target, old)).toBe(old);
});

test("a moved tag and a deleted branch are followed", async () => {
  const [one = "", two = ""] = await chain("one", "two");
  await git(upstream, ["tag", "nightly", one]);
  await push("main", "main:feature", "nightly");
  await git(upstream, ["tag", "--force", "nightly", two]);
  await push("nightly", ":feature");
  expect(await resolveRevision(target, "nightly")).toBe(two);
  await expect(resolveRevision(target, "feature")).rejects.toThrow(UserError);
});

test("a branch name means the remote's branch, not the clone's old copy of it", async () => {
  const [one = ""] = await chain("one");
  await push();
  await git(target, ["update-ref", "refs/heads/main", one]);
  const two = await commit(upstream, { files: { f: "2" }, from: one });
  await push();
  expect(await resolveRevision(target, "main")).toBe(two);
  expect(await resolveRevision(target, two.slice(0, 12))).toBe(two);
});

test.each(["nonsense", "--all", "0123456789012345678901234567890123456789", "main..main", "", "main:one.py"])(
  "%j is told to be no revision",
  async (text) => {
    await chain("one");
    await push();
    await expect(resolveRevision(target, text)).rejects.toThrow(/there is no revision/);
    await expect(resolveSince(target, text)).rejects.toThrow(/target\.since/);
  },
);

test("an id with too few digits is told to be ambiguous", async () => {
  // Git wants at least four digits: find four that begin two commits, making commits until there are some.
  const seen = new Map<string, string>();
  let prefix: string | undefined;
  for (let number = 0; prefix === undefined; number += 200) {
    const stream = Array.from(
      { length: 200 },
      (_, index) => `commit refs/heads/many\ncommitter A <a> ${number + index} +0000\ndata 0\n`,
    ).join("");
    await git(target, ["fast-import", "--quiet", "--force"], { input: stream });
    await git(target, ["update-ref", `refs/evenkeel/batch${number}`, "refs/heads/many"]);
    for (const id of (await git(target, ["rev-list", "refs/heads/many"])).trim().split("\n")) {
      const four = id.slice(0, 4);
      if (seen.has(four) && seen.get(four) !== id) prefix = four;
      seen.set(four, id);
    }
  }
  await expect(resolveRevision(target, prefix)).rejects.toThrow(/several revisions/);
});

test("a range is git's: without its older end, oldest first, along first parents", async () => {
  const ids = await chain("a", "b", "c", "d");
  await push();
  const { history, wanted } = await commitRange(target, { from: ids[0] ?? "", to: ids[2] ?? "", paths: ["c.py"] });
  expect(history.map(({ id }) => id)).toEqual(ids.slice(1, 3));
  expect(wanted).toEqual(new Set([ids[2]]));
  await expect(commitRange(target, { from: "main", to: ids[0] ?? "", paths: [] })).rejects.toThrow(/no revision lies between/);
});

test("a remote that is away is told, and what is here stays readable", async () => {
  const [one = ""] = await chain("one");
  await push();
  await git(target, ["remote", "set-url", "origin", `${repositories.folder}/gone.git`]);
  expect(await fetchTarget(target)).toMatchObject({ ok: false, reason: expect.stringContaining("gone.git") });
  expect((await firstParentHistory(target, { ...all, since: one })).history).toHaveLength(1);
});

test("a branch that the remote does not have is told", async () => {
  const [one = ""] = await chain("one");
  await push();
  await expect(firstParentHistory(target, { branch: "master", since: one, paths: [] })).rejects.toThrow(/no branch master/);
});
