import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configurationTable, withTable } from "../../config/table.ts";

test("README.md has the table as the schema gives it: node config/table.ts --write", () => {
  const readme = readFileSync("README.md", "utf8");
  expect(withTable(readme)).toBe(readme);
});

test("a row has key, type, default, unit and meaning", () => {
  expect(configurationTable()).toContain(
    "| `measure.timeoutSeconds` | a number above 0 and at most 86400 | `300` | seconds | Time limit of one process |",
  );
});

test("only what is between the markers is replaced", () => {
  const text = withTable("# A\n<!-- configuration -->\nstale row\n<!-- /configuration -->\nB\n");
  expect(text).toMatch(/^# A\n<!-- configuration -->\n\n\| setting [^]*\|\n\n<!-- \/configuration -->\nB\n$/);
  expect(text).not.toContain("stale row");
  expect(() => withTable("# A\n")).toThrow("<!-- configuration -->");
});
