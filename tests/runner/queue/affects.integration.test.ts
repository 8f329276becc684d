import { afterEach, beforeEach, expect, test } from "vitest";
import { affectsHash } from "../../../runner/queue/affects.ts";
import { git, type Clone } from "../../../runner/system/git.ts";
import { commits, Repositories, type NewCommit } from "../repositories.ts";

let repositories: Repositories;
let target: Clone;

beforeEach(async () => {
  repositories = await Repositories.make();
  target = await repositories.bare("target.git");
});
afterEach(() => repositories.remove());

const config = { affects: ["lib/", "setup.py", "not/there"], requirements: ["build-requirements.txt", "missing.txt"] };
const start = {
  "lib/a.py": "a",
  "lib/deep/b.py": "b",
  "setup.py": "s",
  "docs/index.md": "d",
  "build-requirements.txt": "-r more/base.txt\nattrs\n",
  "more/base.txt": "wheel\n",
};

/** Hashes of a first revision and of one that changes files of it. */
async function hashes(change: NewCommit, how = config): Promise<[string | undefined, string | undefined]> {
  const [first = "", second = ""] = await commits(target, [{ files: start }, change]);
  return [await affectsHash(target, first, how), await affectsHash(target, second, how)];
}

test.each<[string, Record<string, string>]>([
  ["documents", { "docs/index.md": "e" }],
  ["a new file beside", { "README.md": "r" }],
])("%s affect nothing", async (_, files) => {
  const [before, after] = await hashes({ files });
  expect(before).toMatch(/^[0-9a-f]{40}$/);
  expect(after).toBe(before);
});

test.each<[string, Record<string, string>]>([
  ["a file deep in a folder that counts", { "lib/deep/b.py": "c" }],
  ["a file that counts", { "setup.py": "t" }],
  ["a file that did not exist before", { "not/there": "now" }],
  ["a requirement file", { "build-requirements.txt": "-r more/base.txt\nattrs==23\n" }],
  ["a requirement file that is included", { "more/base.txt": "wheel==1\n" }],
  ["another requirement file", { "missing.txt": "x\n" }],
])("%s affects the benchmarks", async (_, files) => {
  const [before, after] = await hashes({ files });
  expect(after).toMatch(/^[0-9a-f]{40}$/);
  expect(after).not.toBe(before);
});

test.each([
  ["./tools/lib", "tools/lib/a.py"],
  ["-e tools/lib[extra]", "tools/lib/a.py"],
  ["lib @ file:///target/tools/lib", "tools/lib/a.py"],
  ["--find-links ../wheels", "wheels/lib.whl"],
  ["-e .", "docs/index.md"],
])("what the requirement `%s` leads to affects the benchmarks", async (line, path) => {
  const files = { ...start, "more/base.txt": `${line}\n`, "tools/lib/a.py": "1", "wheels/lib.whl": "1" };
  const [first = "", beside = "", second = ""] = await commits(target, [
    { files },
    { files: { "README.md": "r" } },
    { files: { [path]: "2" } },
  ]);
  const [before, same, after] = [
    await affectsHash(target, first, config),
    await affectsHash(target, beside, config),
    await affectsHash(target, second, config),
  ];
  expect(before).toMatch(/^[0-9a-f]{40}$/);
  expect(same === before).toBe(line !== "-e .");
  expect(after).not.toBe(before);
});

test.each([
  "git+https://example.org/lib@main",
  "lib @ https://example.org/archive/main.zip",
  "-r https://example.org/requirements.txt",
  "../../outside",
])("with the requirement `%s`, which may be another thing tomorrow, nothing is known", async (line) => {
  const [before] = await hashes({ files: {} }, config);
  const [, after] = await hashes({ files: { "more/base.txt": `${line}\n` } });
  expect(before).toBeDefined();
  expect(after).toBeUndefined();
});

/** A commit without parent that has a submodule. */
const stream = (commit: string) =>
  [
    "reset refs/heads/main",
    "",
    "commit refs/heads/main",
    "committer A <a@example.org> 1 +0000",
    "data 1",
    "x",
    `M 160000 ${commit} vendor/deep`,
    "M 100644 inline lib/a.py",
    "data 1",
    "a",
    "",
    "",
  ].join("\n");

test("a submodule's commit affects the benchmarks, wherever it lies", async () => {
  const ids: string[] = [];
  for (const commit of ["1".repeat(40), "2".repeat(40)]) {
    await git(target, ["fast-import", "--quiet", "--force"], { input: stream(commit) });
    ids.push((await git(target, ["rev-parse", "main"])).trim());
  }
  const [before, after] = [await affectsHash(target, ids[0] ?? "", config), await affectsHash(target, ids[1] ?? "", config)];
  expect(before).toMatch(/^[0-9a-f]{40}$/);
  expect(after).not.toBe(before);
});

test("nothing is known where nothing is configured, or none of it exists", async () => {
  expect(await hashes({}, { ...config, affects: [] })).toEqual([undefined, undefined]);
  expect(await hashes({}, { ...config, affects: ["src"] })).toEqual([undefined, undefined]);
});
