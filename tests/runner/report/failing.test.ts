import { expect, test } from "vitest";
import type { Failure } from "../../../runner/model.ts";
import { allFailingLines, failingLines } from "../../../runner/report/failing.ts";
import { markdownProse, plainProse } from "../../../runner/report/prose.ts";
import type { FailingBenchmark } from "../../../runner/timeline/failing.ts";
import { idOf } from "./fixture.ts";

function fails(benchmark: string, since: number, message: string): FailingBenchmark {
  const failure: Failure = { stage: "run", message, output: "" };
  return { benchmark, since: idOf(since), revisions: 2, failure };
}

function lines(benchmarks: FailingBenchmark[], all?: FailingBenchmark): string[] {
  return failingLines({ benchmarks, ...(all && { all }), measured: [], unmeasured: [] }, plainProse);
}

const short = (number: number): string => idOf(number).slice(0, 12);

test("a failing benchmark is a line with the revision and the reason", () => {
  expect(lines([fails("sort", 1, "oh no")])).toEqual([`sort since ${short(1)}: run: oh no`]);
  expect(lines([])).toEqual([]);
});

test("several that fail since one revision for one reason are one line, also where the reason names each", () => {
  const names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7"];
  expect(lines([...names.map((name) => fails(name, 1, "oh no")), fails("b", 2, "oh no")])).toEqual([
    `7 benchmarks since ${short(1)}: run: oh no (a1, a2, a3 and 4 more)`,
    `b since ${short(2)}: run: oh no`,
  ]);
  expect(lines(["a1", "a2"].map((name) => fails(name, 1, `./${name}: not found`)))).toEqual([
    `2 benchmarks since ${short(1)}: run: ./a1: not found (a1, a2)`,
  ]);
});

test("however many reasons there are, lines are few and the rest is counted", () => {
  const many = Array.from({ length: 111 }, (_, number) => fails(`b${number}`, 1, `reason ${"x".repeat(number)}`));
  expect(lines(many)).toHaveLength(6);
  expect(lines(many).at(-1)).toBe("and 106 more benchmarks");
});

test("reports name all of them", () => {
  const alike = ["a1", "a2", "a3", "a4", "a5"].map((name) => fails(name, 1, "oh no"));
  const apart = Array.from({ length: 20 }, (_, number) => fails(`b${number}`, 1, `reason ${"x".repeat(number)}`));
  const failing = { benchmarks: [...alike, ...apart], all: fails("", 1, "oh no"), measured: [], unmeasured: [] };
  const lines = allFailingLines(failing, plainProse, (name) => `<${name}>`);
  expect(lines).toHaveLength(22);
  expect(lines.slice(0, 3)).toEqual([
    `every benchmark since ${short(1)}, 2 revisions in a row: run: oh no`,
    `5 benchmarks since ${short(1)}: run: oh no (<a1>, <a2>, <a3>, <a4>, <a5>)`,
    `<b0> since ${short(1)}: run: reason `,
  ]);
});

test("a whole suite is one line, and what fails for longer or for another reason stands below", () => {
  const all = fails("", 3, "oh no");
  expect(lines([fails("a", 3, "oh no"), fails("b", 3, "oh no")], all)).toEqual([
    `every benchmark since ${short(3)}, 2 revisions in a row: run: oh no`,
  ]);
  expect(lines([], all)).toHaveLength(1);
  expect(lines([fails("a", 3, "oh no"), fails("b", 1, "oh no")], all)).toHaveLength(3);
});

test("messages and names cannot break out of a report", () => {
  const prose = markdownProse({ name: "lang", web: "https://example.org/lang" });
  const failing = { benchmarks: [fails("a*b", 1, "<img src=x> @all\u001b[2J")], measured: [], unmeasured: [] };
  const [line = ""] = failingLines(failing, prose);
  expect(allFailingLines(failing, prose, prose.text)).toEqual([line]);
  expect(line).toContain("a\\*b since [`");
  expect(line).toContain("run: &#60;img src=x&#62; &#64;<!-- -->all");
  expect(line).not.toContain("\u001b");
});
