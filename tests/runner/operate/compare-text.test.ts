import { describe, expect, test } from "vitest";
import { comparisonText, paperOf } from "../../../runner/operate/compare-text.ts";
import { geometricMean, type Compared, type Comparison } from "../../../runner/timeline/compare.ts";

const ratio = (benchmark: string, value: number, standardError = 0.01, more: Partial<Compared> = {}): Compared => ({
  benchmark,
  group: "main",
  variant: "compiled",
  ratio: { value, standardError, degreesOfFreedom: 20 },
  isSame: false,
  hops: 0,
  points: [1, 1],
  elsewhere: 0,
  ...more,
});

const comparison = (compared: Compared[], notCompared: Comparison["notCompared"] = []): Comparison => ({
  compared,
  notCompared,
  mean: geometricMean(compared.map((one) => one.ratio)),
});

const some = comparison(
  [
    ratio("richards", 0.8),
    ratio("deltablue", 0.97, 0.02),
    ratio("same", 1, 0, { isSame: true }),
    ratio("old", 1.01, Infinity, { hops: 1 }),
    ratio("json_loads", 1.12),
  ],
  [
    { benchmark: "gone", reason: "without a value on the second side" },
    { benchmark: "lost", reason: "without a value on the second side" },
    { benchmark: "broken", reason: "broken between them: it does not compile" },
  ],
);

test("a forest plot in 80 columns, sorted, with the mean below", () => {
  expect(comparisonText("b against a", some, { columns: 80, colour: false })).toMatchInlineSnapshot(`
    "b against a
                                             −22 %              0              +28 %
    richards                −20.0 % ± 1.7 %  ──●─               │
    deltablue                −3.0 % ± 4.0 %               ────●─┼─
    same                       same program                     ●
    old                         +1.00 % ± ?                     │●
    json_loads              +12.0 % ± 2.3 %                     │      ──●─
                                             ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┼╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
    geometric mean, 4 of 5   −3.4 % ± 1.2 %                 ─◆─ │
    1 benchmark over a switch: the error of the factor there is in the interval
    ± ?: how well that is known is not known
    not compared, without a value on the second side: gone, lost
    not compared, broken between them: it does not compile: broken"
  `);
});

test("what the suite no longer has is shown, and not in the mean", () => {
  const gone = ratio("gone", 5, 0.01, { group: undefined });
  const kept = ratio("richards", 0.8);
  const paper = { columns: 80, colour: false };
  const text = comparisonText("b against a", { ...comparison([kept]), compared: [kept, gone] }, paper);
  expect(text).toMatch(/^gone +\+400/m);
  expect(text).toMatch(/^geometric mean, 1 of 2 +−20\.0 %/m);
  expect(text).toContain("\n1 benchmark no longer in the suite: not in the mean");
  const alone = comparisonText("b against a", { compared: [gone], notCompared: [], mean: undefined }, paper);
  expect(alone).toMatch(/^gone +\+400/m);
  expect(alone).not.toContain("geometric mean");
  // Where the suite was never listed, nothing is said to be gone.
  expect(comparisonText("b against a", comparison([gone]), paper)).not.toContain("no longer in the suite");
});

describe("whatever the width", () => {
  const long = comparison(
    [ratio("a_benchmark_with_a_name_as_long_as_nobody_wants", 0.5, 0.2), ratio("x", 3, 0.4), ...some.compared],
    some.notCompared,
  );

  test.each([60, 80, 81, 120, 200])("no line is wider than %i columns, and all plots are aligned", (columns) => {
    const lines = comparisonText("title", long, { columns, colour: false }).split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    const plots = lines.filter((line) => /[●◆]/.test(line));
    expect(plots).toHaveLength(long.compared.length + 1);
    const centre = lines.find((line) => line.includes("╌"))?.indexOf("┼") ?? -1;
    for (const line of plots) expect(line.charAt(centre)).toMatch(/[│┼●◆─]/);
    expect(plots.filter((line) => /[│┼]/.test(line.charAt(centre))).length).toBeGreaterThan(2);
  });
});

test("a narrow interval is not wider than its mark, one wider than the plot ends in an arrow", () => {
  const wide = comparison([ratio("wide", 1.02, 3), ...Array.from({ length: 19 }, (_, index) => ratio(`b${index}`, 1.1, 0.0001))]);
  const text = comparisonText("title", wide, { columns: 80, colour: false });
  expect(text).toMatch(/wide .*◂─+.*─▸$/m);
  expect(text).toMatch(/b3 .*│ +●$/m);
});

test("colours are for terminals, and for changes that are some", () => {
  const text = comparisonText("title", some, { columns: 80, colour: true });
  const [green, red] = ["\u001b[32m", "\u001b[31m"];
  const colours = text.split("\n").flatMap((line) => (line.includes(green) || line.includes(red) ? [line.trimStart().split(" ")[0]] : []));
  expect(colours).toEqual(["richards", "json_loads", "geometric"]);
  expect(text).toContain(`${green}−20.0 % ± 1.7 %`);
  expect(text).toContain(`${red}+12.0 % ± 2.3 %`);
  expect(paperOf({ columns: 132, isTTY: true }, {})).toEqual({ columns: 132, colour: true });
  expect(paperOf({ isTTY: true }, { NO_COLOR: "1" }).colour).toBe(false);
  expect(paperOf({}, {})).toEqual({ columns: 80, colour: false });
});

test("names from the suite move no cursor", () => {
  const text = comparisonText("title", comparison([ratio("a\u001b[2Jb", 1.1)], [{ benchmark: "c\nd", reason: "e" }]), {
    columns: 80,
    colour: false,
  });
  expect(text).not.toContain("\u001b");
  expect(text).toContain("not compared, e: c?d");
});

test("nothing in common is said", () => {
  const text = comparisonText("title", comparison([], some.notCompared), { columns: 80, colour: false });
  expect(text).toBe(
    "title\nnothing can be compared\nnot compared, without a value on the second side: gone, lost\nnot compared, broken between them: it does not compile: broken",
  );
});
