import { describe, expect, test } from "vitest";
import { comparisonText, paperOf } from "../../../../runner/commands/compare/text.ts";
import { geometricMean } from "../../../../runner/timeline/compare.ts";
import type { Compared, Comparison } from "../../../../runner/timeline/compared.ts";
import type { ConfirmedBetween } from "../../../../runner/timeline/confirmed-between.ts";

const ratio = (benchmark: string, value: number, standardError = 0.01, more: Partial<Compared> = {}): Compared => ({
  benchmark,
  group: "main",
  variant: "compiled",
  ratio: { value, standardError, degreesOfFreedom: 20 },
  isSame: false,
  scalingFactors: 0,
  points: [1, 1],
  elsewhere: 0,
  isNoiseKnown: true,
  changes: [],
  verdict: "no change shown",
  ...more,
});

const comparison = (compared: Compared[], notCompared: Comparison["notCompared"] = []): Comparison => ({
  compared,
  notCompared,
  mean: geometricMean(compared.map((one) => one.ratio)),
});

const confirmed = (phi: number, more: Partial<ConfirmedBetween> = {}): Partial<Compared> => ({
  verdict: "confirmed",
  changes: [
    {
      firstBad: "0123456789abcdef",
      lastGood: "f".repeat(40),
      skipped: 0,
      direction: phi > 0 ? "slower" : "faster",
      change: { phi, standardError: 0.002, degreesOfFreedom: 11 },
      ...more,
    },
  ],
});

const some = comparison(
  [
    ratio("richards", 0.8, 0.01, { verdict: "differs" }),
    ratio("deltablue", 0.97, 0.02),
    ratio("same", 1, 0, { isSame: true, verdict: "same program" }),
    ratio("old", 1.01, Infinity, { scalingFactors: 1, verdict: "not judged" }),
    ratio("json_loads", 1.12, 0.01, confirmed(0.11, { skipped: 2 })),
  ],
  [
    { benchmark: "gone", reason: "not measured at b", lacking: ["b"] },
    { benchmark: "lost", reason: "not measured at b", lacking: ["b"] },
    { benchmark: "broken", reason: "broken between them: it does not compile", lacking: [] },
  ],
);

test("a forest plot in 80 columns, sorted, with the mean below", () => {
  expect(comparisonText("b against a", some, { columns: 80, colour: false })).toMatchInlineSnapshot(`
    "b against a
                                                         −22 %        0        +28 %
    richards                −20.0 % ± 1.7 %  differs     ─●─          │
    deltablue                −3.0 % ± 4.0 %                       ──●─┼─
    same                       same program                           ●
    old                         +1.00 % ± ?  not judged               │●
    json_loads              +12.0 % ± 2.3 %  confirmed                │    ─●─
                                                         ╌╌╌╌╌╌╌╌╌╌╌╌╌┼╌╌╌╌╌╌╌╌╌╌╌╌╌
    geometric mean, 4 of 5   −3.4 % ± 1.4 %                        ─◆─│
    confirmed: json_loads +11.63 % ± 0.49 % at 0123456789ab or one of 2 revisions
      before it
    differs: by more than chance makes any of these benchmarks differ; fresh
      sessions have not confirmed it
    1 benchmark across a transition: the interval includes the error of the factor
    geometric mean: benchmarks of a session share noise: 15 % of its variance is
      assumed until two sessions measure the same programs; the interval includes it
    ± ?: the error is not known
    not compared, not measured at b: gone, lost
    not compared, broken between them: it does not compile: broken"
  `);
});

test("the interval of a mean is marked as too narrow if the noise of a benchmark is unknown", () => {
  const known = [ratio("a", 1), ratio("b", 1.1)];
  const wide = { columns: undefined, colour: false };
  const includes = /^geometric mean: benchmarks of a session share noise: 15 % of its variance is assumed .*; the interval includes it/m;
  expect(comparisonText("b against a", comparison(known), wide)).toMatch(includes);
  expect(comparisonText("b against a", comparison(known), wide)).not.toContain("too narrow");
  const unjudged = [...known, ratio("c", 1, 0.01, { isNoiseKnown: false, verdict: "not judged" })];
  expect(comparisonText("b against a", comparison(unjudged), wide)).toMatch(/of benchmarks that are not judged, so it is too narrow$/m);
  const common = { correlation: 0.124, ofQuiet: 0.124, degreesOfFreedom: 20, pairs: 23 };
  const described = {
    ...comparison(known),
    mean: geometricMean(
      known.map((one) => one.ratio),
      common,
    ),
  };
  expect(comparisonText("b against a", described, wide)).toContain(
    "12 % of its variance, estimated from 23 pairs of sessions; the interval",
  );
});

