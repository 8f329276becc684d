import { expect, test } from "vitest";
import { creepingRows, simulateCreeping } from "../../../bench/detection/creeping.ts";

/** A few series of each row that `npm run bench -- detection` takes more of: bounds leave room for the few. */
const repetitions = 3;

const rows = creepingRows.map((row) => ({ ...row, creeps: row.range !== undefined }));

test.each(rows.filter(({ creeps }) => creeps))("$name: reported as a range, and no revision is blamed", (row) => {
  const { reported, scapegoats } = simulateCreeping(row, repetitions, 2);
  expect(reported).toBe(1);
  expect(scapegoats).toBeLessThanOrEqual(0.25);
});

test.each(rows.filter(({ creeps }) => !creeps))("$name: no range is reported", (row) => {
  expect(simulateCreeping(row, repetitions, 2).falseRanges).toBeLessThanOrEqual(0.5);
});
