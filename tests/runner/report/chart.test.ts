import { describe, expect, test } from "vitest";
import { renderChart } from "../../../runner/report/chart.ts";
import type { Chart, ChartCell } from "../../../runner/report/chart.ts";

const value = (seconds: number): ChartCell => ({ value: seconds, interval: { low: seconds * 0.99, high: seconds * 1.01 } });

function chart(cells: ChartCell[], changes: Partial<Chart> = {}): Chart {
  return {
    title: "sort",
    columns: cells.map((_, index) => ({ label: `2026-01-${String(index + 1).padStart(2, "0")}`, link: "linked" })),
    panels: [{ title: "compiled", colour: "blue", cells, changes: [], drifts: [] }],
    transitions: [],
    ...changes,
  };
}

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
const numbers = (path: string) => [...path.matchAll(/-?\d+(\.\d+)?/g)].map(([number]) => Number(number));

test("the line goes through the values, larger ones higher, inside the plot", () => {
  const svg = renderChart(chart([value(0.01), value(0.012), value(0.011)]));
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = numbers(/class="line" d="([^"]*)"/.exec(svg)?.[1] ?? "");
  expect(x1).toBeLessThan(x2);
  expect(x2).toBeLessThan(x3);
  expect(y2).toBeLessThan(y3);
  expect(y3).toBeLessThan(y1);
  expect(y3).toBeCloseTo((y1 + y2) / 2, 0);
  const [height = 0] = numbers(/height="(\d+)" role/.exec(svg)?.[1] ?? "");
  for (const y of [y1, y2, y3]) expect(y > 0 && y < height).toBe(true);
});

test("the axis has round values with their unit, and days", () => {
  const shown = texts(renderChart(chart([value(0.01), value(0.012), value(0.011)])));
  expect(shown).toContain("11.0 ms");
  expect(shown).toContain("12.0 ms");
  expect(shown).toContain("2026-01-01");
  expect(shown).toContain("2026-01-03");
});

const ticksOf = (svg: string) =>
  texts(svg).flatMap((text = "") => {
    const [, value, unit] = /^([\d.]+) (h|min|s|ms|µs|ns)$/.exec(text) ?? [];
    return value === undefined || unit === undefined ? [] : [{ value: Number(value), unit }];
  });

test.each([
  [2e-7, "ns"],
  [3e-5, "µs"],
  [0.0028, "ms"],
  [40, "s"],
  [1800, "min"],
  [20000, "h"],
])("an axis about %d s is in %s alone, and its labels are as far apart as they stand", (seconds, unit) => {
  for (const spread of [1.001, 1.02, 1.13, 1.4, 3]) {
    const ticks = ticksOf(renderChart(chart([value(seconds), value(seconds * spread)])));
    expect(ticks.length).toBeGreaterThan(2);
    expect(new Set(ticks.map((tick) => tick.unit)).size).toBe(1);
    const steps = ticks.slice(1).map((tick, index) => tick.value - (ticks[index]?.value ?? 0));
    for (const step of steps) expect(step / (steps[0] ?? 0)).toBeCloseTo(1, 6);
  }
  expect(ticksOf(renderChart(chart([value(seconds), value(seconds * 1.02)])))[0]?.unit).toBe(unit);
});

test("panels of other sizes have units of their own", () => {
  const panels: Chart["panels"] = [
    { title: "compiled", colour: "blue", cells: [value(2e-5), value(2e-5)], changes: [], drifts: [] },
    { title: "interpreted", colour: "orange", cells: [value(0.02), value(0.02)], changes: [], drifts: [] },
  ];
  expect(new Set(ticksOf(renderChart(chart([value(1), value(1)], { panels }))).map(({ unit }) => unit))).toEqual(new Set(["µs", "ms"]));
});

const daysOf = (...labels: string[]) => {
  const svg = renderChart(
    chart(
      labels.map(() => value(1)),
      { columns: labels.map((label) => ({ label, link: "linked" })) },
    ),
  );
  return texts(svg).filter((text = "") => text.startsWith("day"));
};
const lastDayAt = (svg: string) => /<text class="tick" x="([\d.]+)"[^>]*text-anchor="middle">[^<]*<\/text>\n<\/svg>/.exec(svg)?.[1];

