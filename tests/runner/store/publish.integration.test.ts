import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, readFile, rename, stat, truncate, unlink, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { git, tryGit, type Clone } from "../../../runner/system/git.ts";
import { bringBack, deletedSessions } from "../../../runner/store/deleted-results.ts";
import { finishPublish, pendingFiles, publish } from "../../../runner/store/publish.ts";
import { publishReports } from "../../../runner/store/publish-reports.ts";
import { sessionPath } from "../../../runner/store/sessions.ts";
import type { Published } from "../../../runner/store/remote.ts";
import { commit, Repositories } from "../repositories.ts";

const isRoot = userInfo().uid === 0;
const author = { name: "Bench <1>", email: "bench@example.org" };
const authorship = { GIT_AUTHOR_NAME: "o", GIT_AUTHOR_EMAIL: "o@x", GIT_COMMITTER_NAME: "o", GIT_COMMITTER_EMAIL: "o@x" };
let repositories: Repositories;
let remote: Clone;
let here: Clone;
let there: Clone;

beforeEach(async () => {
  repositories = await Repositories.make();
  remote = await repositories.bare("results.git");
  here = await repositories.clone("results.git", "here");
  there = await repositories.clone("results.git", "there");
});
afterEach(() => repositories.remove());

async function put(clone: Clone, path: string, text: string): Promise<void> {
  const file = join(clone.root, path);
  for (const folder of [
    "",
    ...dirname(path)
      .split("/")
      .map((_, depth, names) => names.slice(0, depth + 1).join("/")),
  ]) {
    await mkdir(join(clone.root, folder), { recursive: true });
    await chown(join(clone.root, folder), clone.account.uid, clone.account.gid);
  }
  await writeFile(file, text);
  await chown(file, clone.account.uid, clone.account.gid);
}

function publishFrom(clone: Clone, message = "Results"): Promise<Published> {
  return publish(clone, { branch: "main", author, message: () => message, keepDeletedIn: keptIn(clone) });
}

function keptIn({ root }: Clone): string {
  return `${root}-deleted`;
}

/** Outcome of a publish that brought nothing and took nothing over. */
const nothing = { published: true, files: [], differing: [], taken: [], deleted: [] };

async function remoteFiles(branch = "main"): Promise<string[]> {
  return (await git(remote, ["ls-tree", "-r", "--name-only", branch])).trim().split("\n");
}

async function log(format: string, branch = "main"): Promise<string[]> {
  return (await git(remote, ["log", `--format=${format}`, branch])).trim().split("\n");
}

/** Branch, index and working tree are the remote's tip. */
async function expectAgreement(clone: Clone): Promise<void> {
  const tip = (await git(remote, ["rev-parse", "main"])).trim();
  expect((await git(clone, ["rev-parse", "HEAD", "main", "origin/main"])).trim().split("\n")).toEqual([tip, tip, tip]);
  expect((await git(clone, ["symbolic-ref", "HEAD"])).trim()).toBe("refs/heads/main");
  expect(await git(clone, ["status", "--porcelain"])).toBe("");
}

test("the first results of an empty repository come with a README", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await put(here, "runs/2026/11/a.samples.json", "aa");
  expect(await publishFrom(here, "Results of bench-1: 0123456789ab (new)")).toEqual({
    published: true,
    files: ["README.md", "runs/2026/11/a.json", "runs/2026/11/a.samples.json"],
    differing: [],
    taken: [],
    deleted: [],
  });
  expect(await log("%an|%ae|%s")).toEqual(["Bench 1|bench@example.org|Results of bench-1: 0123456789ab (new)"]);
  expect(await readFile(join(here.root, "README.md"), "utf8")).toMatch(/^# /);
  await expectAgreement(here);
});

test("nothing new makes no commit, also on an empty remote", async () => {
  expect(await publishFrom(here)).toEqual(nothing);
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  expect(await publishFrom(here)).toEqual(nothing);
  expect(await log("%s")).toHaveLength(1);
});

test("the message is made from the files that the commit adds, on top of what another host has pushed", async () => {
  await put(there, "runs/2026/11/b.json", "b");
  await publishFrom(there, "first");
  await put(here, "runs/2026/11/a.json", "a");
  await put(here, "runs/2026/11/b.json", "b");
  await publish(here, { branch: "main", author, message: (files) => files.join(), keepDeletedIn: keptIn(here) });
  expect(await log("%s")).toEqual(["runs/2026/11/a.json", "first"]);
});

