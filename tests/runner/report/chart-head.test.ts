import { expect, test } from "vitest";
import { headOf } from "../../../runner/report/chart-head.ts";

const within = { width: 400, right: 20 };

test("title and legend share a row where both have room, and the chart begins right below", () => {
  const { parts, height } = headOf("sort", "note", within);
  expect(parts).toHaveLength(2);
  expect(height).toBe(62);
  expect(parts.map((part) => /y="(\d+)"/.exec(part)?.[1])).toEqual(["28", "28"]);
});

test("a long title takes lines of its own, whole, and moves the legend and the chart down", () => {
  const title = "abcdefghijklmnopqrstuvwxyz".repeat(5);
  const { parts, height } = headOf(title, "note", within);
  const lines = parts.slice(0, -1).map((part) => />([^<]*)</.exec(part)?.[1] ?? "");
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.join("")).toBe(title);
  expect(lines.every((line) => line.length * 9 <= 360)).toBe(true);
  expect(height).toBe(62 + 18 * lines.length);
  expect(parts.at(-1)).toContain(`y="${28 + 18 * lines.length}"`);
});

test("names are text in the chart", () => {
  expect(headOf("<b>", "&", within).parts.join("")).toMatch(/^[^&]*>&#60;b&#62;<.*>&#38;</);
});
