import { expect, test } from "vitest";
import { parseLayout, printLayout } from "../../../runner/import/layout.ts";
import { parseRow, parseScaling, printRow } from "../../../runner/import/row.ts";
import { row, sample } from "./fixture.ts";
import { parsed, line } from "./lines.ts";

test("a row is read as it stands, its deviation in percent, its time in UTC", () => {
  expect(parsed(line)).toEqual({
    bad: [],
    scaling: [],
    rows: [row({ revision: "5de1ea5ff1ba5de1ea5ff1ba5de1ea5ff1ba5de1", suite: "0123456789abcdef0123456789abcdef01234567" })],
  });
  const times = ["2021-05-09 10:11:12+00:00", "2021-05-09 12:11:12.5+02:00", "2020-02-29 00:00:00.1"];
  expect(parsed(...times.map((time) => line.replace("2021-05-09 10:11:12.345678", time))).rows.map(({ taken }) => taken)).toEqual([
    "2021-05-09T10:11:12.000000Z",
    "2021-05-09T10:11:12.500000Z",
    "2020-02-29T00:00:00.100000Z",
  ]);
});

test("what is printed is read as it was, byte for byte", () => {
  const layout = sample();
  const printed = printLayout(layout);
  const { bad, ...again } = parseLayout(printed);
  expect(bad).toEqual([]);
  expect(again.scaling).toEqual(layout.scaling);
  expect(again.rows).toEqual(layout.rows);
  expect(printLayout(again)).toEqual(printed);
  expect(printRow(row())).toBe(
    `2021-05-09 10:11:12.345678+00:00,0.123456,0.512345,${row().revision},${row().suite},3.8.5,Intel Core i5-1145G7 (64-bit),Ubuntu 20.04.1 LTS,clang 10.0.0-4ubuntu1`,
  );
});

const problemOf = (index: number, text: string) =>
  parseRow(line.split(",").with(index, text).join(","), { benchmark: "richards", variant: "compiled" });

test("a field that the layout cannot hold is refused, with its column", () => {
  expect(problemOf(0, "2021-02-31 10:00:00+00:00")).toEqual({ problem: expect.stringMatching(/^Timestamp: /) });
  expect(problemOf(1, "1e999")).toEqual({ problem: expect.stringMatching(/^Runtime \(s\): /) });
  expect(problemOf(6, "")).toEqual({ problem: "Hardware: nothing is not a name" });
  expect(parseScaling("richards,1.5,i7,3.8,i7,3.8")).toEqual({ problem: "its old and new configuration are the same" });
  expect(parseScaling("richards,0,i7,3.8,i7,3.9")).toEqual({ problem: expect.stringMatching(/^factor: /) });
});