test("a clone that somebody set to another branch is on the results branch again", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await git(here, ["checkout", "--quiet", "-b", "aside"]);
  expect(await publishFrom(here)).toEqual(nothing);
  await expectAgreement(here);

  await git(here, ["checkout", "--quiet", "aside"]);
  expect(await finishPublish(here, "main", keptIn(here))).toEqual(nothing);
  await expectAgreement(here);
});

test("a host that publishes gets the other's files, and both are on the remote as plain history", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here, "first");
  await put(there, "runs/2026/11/b.json", "b");
  await put(there, "environments/e1.json", "e");
  await put(there, "scaling/e0-e1-1.json", "h");
  expect(await publishFrom(there, "second")).toMatchObject({
    files: ["environments/e1.json", "runs/2026/11/b.json", "scaling/e0-e1-1.json"],
  });
  expect(await readFile(join(there.root, "runs/2026/11/a.json"), "utf8")).toBe("a");
  expect(await log("%s")).toEqual(["second", "first"]);
  await expectAgreement(there);
  expect(await publishFrom(here)).toMatchObject({
    files: [],
    taken: ["environments/e1.json", "runs/2026/11/b.json", "scaling/e0-e1-1.json"],
  });
  await expectAgreement(here);
});

test("two hosts that publish at once, again and again, both succeed and lose nothing", async () => {
  for (let round = 0; round < 4; round++) {
    await put(here, `runs/2026/11/here${round}.json`, `h${round}`);
    await put(there, `runs/2026/11/there${round}.json`, `t${round}`);
    expect(await Promise.all([publishFrom(here), publishFrom(there)])).toMatchObject([{ published: true }, { published: true }]);
  }
  expect((await remoteFiles()).filter((path) => path.startsWith("runs/"))).toHaveLength(8);
  expect(await log("%s")).toHaveLength(8);
  // The last one to push has everything; the other gets it with its next publication.
  await Promise.all([publishFrom(here), publishFrom(there)]);
  await expectAgreement(here);
  await expectAgreement(there);
});

/** A commit that another host is about to push. */
async function parkedCommit(): Promise<string> {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here, "first");
  await publishFrom(there);
  const from = (await git(there, ["rev-parse", "HEAD"])).trim();
  const other = await commit(there, { files: { "runs/2026/11/other.json": "o" }, message: "other", from });
  await git(there, ["push", "--quiet", "origin", `${other}:refs/heads/parked`]);
  await put(here, "runs/2026/11/b.json", "b");
  return other;
}

async function putScript(path: string, text: string): Promise<void> {
  await put(remote, path, `#!/bin/sh\n${text}\n`);
  await chmod(join(remote.root, path), 0o755);
}

test("another host's push between fetch and push is kept: the commit is built again on top of it", async () => {
  const other = await parkedCommit();
  await putScript(
    "serve",
    `git-upload-pack "$@"\n[ -e ${remote.root}/moved ] || git -C ${remote.root} update-ref refs/heads/main ${other}\n: >${remote.root}/moved`,
  );
  await git(here, ["config", "remote.origin.uploadpack", join(remote.root, "serve")]);
  expect(await publishFrom(here, "mine")).toMatchObject({ published: true, files: ["runs/2026/11/b.json"] });
  expect(await log("%s")).toEqual(["mine", "other", "first"]);
  await expectAgreement(here);
});

test("another host's push while ours is received is kept, too", async () => {
  const other = await parkedCommit();
  await putScript(
    "hooks/pre-receive",
    `[ -e moved ] && exit 0\n: >moved\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/main ${other}`,
  );
  expect(await publishFrom(here, "mine")).toMatchObject({ published: true, files: ["runs/2026/11/b.json"] });
  expect(await log("%s")).toEqual(["mine", "other", "first"]);
  await expectAgreement(here);
});

