import { hostSteps } from "../../lab/costs.ts";
import { textTable } from "../../bench/table.ts";
import type { FileCosts } from "./costs.ts";

/** Files that take less are added up. */
const listedSeconds = 5;
const longestFileSeconds = 180;
const longestRunMinutes = 25;

type Row = Record<(typeof columns)[number], number>;
const columns = ["wall s", "processor s", "hosts' processor s", ...hostSteps] as const;

/**
 * Returns what each test file cost as a table, the longest first. Processor time is that of the test and its programs; hosts have a column of
 * their own. The last columns are wall seconds that the file spent making, copying and booting hosts, in Pulumi, and waiting for a condition.
 */
export function costsTable(costs: readonly FileCosts[]): string {
  const rows = costs.map((file) => ({ path: file.file, row: rowOf(file) }));
  rows.sort((a, b) => b.row["wall s"] - a.row["wall s"]);
  const listed = rows.filter(({ row }) => row["wall s"] >= listedSeconds);
  const others = rows.filter(({ row }) => row["wall s"] < listedSeconds);
  return textTable(
    ["file", ...columns],
    [
      ...listed.map(({ path, row }) => cells(path, row)),
      cells(`${others.length} files below ${listedSeconds} s`, total(others)),
      cells("all", total(rows)),
    ],
  );
}

/** Returns a warning for each file and each run that takes longer than it may. */
export function longRuns(costs: readonly FileCosts[], minutes: number): string[] {
  const long = costs.filter(({ wall }) => wall > longestFileSeconds).sort((a, b) => b.wall - a.wall);
  return [
    ...long.map(({ file, wall }) => `${file} takes ${wall.toFixed(0)} s, more than ${longestFileSeconds} s: split it`),
    ...(minutes > longestRunMinutes
      ? [`the run takes ${minutes.toFixed(1)} minutes, more than ${longestRunMinutes}: see the table for where they go`]
      : []),
  ];
}

function rowOf({ wall, processor, hosts }: FileCosts): Row {
  return { "wall s": wall, "processor s": processor, "hosts' processor s": hosts.processor, ...hosts.steps };
}

function total(rows: readonly { row: Row }[]): Row {
  const sums = columns.map((column) => [column, rows.reduce((sum, { row }) => sum + row[column], 0)]);
  return Object.fromEntries(sums);
}

function cells(name: string, row: Row): (string | number)[] {
  return [name, ...columns.map((column) => Math.round(row[column]))];
}
