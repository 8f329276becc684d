import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readResultText } from "../../../runner/store/result-file.ts";
import { readDependencies, readEnvironments } from "../../../runner/store/sessions.ts";

let root: string;
beforeAll(() => {
  root = join(mkdtempSync(join(tmpdir(), "evenkeel-results-")), "results");
  mkdirSync(join(root, "runs"), { recursive: true });
  mkdirSync(join(root, "..", "secrets"));
  writeFileSync(join(root, "..", "secrets", "token"), "secret");
  writeFileSync(join(root, "runs", "a.json"), "{}");
  symlinkSync("../../secrets/token", join(root, "runs", "link.json"));
  symlinkSync("../secrets", join(root, "behind"));
  execFileSync("mkfifo", [join(root, "runs", "fifo.json")]);
  writeFileSync(join(root, "runs", "huge.json"), "");
  truncateSync(join(root, "runs", "huge.json"), 1 << 30);
});
afterAll(() => rmSync(join(root, ".."), { recursive: true }));

test.each([
  ["runs/a.json", { text: "{}" }],
  ["runs/none.json", undefined],
  ["runs/a.json/b.json", undefined],
  ["runs/link.json", { problem: "is a link" }],
  ["runs/fifo.json", { problem: "is not a regular file" }],
  ["runs", { problem: "is not a regular file" }],
  ["runs/huge.json", { problem: "is larger than 64 MB" }],
  ["behind/token", { problem: "is behind a link" }],
])("%s is read as %o, and nothing hangs", (path, expected) => {
  expect(readResultText(root, join(root, path))).toEqual(expected);
});

test("a link in place of a folder of results is reported, and nothing behind it is read", async () => {
  symlinkSync("../secrets", join(root, "environments"));
  symlinkSync("../secrets", join(root, "dependencies"));
  expect(await readEnvironments(root)).toEqual({
    environments: [],
    damaged: [{ path: join(root, "environments"), problem: "is a link" }],
  });
  expect(readDependencies(root, "token")).toBeUndefined();
  writeFileSync(join(root, "..", "secrets", "token.txt"), "six==1.17.0\n");
  expect(readDependencies(root, "token")).toMatchObject({ problem: "is behind a link" });
});
