import { expect, test } from "vitest";
import * as z from "zod";
import { byName, recordByName } from "../../config/by-name.ts";

const names = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf"];

test("a record by name has no inherited entries", () => {
  const empty = byName<number>();
  expect(names.map((name) => empty[name])).toEqual(names.map(() => undefined));
  expect(names.filter((name) => name in empty)).toEqual([]);
});

test("a record by name keeps every name through JSON and its schema", () => {
  const schema = recordByName(z.string(), z.number());
  const made = byName(names.map((name, index) => [name, index] as const));
  const read = schema.parse(JSON.parse(JSON.stringify(made)));
  expect(Object.keys(read)).toEqual(names);
  expect(names.map((name) => read[name])).toEqual([0, 1, 2, 3, 4]);
  expect(schema.parse({})["constructor"]).toBeUndefined();
});

test("the schema names the entry that is wrong", () => {
  const read = recordByName(z.string().max(3), z.number()).safeParse({ a: "b" });
  expect(read.error?.issues.map(({ path, code }) => ({ path, code }))).toEqual([{ path: ["a"], code: "invalid_type" }]);
  expect(recordByName(z.string().max(3), z.number()).safeParse({ longer: 1 }).success).toBe(false);
  expect(recordByName(z.string(), z.number()).safeParse([1]).success).toBe(false);
});
