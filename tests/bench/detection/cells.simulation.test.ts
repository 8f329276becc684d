import { expect, test } from "vitest";
import { cellsPart } from "../../../bench/detection/cells.ts";

test("cells say the confirmed changes, and of unchanged benchmarks nothing, where two sessions alone would", () => {
  const { rows, ok } = cellsPart(10, 1);
  expect(ok).toBe(true);
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatchObject({ suite: "unchanged", column: "last month" });
});
