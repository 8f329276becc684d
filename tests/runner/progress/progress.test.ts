import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { building, withStep } from "../../../runner/progress/activity.ts";
import { progressOf, readProgress } from "../../../runner/progress/progress.ts";
import { measuring } from "../commands/example.ts";

const times = { since: "2026-11-25T03:00:00.000Z", at: "2026-11-25T03:10:00.000Z", now: 18_000 };
const next = ["x", "y", "z", "w"].map((subject) => ({ subject, reason: "new" as const, because: "newest revision" }));

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "progress-"));
  path = join(folder, "progress.json");
});
afterAll(() => rm(folder, { recursive: true }));

test("progress has the subject, blocks, the estimate so far, the time left and the next items", () => {
  const progress = progressOf(measuring(["a", "b"], 4, { failing: "b" }), next, times);
  expect(progress).toMatchObject({
    subject: "revision 0123456789ab",
    reason: "new",
    phase: "measure",
    done: 4,
    total: 6,
    round: 3,
    rounds: 3,
    benchmark: "a",
    estimate: { samples: 10 },
    failures: ["b: it ended with exit code 1"],
    secondsLeft: 2,
    waiting: 4,
  });
  expect(progress.next).toEqual(next.slice(0, 3));
  expect(progress.estimate?.value).toBeCloseTo(0.000995, 6);
});

test("while building, it counts modules", () => {
  const build = withStep(building("baselines", "baseline", 0), "compiled benchmarks.text (2 of 5)");
  expect(progressOf(build, [], times)).toMatchObject({ phase: "build", done: 2, total: 5, benchmark: "" });
});

test("only progress of the lock's living holder counts", async () => {
  const written = { ...progressOf(measuring(["a"], 1), [], times), pid: process.pid };
  await writeFile(path, JSON.stringify(written));
  expect(await readProgress(process.pid, path)).toEqual(written);
  expect(await readProgress(1, path)).toBeUndefined();
  const gone = spawnSync("true").pid;
  await writeFile(path, JSON.stringify({ ...written, pid: gone }));
  expect(await readProgress(gone, path)).toBeUndefined();
});

test("a torn file, or one of another version, is ignored", async () => {
  for (const text of ["", "{", JSON.stringify({ pid: process.pid })]) {
    await writeFile(path, text);
    expect(await readProgress(process.pid, path)).toBeUndefined();
  }
});