test("a remote that always refuses is given up on with its own words, and nothing is lost", async () => {
  const answer = ["", "error: Trace: 8f1f0fdc", "", "error: GH006: main is blocked", "- Use a pull request"];
  await putScript(
    "hooks/pre-receive",
    `echo >>${remote.root}/tries\nprintf '%s\\n' ${answer.map((line) => `'${line}'`).join(" ")} >&2\nexit 1`,
  );
  await put(here, "runs/2026/11/a.json", "a");
  const refused = await publishFrom(here);
  expect(refused).toMatchObject({
    published: false,
    reason: expect.stringMatching(
      /refused the push: GH006: main is blocked; - Use a pull request; \[remote rejected\] \(pre-receive hook declined\)$/,
    ),
    hint: expect.stringContaining("rules for that branch"),
  });
  expect(await readFile(join(remote.root, "tries"), "utf8")).toBe("\n");
  expect(await pendingFiles(here, "main")).toEqual(["runs/2026/11/a.json"]);
  await unlink(join(remote.root, "hooks/pre-receive"));
  expect(await publishFrom(here)).toMatchObject({ published: true });
});

test("without a remote the files stay, and go with the next publication", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await git(here, ["remote", "set-url", "origin", `${repositories.folder}/away.git`]);
  await put(here, "runs/2026/11/b.json", "b");
  expect(await publishFrom(here)).toMatchObject({
    published: false,
    reason: expect.stringContaining("away.git"),
    hint: expect.any(String),
  });
  expect(await pendingFiles(here, "main")).toEqual(["runs/2026/11/b.json"]);
  await git(here, ["remote", "set-url", "origin", remote.root]);
  expect(await publishFrom(here)).toMatchObject({ published: true, files: ["runs/2026/11/b.json"] });
  expect(await pendingFiles(here, "main")).toEqual([]);
});

test("what a killed git left does not stop publishing, and goes", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  for (const lock of [
    "index.lock",
    "evenkeel.index.lock",
    "refs/heads/main.lock",
    "refs/remotes/origin/main.lock",
    "packed-refs.lock",
    "packed-refs.new",
    "config.lock",
    "objects/pack/tmp_pack_a1b2c3",
    "objects/00/tmp_obj_a1b2c3",
  ]) {
    await put(here, `.git/${lock}`, "");
  }
  await put(here, "runs/2026/11/b.json", "b");
  expect(await publishFrom(here)).toMatchObject({ published: true, files: ["runs/2026/11/b.json"] });
  await expectAgreement(here);
  const left = ["-name", "*.lock", "-o", "-name", "packed-refs.new", "-o", "-name", "tmp_*"];
  expect(execFileSync("find", [join(here.root, ".git"), ...left], { encoding: "utf8" })).toBe("");
});

test("a lock of a git at work is left alone, and told", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await put(there, "runs/2026/11/b.json", "b");
  await publishFrom(there);
  await put(here, ".git/refs/remotes/origin/main.lock", "");
  const git = spawn("git", ["cat-file", "--batch"], { cwd: here.root, uid: here.account.uid, stdio: ["pipe", "ignore", "ignore"] });
  await once(git, "spawn");
  expect(await publishFrom(here)).toMatchObject({
    published: false,
    reason: expect.stringContaining("lock"),
    hint: expect.stringContaining("git process"),
  });
  expect(await stat(join(here.root, ".git/refs/remotes/origin/main.lock"))).toBeTruthy();

  git.stdin.end();
  await once(git, "close");
  expect(await publishFrom(here)).toMatchObject({ published: true });
});

test("a clone left between two steps of publishing is the remote's tip again, without the remote", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await put(there, "runs/2026/11/b.json", "b");
  await put(there, "README.md", "the owner's own\n");
  await publishFrom(there);
  await git(there, ["commit", "--quiet", "--all", "--message=README"], { environment: authorship });
  await git(there, ["push", "--quiet", "origin", "main"]);
  // The branch cannot be moved: publishing gets as far as that.
  await put(here, ".git/refs/heads/main.lock", "");
  const atWork = spawn("git", ["cat-file", "--batch"], { cwd: here.root, uid: here.account.uid, stdio: ["pipe", "ignore", "ignore"] });
  await once(atWork, "spawn");
  await put(here, "runs/2026/11/c.json", "c");
  expect(await publishFrom(here)).toMatchObject({ published: false, reason: expect.stringContaining("update-ref") });
  atWork.stdin.end();
  await once(atWork, "close");
  expect(await git(here, ["status", "--porcelain", "--untracked-files=no"])).toContain("README.md");

  await rename(remote.root, `${remote.root}.away`);
  expect(await finishPublish(here, "main", keptIn(here))).toEqual(nothing);
  await rename(`${remote.root}.away`, remote.root);
  await expectAgreement(here);
  expect(await remoteFiles()).toContain("runs/2026/11/c.json");
});

