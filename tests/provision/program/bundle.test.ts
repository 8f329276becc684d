import { expect, test } from "vitest";
import { buildBundle } from "../../../provision/program/bundle.ts";

/** What Node has since 20 or 22 only, and a host may have 18: the compiler knows the types of all of them. */
const tooNew =
  /\.(toReversed|toSorted|toSpliced|isWellFormed|toWellFormed)\(|\b(Map|Object)\.groupBy\(|Promise\.withResolvers\(|Array\.fromAsync\(|\bnavigator\./g;

test("the program for hosts uses nothing that Node 18 lacks", async () => {
  const { content } = await buildBundle();
  expect(content.length).toBeGreaterThan(100_000);
  expect([...content.matchAll(tooNew)].map(({ index }) => content.slice(index - 60, index + 40))).toEqual([]);
});

test("the program for hosts lacks Zod's messages in other languages, which every start would read", async () => {
  const { content } = await buildBundle();
  expect(content).toContain("Invalid input");
  expect(content).not.toMatch(/Ongeldige invoer|Input non valido/);
});
