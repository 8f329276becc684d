import { expect, test } from "vitest";
import { differingKeys, flatten, shown } from "../../config/flatten.ts";

test("a property has its path in the configuration file", () => {
  const value = { python: { version: "3.13" }, measure: { samples: 5, tuned: true, why: null }, absent: undefined };
  expect([...flatten(value)]).toEqual([
    ["python.version", "3.13"],
    ["measure.samples", "5"],
    ["measure.tuned", "true"],
    ["measure.why", "null"],
  ]);
});

test("a list of plain values is one property; other entries have their names or indexes", () => {
  const value = { cores: [1, 2], packages: [], hosts: [{ name: "bench", port: 22 }, { port: 23 }] };
  expect([...flatten(value)]).toEqual([
    ["cores", "1, 2"],
    ["packages", "none"],
    ["hosts[bench].name", "bench"],
    ["hosts[bench].port", "22"],
    ["hosts[1].port", "23"],
  ]);
});

test("a text is shown as it is, anything else as JSON", () => {
  expect(["a b", 1, false, null].map(shown)).toEqual(["a b", "1", "false", "null"]);
  expect(shown(["a", null])).toBe("a, null");
});

test("keys that differ have another value or are on one side only, in the order of the newer side", () => {
  const before = new Map([
    ["gone", "1"],
    ["same", "1"],
    ["other", "1"],
  ]);
  const after = new Map([
    ["new", "1"],
    ["other", "2"],
    ["same", "1"],
  ]);
  expect(differingKeys(before, after)).toEqual(["new", "other", "gone"]);
});
