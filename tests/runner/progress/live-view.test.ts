// A terminal is driven by control characters.
/* oxlint-disable no-control-regex */
import { expect, test } from "vitest";
import { building, publishing, withStep, type Activity } from "../../../runner/progress/activity.ts";
import { liveLines } from "../../../runner/progress/live-view.ts";
import { measuring } from "../commands/example.ts";

const plain = { rows: 24, colour: false };
const three = ["richards", "deltablue", "a_benchmark_with_a_very_long_name_indeed"];

/** Widths in columns: nothing here is wider than one. */
function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => line.replace(/\u001b\[\d+m/g, "").length));
}

test("at 120 columns, a benchmark has name, bar, estimate and samples, and the last line is about the session", () => {
  expect(liveLines(measuring(three, 4), { ...plain, columns: 120 }, 18_500)).toMatchInlineSnapshot(`
    [
      "richards                                  ████████████████████░░░░░░░░░░       995 ± 17 µs  10/15",
      "deltablue                                 ██████████░░░░░░░░░░░░░░░░░░░░  1.990 ± 0.048 ms   5/15",
      "a_benchmark_with_a_very_long_name_indeed  ██████████░░░░░░░░░░░░░░░░░░░░  2.985 ± 0.072 ms   5/15",
      "revision 0123456789ab  round 2 of 3  block 4 of 9  0 of 3 benchmarks done  10 s left  19 s elapsed",
    ]
  `);
});

test("at 80 columns, bars are shorter and the least important parts are dropped", () => {
  expect(liveLines(measuring(three, 4, { failing: "deltablue" }), { ...plain, columns: 80 }, 18_500)).toMatchInlineSnapshot(`
    [
      "richards                                  ████████░░░░       995 ± 17 µs  10/15",
      "deltablue                                 failed: it ended with exit code 1",
      "a_benchmark_with_a_very_long_name_indeed  ████░░░░░░░░  2.985 ± 0.072 ms   5/15",
      "revision 0123456789ab  round 2 of 3  block 4 of 9  6 s left  19 s elapsed",
    ]
  `);
});

test("at 40 columns, names and estimates are left", () => {
  expect(liveLines(measuring(three, 4), { ...plain, columns: 40 }, 18_500)).toMatchInlineSnapshot(`
    [
      "richards           995 ± 17 µs",
      "deltablue          1.990 ± 0.048 ms",
      "a_benchm…e_indeed  2.985 ± 0.072 ms",
      "revision 0123456789ab  10 s left",
    ]
  `);
});

test("names are whole before there is a bar, and ends of names are kept where there is no room", () => {
  const parameters = ["dumps[size=10,indent=true]", "dumps[size=10,indent=false]"];
  const namesAt = (columns: number) =>
    liveLines(measuring(parameters, 4), { ...plain, columns }, 18_500)
      .slice(0, 2)
      .map((line) => line.split(" ")[0]);
  for (const columns of [50, 60, 80, 120]) expect(namesAt(columns)).toEqual(parameters);
  expect(namesAt(38)).toEqual(["dumps[si…t=true]", "dumps[si…=false]"]);
});

test("a build has its phase, its module count, its newest step and the time left by similar items", () => {
  const built = withStep(building("revision 0123456789ab", "new", 0, 300), "compiled benchmarks.puzzles (3 of 12)");
  expect(liveLines(built, { ...plain, columns: 140 }, 65_000)).toMatchInlineSnapshot(`
    [
      "revision 0123456789ab  building: module 3 of 12  compiled benchmarks.puzzles (3 of 12)  3 min 55 s left  1 min 5 s elapsed",
    ]
  `);
  expect(liveLines(built, { ...plain, columns: 60 }, 65_000)).toMatchInlineSnapshot(`
    [
      "revision 0123456789ab  building: module 3 of 12",
    ]
  `);
  expect(liveLines(building("baselines", "baseline", 0), { ...plain, columns: 80 }, 1000)).toMatchInlineSnapshot(`
    [
      "baselines  building  time left unknown  1 s elapsed",
    ]
  `);
});

test("publishing is one line", () => {
  expect(liveLines(publishing("reports", 0), { ...plain, columns: 80 }, 2000)).toMatchInlineSnapshot(`
    [
      "reports  publishing  2 s elapsed",
    ]
  `);
});

test("if benchmarks do not fit, the newest are shown, newest last", () => {
  const names = Array.from({ length: 107 }, (_, n) => `benchmark_${n}`);
  const lines = liveLines(measuring(names, 110), { columns: 80, rows: 8, colour: false }, 240_000);
  expect(lines.map((line) => line.split(" ")[0])).toEqual([
    "benchmark_105",
    "benchmark_106",
    "benchmark_0",
    "benchmark_1",
    "benchmark_2",
    "benchmark_3",
    "revision",
  ]);
});

test("no line is as wide as the terminal, and there are fewer lines than rows, whatever its size", () => {
  const activities: Activity[] = [
    measuring(three, 0),
    measuring(three, 7, { failing: "richards" }),
    measuring(
      Array.from({ length: 60 }, (_, n) => `benchmark_${"x".repeat(n)}`),
      75,
    ),
    building("revision 0123456789ab", "new", 0),
    withStep(building("baselines", "baseline", 0, 1e6), `dependencies: installing ${"x".repeat(200)}`),
    publishing("reports", 0),
  ];
  for (const activity of activities) {
    for (let columns = 1; columns <= 160; columns++) {
      for (const rows of [1, 2, 3, 5, 24]) {
        for (const colour of [true, false]) {
          const lines = liveLines(activity, { columns, rows, colour }, 1e7);
          expect(lines.length).toBeLessThanOrEqual(rows - 1);
          expect(widest(lines)).toBeLessThan(columns);
        }
      }
    }
  }
});

test("there are colours only where they are wanted", () => {
  const activity = measuring(three, 7, { failing: "richards" });
  expect(liveLines(activity, { columns: 80, rows: 24, colour: true }, 0).join("")).toContain("\u001b[32m█");
  expect(liveLines(activity, { columns: 80, rows: 24, colour: false }, 0).join("")).not.toContain("\u001b");
});

test("control characters in a name do not move the cursor", () => {
  const lines = liveLines(measuring(["\u001b[2Jgone", "宽"], 1), { ...plain, columns: 80 }, 11_000);
  expect(lines.join("")).not.toContain("\u001b");
  expect(lines[0]).toContain("?[2Jgone");
});
