import { expect, test } from "vitest";
import { againFor, commandsFor } from "../../../../runner/commands/compare/compare.ts";
import type { NamedSide } from "../../../../runner/commands/compare/sides.ts";
import type { NotCompared } from "../../../../runner/timeline/compared.ts";

const side = (name: string, changes: Partial<NamedSide> = {}): NamedSide =>
  ({ kind: "revisions", name, ids: new Set(["1"]), text: name, command: `evenkeel measure ${name}`, isOne: true, ...changes }) as NamedSide;
const commands = (notCompared: NotCompared[], b = side("feature")) =>
  commandsFor({ compared: [], notCompared, mean: undefined }, { a: side("main"), b });

test("missing benchmarks of a side have a command, with names if they are few", () => {
  expect(commands([{ benchmark: "x", reason: "broken", lacking: [] }])).toEqual([]);
  expect(
    commands([
      { benchmark: "x", reason: "", lacking: ["b"] },
      { benchmark: "y", reason: "", lacking: ["a", "b"] },
    ]),
  ).toEqual(["evenkeel measure main --benchmark y", "evenkeel measure feature --benchmark x y"]);
  const many = Array.from({ length: 21 }, (_, index): NotCompared => ({ benchmark: `b${index}`, reason: "", lacking: ["b"] }));
  expect(commands(many)).toEqual(["evenkeel measure feature"]);
});

test("ranges and environments are measured as a whole, ended environments not at all", () => {
  const lacking: NotCompared[] = [{ benchmark: "x", reason: "", lacking: ["b"] }];
  expect(commands(lacking, side("v1..main", { isOne: false, command: "evenkeel collect v1..main" }))).toEqual([
    "evenkeel collect v1..main",
  ]);
  expect(commands(lacking, side("e", { kind: "environment", isOne: false, command: undefined }))).toEqual([]);
});

test("if verdicts need the noise, the command is a further session of a single revision", () => {
  const one = {
    benchmark: "x",
    group: undefined,
    variant: "compiled" as const,
    ratio: { value: 2, standardError: 0.01, degreesOfFreedom: 9 },
    isSame: false,
    scalingFactors: 0,
    points: [1, 1] as [number, number],
    elsewhere: 0,
    isNoiseKnown: false,
    changes: [],
  };
  const found = (verdict: "not judged" | "differs", b = side("feature")) =>
    againFor({ compared: [{ ...one, verdict }], notCompared: [], mean: undefined }, { a: side("main"), b });
  expect(found("not judged")).toEqual({ again: "evenkeel measure feature" });
  expect(found("not judged", side("v1..main", { isOne: false }))).toEqual({ again: "evenkeel measure main" });
  expect(found("differs")).toEqual({});
});