test.each(["index", "evenkeel.index"])("a corrupted .git/%s is thrown away", async (index) => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await truncate(join(here.root, ".git", index), 50);
  await put(here, "runs/2026/11/b.json", "b");
  expect(await publishFrom(here)).toMatchObject({ published: true, files: ["runs/2026/11/b.json"] });
  await expectAgreement(here);
});

test("a result that differs from the remote's is told, and neither is changed", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await put(there, "runs/2026/11/a.json", "another");
  await put(there, "runs/2026/11/b.json", "b");
  expect(await publishFrom(there)).toMatchObject({ published: true, files: ["runs/2026/11/b.json"], differing: ["runs/2026/11/a.json"] });
  expect(await readFile(join(there.root, "runs/2026/11/a.json"), "utf8")).toBe("another");
  expect(await git(remote, ["show", "main:runs/2026/11/a.json"])).toBe("a");
});

test("only results are published: no temporary files, no files of the operator", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await put(here, "runs/2026/11/.b.json.0123.tmp", "half");
  await put(here, "notes.txt", "mine");
  await put(here, ".gitignore", "*.json\n");
  await publishFrom(here);
  expect(await remoteFiles()).toEqual(["README.md", "runs/2026/11/a.json"]);
});

test("what people change on the remote is taken over, what they edited here is kept", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await publishFrom(there);
  const tip = (await git(there, ["rev-parse", "HEAD"])).trim();
  const edited = await commit(there, { files: { "README.md": "by hand", LICENSE: "MIT" }, from: tip });
  await git(there, ["push", "--quiet", "origin", `${edited}:refs/heads/main`]);
  await publishFrom(here);
  expect(await readFile(join(here.root, "README.md"), "utf8")).toBe("by hand");
  await expectAgreement(here);

  await put(here, "README.md", "edited here");
  const again = await commit(there, { files: { "README.md": "by hand again" }, from: edited });
  await git(there, ["push", "--quiet", "origin", `${again}:refs/heads/main`]);
  expect(await publishFrom(here)).toMatchObject({ published: true, files: [], differing: ["README.md"] });
  expect(await readFile(join(here.root, "README.md"), "utf8")).toBe("edited here");
});

test("a result that somebody deleted here comes back", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await unlink(join(here.root, "runs/2026/11/a.json"));
  await publishFrom(here);
  expect(await readFile(join(here.root, "runs/2026/11/a.json"), "utf8")).toBe("a");
  await expectAgreement(here);
});

test("a branch that was renamed on the remote is not made again: the error names it", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await git(remote, ["branch", "--move", "main", "data"]);
  await git(remote, ["update-ref", "refs/heads/data", await commit(remote, { files: { "runs/c.json": "c" }, from: "data" })]);
  await git(remote, ["update-ref", "-d", "refs/heads/main"]);
  await put(here, "runs/2026/11/b.json", "b");
  expect(await publishFrom(here)).toMatchObject({
    published: false,
    reason: expect.stringContaining("its commits are on data"),
    hint: expect.stringContaining("results.branch"),
  });
  expect((await git(remote, ["for-each-ref", "--format=%(refname:short)"])).trim()).toBe("data");
  expect(await pendingFiles(here, "main")).toContain("runs/2026/11/b.json");
});

test("a remote made anew gets everything again", async () => {
  await put(here, "runs/2026/11/a.json", "a");
  await publishFrom(here);
  await git(remote, ["update-ref", "-d", "refs/heads/main"]);
  expect(await publishFrom(here)).toMatchObject({ published: true, files: ["README.md", "runs/2026/11/a.json"] });
});