describe("the days below", () => {
  test("name the last one, and none twice", () => {
    expect(daysOf("day 1", "day 1", "day 2", "day 2")).toEqual(["day 1", "day 2"]);
    expect(daysOf(...Array.from({ length: 40 }, (_, number) => (number < 30 ? `day ${number}` : "day 99"))).at(-1)).toBe("day 99");
    expect(daysOf("day 1", "day 1", "day 1")).toEqual(["day 1"]);
  });

  test("have the last one at the last column, also where others are of that day", () => {
    const labels = ["day 1", "day 2", "day 2", "day 2", "day 2", "day 2", "day 2"];
    const svg = renderChart(
      chart(
        labels.map(() => value(1)),
        { columns: labels.map((label) => ({ label, link: "linked" })) },
      ),
    );
    expect(Number(lastDayAt(svg))).toBeGreaterThan(780);
  });
});

describe("long names", () => {
  test("are in the title whole, in lines that fit", () => {
    const title = "a_benchmark_with_parameters.".repeat(7);
    const svg = renderChart(chart([value(1)], { title }));
    const lines = [...svg.matchAll(/<text class="title"[^>]*>([^<]*)</g)].map(([, text]) => text ?? "");
    expect(lines.join("")).toBe(title);
    for (const line of lines) expect(line.length).toBeLessThan(100);
    const rows = [...svg.matchAll(/<text class="(?:title|note)"[^>]* y="(\d+)"/g)].map(([, y]) => y);
    expect(new Set(rows).size).toBe(lines.length + 1);
  });

  test("of transitions are whole where one points at them", () => {
    const label = "Python 3.12.0 → 3.13.0, ".repeat(5);
    const svg = renderChart(chart([value(1), value(1)], { transitions: [{ column: 1, label }] }));
    expect(svg).toContain(`<title>${label.trim()}</title>`);
    expect(renderChart(chart([value(1), value(1)], { transitions: [{ column: 1, label: "short" }] }))).not.toContain("<title>");
  });
});

test("failures break the line, transitions of linked values do not; both are marked", () => {
  const cells = [value(1), value(1), "failed" as const, value(1), value(1), value(2), value(2)];
  const svg = renderChart(chart(cells, { transitions: [{ column: 5, label: "Python 3.12 → 3.13" }] }));
  expect(svg.match(/class="line"/g)).toHaveLength(2);
  expect(svg.match(/class="failed"/g)).toHaveLength(1);
  expect(svg.match(/class="transition"/g)).toHaveLength(1);
  expect(texts(svg)).toContain("Python 3.12 → 3.13");
});

test.each(["not yet linked", "broken"] as const)("values %s are grey and no part of the line, and the legend says so", (unlinked) => {
  const columns = ([unlinked, unlinked, "linked", "linked"] as const).map((link) => ({ label: "2026-01-01", link }));
  const svg = renderChart(chart([value(1), value(1), value(2), value(2)], { columns, transitions: [{ column: 2, label: "" }] }));
  expect(svg.match(/class="unlinked"/g)).toHaveLength(1);
  expect(svg.match(/class="line"/g)).toHaveLength(2);
  expect(texts(svg).join()).toContain(`grey: ${unlinked}`);
  expect(texts(renderChart(chart([value(1)]))).join()).not.toContain("grey");
});

test("every number is finite with one value, with equal values and with a value without error", () => {
  for (const cells of [
    [value(1)],
    [value(2), value(2)],
    [{ value: 3, interval: { low: 3, high: 3 } }],
    [{ value: 1e-9, interval: { low: 0, high: 5 } }],
    [{ value: 4 }],
  ]) {
    const svg = renderChart(chart(cells));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(texts(svg).length).toBeGreaterThan(4);
  }
});

test("one wide interval does not flatten all values", () => {
  const cells = [value(1), value(1.1), { value: 1, interval: { low: 0.001, high: 900 } }];
  const ticks = texts(renderChart(chart(cells))).filter((text) => text?.endsWith(" ms"));
  expect(Math.max(...ticks.map((text) => Number.parseFloat(text ?? "")))).toBeLessThan(2000);
});

test("dark and light both have their colours, and text of others stays text", () => {
  const svg = renderChart(chart([value(1)], { title: `<script>"&` }));
  expect(svg).toContain("prefers-color-scheme:dark");
  expect(svg).not.toContain("<script>");
});

test("a value whose error is not known has no band, and the legend says why", () => {
  const svg = renderChart(chart([value(1), value(1.1), { value: 1.2 }, { value: 1.1 }, value(1)]));
  expect(svg.match(/class="band"/g)).toHaveLength(1);
  expect(svg.match(/class="whisker"/g)).toHaveLength(3);
  expect(texts(svg)[1]).toContain("no band: error not known");
});
