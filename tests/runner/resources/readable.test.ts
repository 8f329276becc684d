import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeReadable, unreadableDifferences } from "../../../runner/resources/readable.ts";
import { asRoot } from "../../../runner/system/command.ts";

let root: string;
let venv: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "evenkeel-readable-"));
  venv = join(root, "venv");
  mkdirSync(join(venv, "bin"), { recursive: true, mode: 0o755 });
  writeFileSync(join(venv, "bin/program"), "", { mode: 0o755 });
  writeFileSync(join(venv, "module.py"), "", { mode: 0o644 });
  writeFileSync(join(root, "private"), "", { mode: 0o600 });
  symlinkSync(join(root, "private"), join(venv, "link"));
});
afterEach(() => rmSync(root, { recursive: true }));

const find = (...trees: string[]): ReturnType<typeof unreadableDifferences> => unreadableDifferences(asRoot, trees);
const modeOf = (path: string): number => lstatSync(path).mode & 0o777;

test("a tree that every account may read has no difference, nor has one that is missing", async () => {
  expect(await find(venv, join(root, "missing"))).toEqual([]);
});

test("what a umask of 077 left is named, and counted, and made readable without following links", async () => {
  for (const [path, mode] of [
    ["", 0o700],
    ["bin", 0o700],
    ["bin/program", 0o700],
    ["module.py", 0o600],
  ] as const)
    chmodSync(join(venv, path), mode);
  const [difference, ...others] = await find(venv, join(root, "missing"));
  expect(others).toEqual([]);
  expect(difference).toMatchObject({ what: `${venv} mode`, is: `0700, and 3 more below ${venv}`, shouldBe: "readable by every account" });
  await makeReadable(asRoot, [venv]);
  expect(await find(venv)).toEqual([]);
  expect(["", "bin", "bin/program", "module.py"].map((path) => modeOf(join(venv, path)))).toEqual([0o755, 0o755, 0o755, 0o644]);
  expect(modeOf(join(root, "private"))).toBe(0o600);
});

test("a file that is being written counts for nothing", async () => {
  writeFileSync(join(venv, ".record.1.2.0a1b2c3d.tmp"), "", { mode: 0o600 });
  writeFileSync(join(venv, "tmp_pack_x"), "", { mode: 0o600 });
  expect(await find(venv)).toEqual([]);
});
