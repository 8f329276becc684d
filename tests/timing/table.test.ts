import { expect, test } from "vitest";
import type { FileCosts } from "./costs.ts";
import { costsTable, longRuns } from "./table.ts";

const idle = { steps: { image: 0, copy: 0, boot: 0, provisioning: 0, waiting: 0 }, processor: 0 };
const busy = { steps: { image: 1, copy: 2, boot: 3, provisioning: 40, waiting: 50 }, processor: 99.6 };
const costsOf = (file: string, wall: number, hosts: FileCosts["hosts"] = idle): FileCosts => ({ file, wall, processor: wall / 8, hosts });

test("the table lists the longest file first, adds up the short ones, and ends with the sums", () => {
  const table = costsTable([costsOf("a.test.ts", 3), costsOf("b.test.ts", 100, busy), costsOf("c.test.ts", 1)]);
  const rows = table.split("\n").map((line) => line.split(/ {2,}/));
  expect(rows[0]).toEqual(["file", "wall s", "processor s", "hosts' processor s", "image", "copy", "boot", "provisioning", "waiting"]);
  expect(rows.slice(2)).toEqual([
    ["b.test.ts", "100", "13", "100", "1", "2", "3", "40", "50"],
    ["2 files below 5 s", "4", "1", "0", "0", "0", "0", "0", "0"],
    ["all", "104", "13", "100", "1", "2", "3", "40", "50"],
  ]);
});

test("a file of more than 3 minutes and a run of more than 25 are warned of, and no others", () => {
  expect(longRuns([costsOf("a.test.ts", 180), costsOf("b.test.ts", 181)], 25)).toEqual([
    "b.test.ts takes 181 s, more than 180 s: split it",
  ]);
  expect(longRuns([], 25.1)).toEqual(["the run takes 25.1 minutes, more than 25: see the table for where they go"]);
});