describe("a result that somebody deletes on the remote", () => {
  const id = "20261123T101112Z-bench-1-0123456789ab-e1aaaaaa-new-0042";
  const { session, samples } = sessionPath(id);

  beforeEach(async () => {
    for (const path of [session, samples, "runs/2026/11/b.json"]) await put(here, path, path);
    await publishFrom(here);
    await publishFrom(there);
  });

  /** A commit of somebody's that deletes the session. */
  async function deleteOnRemote(): Promise<void> {
    await git(there, ["rm", "--quiet", session, samples]);
    await git(there, ["commit", "--quiet", "--message=bogus"], { environment: authorship });
    await git(there, ["push", "--quiet", "origin", "main"]);
  }

  test("is not published again, goes here too, and is kept aside", async () => {
    await deleteOnRemote();
    await put(here, "runs/2026/11/c.json", "c");
    expect(await publishFrom(here)).toEqual({ ...nothing, files: ["runs/2026/11/c.json"], deleted: [session, samples] });
    expect((await remoteFiles()).filter((path) => path.startsWith("runs/"))).toEqual(["runs/2026/11/b.json", "runs/2026/11/c.json"]);
    expect(await deletedSessions(here.root, keptIn(here))).toEqual([id]);
    await expectAgreement(here);
    expect(await publishFrom(here)).toEqual(nothing);
  });

  test("is not published again where a publish was killed once it knew", async () => {
    await deleteOnRemote();
    await git(here, ["fetch", "--quiet", "origin", "+refs/heads/main:refs/remotes/origin/main"]);
    expect(await finishPublish(here, "main", keptIn(here))).toEqual({ ...nothing, deleted: [session, samples] });
    expect(await publishFrom(here)).toEqual(nothing);
    expect(await remoteFiles()).not.toContain(session);
  });

  test("is not published again where the branch was set back by force", async () => {
    await git(there, ["commit", "--quiet", "--allow-empty", "--message=empty"], { environment: authorship });
    const tip = await commit(there, { files: { "README.md": "anew", "runs/2026/11/b.json": "runs/2026/11/b.json" } });
    await git(there, ["push", "--quiet", "--force", "origin", `${tip}:refs/heads/main`]);
    expect(await publishFrom(here)).toMatchObject({ files: [], deleted: [session, samples] });
  });

  test("is back where it comes back there, or where it is brought back here", async () => {
    await deleteOnRemote();
    await publishFrom(here);
    await git(there, ["revert", "--no-edit", "HEAD"], { environment: authorship });
    await git(there, ["push", "--quiet", "origin", "main"]);
    expect(await publishFrom(here)).toMatchObject({ taken: [session, samples] });
    expect(await deletedSessions(here.root, keptIn(here))).toEqual([]);

    await deleteOnRemote();
    await publishFrom(here);
    await bringBack(here, keptIn(here), id);
    expect(await publishFrom(here)).toMatchObject({ files: [session, samples], deleted: [] });
    expect(await deletedSessions(here.root, keptIn(here))).toEqual([]);
  });
});

/** A commit on main without any file. */
async function emptied(): Promise<string> {
  // Git knows the empty tree without being given it.
  const tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  return (await git(there, ["commit-tree", tree, "-p", "main", "-m", "emptied"], { environment: authorship })).trim();
}

describe("the state of a host", () => {
  const path = "hosts/bench-1.json";
  const publishState = (clone: Clone, text: string, own = path) =>
    publish(clone, { branch: "main", author, message: () => "State", keepDeletedIn: keptIn(clone), state: { path: own, text } });

  test("is replaced on the remote and in every clone, and the same again makes no commit", async () => {
    expect(await publishState(here, "one\n")).toEqual(nothing);
    expect(await readFile(join(here.root, path), "utf8")).toBe("one\n");
    await publishFrom(there);
    await publishState(there, "other\n", "hosts/bench-2.json");
    await put(here, "runs/2026/11/a.json", "a");
    expect(await publishState(here, "two\n")).toEqual({ ...nothing, files: ["runs/2026/11/a.json"] });
    await publishState(here, "two\n");
    expect(await log("%s")).toHaveLength(3);
    await publishFrom(there);
    for (const clone of [here, there]) {
      expect(await readFile(join(clone.root, path), "utf8")).toBe("two\n");
      expect(await readFile(join(clone.root, "hosts/bench-2.json"), "utf8")).toBe("other\n");
      await expectAgreement(clone);
    }
  });

  test("leaves the clone as it was where it cannot be published", async () => {
    await publishState(here, "one\n");
    await putScript("hooks/pre-receive", "exit 1");
    expect(await publishState(here, "two\n")).toMatchObject({ published: false });
    expect(await readFile(join(here.root, path), "utf8")).toBe("one\n");
    await expectAgreement(here);
  });

  test("that somebody removed on the remote is gone from every clone, and stays gone", async () => {
    await publishState(here, "one\n");
    await publishFrom(there);
    await commit(there, { files: { "README.md": "new" }, message: "retired", from: await emptied() });
    await git(there, ["push", "--quiet", "--force", "origin", "main"]);
    await put(here, "runs/2026/11/a.json", "a");
    await publishFrom(here);
    await expect(stat(join(here.root, path))).rejects.toThrow("ENOENT");
    expect(await remoteFiles()).not.toContain(path);
  });
});

