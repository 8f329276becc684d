import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Reason } from "../../../runner/model.ts";
import { addDuration, durationOf, expectedSeconds, readDurations, type Duration } from "../../../runner/progress/durations.ts";
import { queueText, withExpected } from "../../../runner/commands/selection.ts";
import { measuring } from "../commands/example.ts";

const took = (reason: Reason, buildSeconds: number, sampleSeconds: number, benchmarks = 10): Duration => ({
  reason,
  benchmarks,
  buildSeconds,
  sampleSeconds,
});
const durations = [took("new", 100, 500), took("new", 120, 600), took("new", 900, 700), took("baseline", 5, 3600), took("control", 0, 400)];

test("the expected duration is that of similar items: one build, and samples by the number of benchmarks", () => {
  expect(expectedSeconds({ reason: "new" }, durations)).toBe(120 + 600);
  expect(expectedSeconds({ reason: "new", benchmarks: ["a", "b"] }, durations)).toBe(120 + 120);
  expect(expectedSeconds({ reason: "baseline" }, durations)).toBe(3605);
});

test("a new reason is expected to take as long as similar ones; without these, it is unknown", () => {
  expect(expectedSeconds({ reason: "backfill" }, durations)).toBe(720);
  expect(expectedSeconds({ reason: "confirm" }, durations)).toBe(400);
  expect(expectedSeconds({ reason: "baseline" }, [took("new", 1, 1)])).toBeUndefined();
});

test("the queue has a time per item and a total, and marks unknown ones", () => {
  const subject = { kind: "revision" as const, revision: "0123456789abcdef0123456789abcdef01234567" };
  const items = [
    { subject, reason: "new" as const, because: "newest revision" },
    { subject: { kind: "baseline" as const }, reason: "baseline" as const, because: "asked for by hand", benchmarks: ["a"] },
  ];
  expect(queueText(withExpected(items, durations))).toMatchInlineSnapshot(`
    "revision 0123456789ab  new       all benchmarks     12 min  newest revision
    baselines              baseline  1 benchmark         6 min  asked for by hand
    2 items, about 18 min"
  `);
  expect(queueText(withExpected(items, durations.slice(0, 3)))).toMatchInlineSnapshot(`
    "revision 0123456789ab  new       all benchmarks     12 min  newest revision
    baselines              baseline  1 benchmark             ?  asked for by hand
    2 items, about 12 min and 1 of unknown duration"
  `);
  expect(queueText(withExpected(items, []))).toMatch(/2 items, duration unknown$/);
});

test("the queue counts the benchmarks that an item leaves out, not the names and patterns that leave them out", () => {
  const item = {
    subject: { kind: "revision" as const, revision: "0".repeat(40) },
    reason: "new" as const,
    because: "newest revision",
    without: ["mypy_*", "gone", "removed_long_ago"],
  };
  const what = (names?: string[]) => queueText([item], names).split("\n")[0];
  expect(what(["mypy_startup", "mypy_parallel", "richards"])).toMatch(/ new +all but 2 +\?/);
  expect(what(["richards"])).toMatch(/ new +all benchmarks +\?/);
  expect(what()).toMatch(/ new +all but slow +\?/);
});

test("only sessions with complete sampling count for expected durations", () => {
  const done = measuring(["a", "b"], 6);
  expect(durationOf(done, 22_000)).toEqual({ reason: "new", benchmarks: 2, buildSeconds: 10, sampleSeconds: 12 });
  expect(durationOf(measuring(["a", "b"], 5), 20_000)).toBeUndefined();
});

test("the newest hundred are stored, and a damaged file is ignored", async () => {
  const folder = await mkdtemp(join(tmpdir(), "durations-"));
  const path = join(folder, "durations.json");
  await writeFile(path, "{torn");
  for (let n = 0; n < 102; n++) await addDuration(took("new", n, 1), path);
  const read = await readDurations(path);
  expect(read).toHaveLength(100);
  expect(read[0]?.buildSeconds).toBe(2);
  await rm(folder, { recursive: true });
});
