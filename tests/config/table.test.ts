import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configurationTables, withTables } from "../../config/table.ts";

test("docs/configuration.md has the current tables (update them with node config/table.ts --write)", () => {
  const page = readFileSync("docs/configuration.md", "utf8");
  expect(withTables(page)).toBe(page);
});

test("a row has key, type, default, unit and meaning", () => {
  expect(configurationTables()).toContain(
    "| `measure.timeoutSeconds` | a number above 0 and at most 86400 | `300` | seconds | Time limit of one process |",
  );
});

test("a section has its heading, its meaning, and only its own settings", () => {
  const section = configurationTables()
    .split("\n### ")
    .find((text) => text.startsWith("`os`"));
  expect(section).toMatch(/^`os`\n\nThe operating system\.\n\n\| setting /);
  expect([...(section ?? "").matchAll(/^\| `(\S+)`/gm)].map(([, path]) => path)).toEqual(["os.release", "os.upgrade"]);
});

test("only what is between the markers is replaced", () => {
  const text = withTables("# A\n<!-- configuration -->\nstale row\n<!-- /configuration -->\nB\n");
  expect(text).toMatch(/^# A\n<!-- configuration -->\n\n### `hosts`\n[^]*\|\n\n<!-- \/configuration -->\nB\n$/);
  expect(text).not.toContain("stale row");
  expect(() => withTables("# A\n")).toThrow("<!-- configuration -->");
});