describe("reports", () => {
  const files = new Map([
    ["README.md", "state\n"],
    ['reports/benchmarks/odd "name" ü\\.md', "# odd"],
  ]);

  function reportsFrom(clone: Clone, what = files, branch = "reports", renderedFrom?: string): Promise<Published> {
    return publishReports(clone, { branch, resultsBranch: "main", author, message: "Reports of bench-1", files: what, renderedFrom });
  }

  test("are one parentless commit, replaced as a whole; results are not touched", async () => {
    await put(here, "runs/2026/11/a.json", "a");
    await publishFrom(here);
    expect(await reportsFrom(here)).toEqual({ ...nothing, files: [...files.keys()] });
    await reportsFrom(here, new Map([["README.md", "later\n"]]));
    expect(await log("%s", "reports")).toEqual(["Reports of bench-1"]);
    expect(await remoteFiles("reports")).toEqual(["README.md"]);
    expect(await git(remote, ["show", "reports:README.md"])).toBe("later\n");
    expect(await log("%s")).toEqual(["Results"]);
    await expectAgreement(here);
  });

  test("keep names and bytes", async () => {
    await reportsFrom(here);
    expect((await git(remote, ["ls-tree", "-r", "-z", "--name-only", "reports"])).split("\0").filter(Boolean)).toEqual([...files.keys()]);
    expect(await git(remote, ["show", 'reports:reports/benchmarks/odd "name" ü\\.md'])).toBe("# odd");
  });

  test("of which some are as before are whole again", async () => {
    await reportsFrom(here);
    const later = new Map([...files, ["README.md", "later\n"], ["new.md", "new\n"]]);
    await reportsFrom(here, later);
    for (const [path, text] of later) expect(await git(remote, ["show", `reports:${path}`])).toBe(text);
    expect(await remoteFiles("reports")).toHaveLength(later.size);
  });

  test("that say the same are not pushed again", async () => {
    await reportsFrom(here);
    const before = await log("%H", "reports");
    expect(await reportsFrom(here)).toEqual(nothing);
    expect(await log("%H", "reports")).toEqual(before);
  });

  test("replace those of another host", async () => {
    await reportsFrom(there, new Map([["README.md", "there"]]));
    await reportsFrom(here, new Map([["README.md", "here"]]));
    expect(await git(remote, ["show", "reports:README.md"])).toBe("here");
  });

  test("of newer results stay, whoever publishes last; those of older ones are replaced", async () => {
    await put(here, "runs/2026/11/a.json", "a");
    await publishFrom(here);
    const older = (await git(here, ["rev-parse", "HEAD"])).trim();
    await put(there, "runs/2026/11/b.json", "b");
    await publishFrom(there);
    const newer = (await git(there, ["rev-parse", "HEAD"])).trim();
    const [ofOlder, ofNewer] = ["older", "newer"].map((text) => new Map([["README.md", text]]));
    await reportsFrom(there, ofNewer, "reports", newer);
    // This clone knows neither these reports nor what they were rendered from.
    expect(await reportsFrom(here, ofOlder, "reports", older)).toEqual({ ...nothing, isOutdated: true });
    expect(await git(remote, ["show", "reports:README.md"])).toBe("newer");
    await git(remote, ["update-ref", "-d", "refs/heads/reports"]);
    await reportsFrom(here, ofOlder, "reports", older);
    expect(await reportsFrom(there, ofNewer, "reports", newer)).toMatchObject({ files: ["README.md"] });
    expect(await git(remote, ["show", "reports:README.md"])).toBe("newer");
    await expectAgreement(there);
  });

  test("that another host publishes meanwhile are looked at again before they are replaced", async () => {
    await put(here, "runs/2026/11/a.json", "a");
    await publishFrom(here);
    const older = (await git(here, ["rev-parse", "HEAD"])).trim();
    await put(there, "runs/2026/11/b.json", "b");
    await publishFrom(there);
    const newer = (await git(there, ["rev-parse", "HEAD"])).trim();
    await reportsFrom(there, new Map([["README.md", "newer"]]), "parked", newer);
    // They arrive once this host has seen that there are none.
    await putScript(
      "serve",
      `git-upload-pack "$@"\n[ -e ${remote.root}/moved ] || git -C ${remote.root} update-ref refs/heads/reports refs/heads/parked\n: >${remote.root}/moved`,
    );
    await git(here, ["config", "remote.origin.uploadpack", join(remote.root, "serve")]);
    expect(await reportsFrom(here, new Map([["README.md", "older"]]), "reports", older)).toMatchObject({ isOutdated: true });
    expect(await git(remote, ["show", "reports:README.md"])).toBe("newer");
  });

  test("never go to the results branch", async () => {
    await put(here, "runs/2026/11/a.json", "a");
    await publishFrom(here);
    await expect(reportsFrom(here, files, "main")).rejects.toThrow(/results branch/);
    expect(await log("%s")).toEqual(["Results"]);
  });

  test("wait where the remote is away", async () => {
    await git(here, ["remote", "set-url", "origin", `${repositories.folder}/away.git`]);
    expect(await reportsFrom(here)).toMatchObject({ published: false, reason: expect.stringContaining("away.git") });
  });
});