test("dropped benchmarks are shown, and not in the mean", () => {
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
  const names = ["a_benchmark_with_a_name_as_long_as_nobody_wants", "two_hundred_".repeat(16), "x"];
  const long = comparison([...names.map((name, index) => ratio(name, 0.5 + index, 0.2)), ...some.compared], some.notCompared);
  const textAt = (columns: number | undefined) => comparisonText("title", long, { columns, colour: false });

  test.each([60, 80, 81, 120, 200])("no line but a name alone is wider than %i columns, and all plots are aligned", (columns) => {
    const lines = textAt(columns).split("\n");
    for (const line of lines.filter((line) => !names.includes(line))) expect(line.length).toBeLessThanOrEqual(columns);
    const plots = lines.filter((line) => /[●◆]/.test(line));
    expect(plots).toHaveLength(long.compared.length + 1);
    const centre = lines.find((line) => line.includes("╌"))?.indexOf("┼") ?? -1;
    for (const line of plots) expect(line.charAt(centre)).toMatch(/[│┼●◆─]/);
    expect(plots.filter((line) => /[│┼]/.test(line.charAt(centre))).length).toBeGreaterThan(2);
  });

  test.each([undefined, 20, 40, 60, 80, 120])("every name is complete: %s columns", (columns) => {
    const lines = textAt(columns).split("\n");
    for (const { benchmark } of long.compared)
      expect(lines.filter((line) => line === benchmark || line.startsWith(`${benchmark} `))).toHaveLength(1);
    expect(textAt(columns)).not.toContain("…");
  });

  test("a terminal too narrow for a plot has none", () => {
    expect(comparisonText("title", some, { columns: 44, colour: false })).toMatch(/^json_loads +\+12\.0 % ± 2\.3 % {2}confirmed$/m);
  });

  test("without a terminal, a benchmark and its numbers are one line", () => {
    expect(textAt(undefined)).toMatch(new RegExp(`^${names[1]} {2,}\\+50 % ± `, "m"));
  });
});

test("a narrow interval is not wider than its mark, one wider than the plot ends in an arrow", () => {
  const wide = comparison([ratio("wide", 1.02, 3), ...Array.from({ length: 19 }, (_, index) => ratio(`b${index}`, 1.1, 0.0001))]);
  const text = comparisonText("title", wide, { columns: 80, colour: false });
  expect(text).toMatch(/wide .*◂─+.*─▸$/m);
  expect(text).toMatch(/b3 .*│ +●$/m);
});

describe("colours", () => {
  const [green, red] = ["\u001b[32m", "\u001b[31m"];
  const coloured = (compared: Compared[]) =>
    comparisonText("title", comparison(compared), { columns: 80, colour: true })
      .split("\n")
      .flatMap((line) =>
        line.includes(green) || line.includes(red) ? [`${line.includes(red) ? "red" : "green"} ${line.split(" ")[0]}`] : [],
      );

  test("are only for confirmed changes whose direction the ratio shares", () => {
    expect(
      coloured([
        ratio("differs", 0.8, 0.01, { verdict: "differs" }),
        ratio("unjudged", 0.7, 0.01, { verdict: "not judged", isNoiseKnown: false }),
        ratio("faster", 0.9, 0.01, confirmed(-0.1)),
        ratio("slower", 1.1, 0.01, confirmed(0.1)),
        ratio("otherwise", 0.99, 0.1, confirmed(0.1)),
      ]),
    ).toEqual(["green faster", "red slower"]);
  });

  test("mark the verdict, not the ratio", () => {
    const compared = comparison([ratio("slower", 1.1, 0.01, confirmed(0.1))]);
    expect(comparisonText("title", compared, { columns: 80, colour: true })).toContain(`+10.0 % ± 2.3 %  ${red}confirmed\u001b[0m`);
  });

  test("are for terminals that want them", () => {
    expect(paperOf({ columns: 132, isTTY: true }, {})).toEqual({ columns: 132, colour: true });
    expect(paperOf({ isTTY: true }, { NO_COLOR: "1" })).toEqual({ columns: 80, colour: false });
    expect(paperOf({ columns: 80 }, {})).toEqual({ columns: undefined, colour: false });
  });
});

const textOf = (...compared: Compared[]) => comparisonText("title", comparison(compared), { columns: undefined, colour: false });

describe("notes explain lines", () => {
  test("if the noise from session to session is unknown, nothing is called a change", () => {
    const text = textOf(ratio("a", 2, 0.001, { verdict: "not judged", isNoiseKnown: false }));
    expect(text).toMatch(/^a +\+100\.00 % ± 0\.42 % {2}not judged/m);
    expect(text).toContain(
      "not judged: the noise from session to session is not known yet; 1 interval with the noise within sessions only",
    );
  });

  test("an interval without 0 % that chance explains is not marked", () => {
    const text = textOf(ratio("a", 1.03), ratio("b", 1));
    expect(text).toMatch(/^a +\+3\.0 % ± 2\.1 % +[ │]/m);
    expect(text).toContain("1 of 2 intervals exclude 0 %: one in twenty does by chance");
    expect(textOf(ratio("a", 1.01), ratio("b", 1))).not.toContain("by chance");
  });

  test("a confirmed change is named with its size and revision", () => {
    expect(textOf(ratio("a", 1.1, 0.01, confirmed(Math.log(1.1))))).toMatch(/\nconfirmed: a \+10\.00 % ± 0\.48 % at 0123456789ab$/);
  });
});

test("names from the suite do not move the cursor", () => {
  const text = comparisonText("title", comparison([ratio("a\u001b[2Jb", 1.1)], [{ benchmark: "c\nd", reason: "e", lacking: [] }]), {
    columns: 80,
    colour: false,
  });
  expect(text).not.toContain("\u001b");
  expect(text).toContain("not compared, e: c?d");
});

test("two sides without a common benchmark", () => {
  const text = comparisonText("title", comparison([], some.notCompared), { columns: 80, colour: false });
  expect(text).toBe(
    "title\nnothing can be compared\nnot compared, not measured at b: gone, lost\nnot compared, broken between them: it does not compile: broken",
  );
});
