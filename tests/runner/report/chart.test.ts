import { expect, test } from "vitest";
import { renderChart } from "../../../runner/report/chart.ts";
import type { Chart, ChartCell } from "../../../runner/report/chart.ts";

const value = (seconds: number): ChartCell => ({ value: seconds, interval: { low: seconds * 0.99, high: seconds * 1.01 } });

function chart(cells: ChartCell[], changes: Partial<Chart> = {}): Chart {
  return {
    title: "sort",
    unit: { symbol: "ms", perSecond: 1000 },
    columns: cells.map((_, index) => ({ label: `2026-01-${String(index + 1).padStart(2, "0")}`, link: "linked" })),
    panels: [{ title: "compiled", colour: "blue", cells, changes: [] }],
    switches: [],
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

test("failures break the line, switches of linked values do not; both are marked", () => {
  const cells = [value(1), value(1), "failed" as const, value(1), value(1), value(2), value(2)];
  const svg = renderChart(chart(cells, { switches: [{ column: 5, label: "Python 3.12 → 3.13" }] }));
  expect(svg.match(/class="line"/g)).toHaveLength(2);
  expect(svg.match(/class="failed"/g)).toHaveLength(1);
  expect(svg.match(/class="switch"/g)).toHaveLength(1);
  expect(texts(svg)).toContain("Python 3.12 → 3.13");
});

test.each(["not yet linked", "broken"] as const)("values %s are grey and no part of the line, and the legend says so", (unlinked) => {
  const columns = ([unlinked, unlinked, "linked", "linked"] as const).map((link) => ({ label: "2026-01-01", link }));
  const svg = renderChart(chart([value(1), value(1), value(2), value(2)], { columns, switches: [{ column: 2, label: "" }] }));
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
