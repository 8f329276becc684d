import { expect, test } from "vitest";
import { layouts, quickLayouts, sectionOrder } from "../../../bench/layout/layouts.ts";

const functions = Array.from({ length: 40 }, (_, index) => `.text.CPyDef_f${index}`);

test("the order of functions is another for each seed, and holds every function once", () => {
  const [one, two] = [1, 2].map((seed) => sectionOrder(functions, seed));
  expect(one?.map(([from]) => from).sort()).toEqual([...functions].sort());
  expect(one).not.toEqual(two);
  expect(sectionOrder(functions, 1)).toEqual(one);
});

test("the linker's sorting by name keeps the order of chance", () => {
  const names = sectionOrder(functions, 3).map(([, name]) => name);
  expect([...names].sort()).toEqual(names);
});

test("unlikely code, and what runs once, stays where compilers put it", () => {
  const others = [".text.unlikely.f", ".text.startup", ".text.hot.g", ".text.exit.h", ".data.x", ".text"];
  expect(sectionOrder([...others, ".text.unlikely_named"], 1)).toEqual([[".text.unlikely_named", ".text.sorted.000000"]]);
});

test("layouts are told apart by name; there are controls and at least eight others", () => {
  expect(new Set(layouts.map(({ name }) => name)).size).toBe(layouts.length);
  expect(layouts.filter(({ kind }) => kind !== "same").length).toBeGreaterThanOrEqual(8);
  expect(quickLayouts.filter(({ kind }) => kind === "same")).toHaveLength(2);
});
