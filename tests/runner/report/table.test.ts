import { expect, test } from "vitest";
import { table } from "../../../runner/report/table.ts";

test("a column is aligned by its letter", () => {
  expect(table(["a", "b"], "lr", [["1", "2"]])).toBe("| a | b |\n| --- | --: |\n| 1 | 2 |");
});
