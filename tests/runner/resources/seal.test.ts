import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seal } from "../../../runner/resources/seal.ts";

const isRoot = userInfo().uid === 0;
if (!isRoot) console.warn("sealing a tree is not tested: it needs root");

// A tree that another account wrote becomes root's.
describe.skipIf(!isRoot)("sealing a tree", () => {
  let root: string;
  let tree: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "evenkeel-seal-"));
    tree = join(root, "tree");
    mkdirSync(join(tree, "lib"), { recursive: true });
    for (const name of ["outside", "elsewhere"]) writeFileSync(join(root, name), "");
    writeFileSync(join(tree, "lib/module.py"), "");
    writeFileSync(join(tree, "program"), "");
    chmodSync(join(tree, "program"), 0o4777);
    chmodSync(join(tree, "lib"), 0o777);
    symlinkSync("lib", join(tree, "lib64"));
    symlinkSync(join(root, "outside"), join(tree, "python"));
    for (const path of ["", "lib", "lib/module.py", "program"]) chownSync(join(tree, path), 1234, 1234);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("gives all of it to root, and takes away writing and special bits", async () => {
    chmodSync(join(tree, "program"), 0o4777);
    await seal(tree, [join(root, "outside")]);
    const modes = ["", "lib", "lib/module.py", "program"].map((path) => lstatSync(join(tree, path)));
    expect(modes.map(({ uid, mode }) => [uid, mode & 0o7777])).toEqual([
      [0, 0o755],
      [0, 0o755],
      [0, 0o644],
      [0, 0o755],
    ]);
    expect(lstatSync(join(root, "outside")).mode & 0o777).toBe(0o644);
  });

  test.each<[string, () => void, RegExp]>([
    ["a link to a file outside", () => symlinkSync("/etc/shadow", join(tree, "shadow")), /the link \S+shadow -> \/etc\/shadow/],
    ["a link that leads out by another", () => symlinkSync("lib64/../../elsewhere", join(tree, "hop")), /the link \S+hop -> /],
    ["a link to nothing", () => symlinkSync("nothing", join(tree, "nothing-else")), /the link \S+nothing-else -> nothing/],
    ["a FIFO", () => execFileSync("mkfifo", [join(tree, "lib/pipe.py")]), /pipe\.py, which is not a file, folder or link/],
    ["deep folders", () => mkdirSync(join(tree, ...Array.from({ length: 70 }, () => "d")), { recursive: true }), /more than 64 deep/],
  ])("refuses %s, and changes nothing", async (_, attack, words) => {
    attack();
    await expect(seal(tree, [join(root, "outside")])).rejects.toThrow(words);
    expect(lstatSync(join(tree, "lib")).uid).toBe(1234);
  });
});
