import { expect, test } from "vitest";
import { buildProgress, marks } from "../../../../runner/resources/python/progress.ts";

const object = (name: string) => `gcc -c -fno-strict-overflow -DNDEBUG -O3 -Wall -I./Include -o Objects/${name}.o Objects/${name}.c`;
const objects = (count: number) => Array.from({ length: count }, (_, index) => object(`o${index}`));
const log = [
  marks.unpack,
  marks.configure,
  ...Array.from({ length: 700 }, () => "checking for something... yes"),
  marks.compile,
  "Running code to generate profile data (this can take a while):",
  "Building with support for profile generation:",
  ...objects(300),
  "make run_profile_task",
  "0:00:04 load avg: 1.20 [ 1/40] test_array",
  "0:02:04 load avg: 1.20 [20/40] test_json",
  "Rebuilding with profile guided optimizations:",
  ...objects(300),
  marks.install,
  "Creating directory /opt/evenkeel/python/3.13.5-00000000/bin",
];

test("a build tells what it is at", () => {
  const steps = log.map((_, index) => buildProgress(log.slice(0, index + 1)).step);
  expect([...new Set(steps)]).toEqual([
    "unpacking",
    "configuring",
    "compiling",
    "compiling with instruments",
    "running the profile task",
    "compiling with the profile",
    "installing",
  ]);
  expect(buildProgress([])).toEqual({ step: "starting", percent: 0 });
});

test("its share grows and never shrinks, from 0 to below 100", () => {
  const percents = log.map((_, index) => buildProgress(log.slice(0, index + 1)).percent ?? 0);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(percents[0]).toBe(0);
  expect(percents.at(-1)).toBeGreaterThan(95);
  expect(percents.at(-1)).toBeLessThan(100);
  expect(new Set(percents.map(Math.floor)).size).toBeGreaterThan(50);
});

test("a build without a profile goes from compiling to installing", () => {
  const { step, percent } = buildProgress([marks.unpack, marks.configure, marks.compile, ...objects(300), marks.install]);
  expect(step).toBe("installing");
  expect(percent).toBeGreaterThan(95);
});