describe.skipIf(!isRoot)("on a full file system (needs root, to mount one)", () => {
  test("publishing says so, breaks nothing, and works once there is space", async () => {
    const mount = join(repositories.folder, "small");
    await mkdir(mount);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=4m,uid=${repositories.account.uid}`, "tmpfs", mount]);
    try {
      const small = await repositories.clone("results.git", "small/clone");
      await put(small, "runs/2026/11/a.json", "a");
      await publishFrom(small);
      await put(small, "runs/2026/11/b.json", "b".repeat(5000));
      const ballast = join(mount, "ballast");
      await writeFile(ballast, Buffer.alloc(8 << 20)).catch(() => undefined);
      expect(await publishFrom(small)).toMatchObject({ published: false, hint: expect.stringContaining("space") });
      await unlink(ballast);
      expect(await publishFrom(small)).toMatchObject({ published: true, files: ["runs/2026/11/b.json"] });
      await expectAgreement(small);
      expect((await tryGit(small, ["fsck", "--strict"])).ok).toBe(true);
    } finally {
      execFileSync("umount", [mount]);
    }
  });
});

describe("a branch that holds what is no regular file is not taken over:", () => {
  test.each([
    ["a link", "120000 blob %blob%\tdependencies/a.txt", "dependencies/a.txt (mode 120000)"],
    ["a submodule", "160000 commit 1111111111111111111111111111111111111111\tpart", "part (mode 160000)"],
    ["a name of two lines", "100644 blob %blob%\truns/two\nlines.json", "runs/two lines.json (mode 100644)"],
  ])("%s", async (_, entry, named) => {
    await put(here, "runs/a.json", "a");
    await publishFrom(here);
    const blob = (await git(remote, ["hash-object", "-w", "--stdin"], { input: "/etc/shadow" })).trim();
    const index = { environment: { GIT_INDEX_FILE: join(remote.root, "odd.index") } };
    await git(remote, ["read-tree", "main"], index);
    await git(remote, ["update-index", "-z", "--add", "--index-info"], { ...index, input: `${entry.replace("%blob%", blob)}\0` });
    const tree = (await git(remote, ["write-tree"], index)).trim();
    const commitId = (await git(remote, ["commit-tree", tree, "-p", "main", "-m", "odd"], { environment: authorship })).trim();
    await git(remote, ["update-ref", "refs/heads/main", commitId]);
    await put(there, "runs/b.json", "b");
    const refused = await publishFrom(there);
    expect(refused).toMatchObject({ published: false, reason: expect.stringContaining(named) });
    expect(await finishPublish(there, "main", keptIn(there))).toMatchObject({ published: false });
    expect((await git(there, ["ls-files", "--stage"])).trim()).not.toMatch(/^1[26]0000/m);

    await git(remote, ["update-ref", "refs/heads/main", `${commitId}~1`]);
    expect(await publishFrom(there)).toMatchObject({ published: true });
    await expectAgreement(there);
  });
});
