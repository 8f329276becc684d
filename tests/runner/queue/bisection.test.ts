import { describe, expect, test } from "vitest";
import { measured, Server } from "../../../bench/detection/server.ts";
import { idOf } from "../report/fixture.ts";
import { slowerFrom } from "./changes-server.ts";

describe("a change among revisions that were skipped", () => {
  const gap = [...Array(16).keys(), 24, 25];

  test("is bisected until it is known which it was", () => {
    const server = measured({ revisions: 26, truth: slowerFrom(21) }, gap);
    const done = server.settle();
    const bisecting = done.filter(({ reason }) => reason === "bisect");
    expect(bisecting.map((item) => server.numberOf(item))).toEqual([20, 22, 21]);
    expect(bisecting[0]?.because).toBe("find which of 9 revisions made sort slower: 8 of them unmeasured");
    expect(server.decisions).toEqual([
      expect.objectContaining({ outcome: "confirmed", firstBad: idOf(24), lastGood: idOf(15), skipped: 8 }),
      expect.objectContaining({
        outcome: "confirmed",
        found: "bisection",
        firstBad: idOf(21),
        lastGood: idOf(20),
        skipped: 0,
        supersedes: { firstBad: idOf(24), n: 1 },
      }),
    ]);
  });

  test("where one of them cannot be measured, the range around it stays", () => {
    const server = measured({ revisions: 26, truth: (number) => (number === 21 ? undefined : slowerFrom(22)(number)) }, gap);
    server.settle();
    expect(server.decisions.at(-1)).toMatchObject({ found: "bisection", lastGood: idOf(20), firstBad: idOf(22), skipped: 1 });
  });

  test("revisions that touch nothing that is measured are not among them", () => {
    const server = measured({ revisions: 26, truth: slowerFrom(24), wanted: (number) => gap.includes(number) }, gap);
    expect(server.settle().filter(({ reason }) => reason === "bisect")).toEqual([]);
    expect(server.decisions).toEqual([expect.objectContaining({ skipped: 0, firstBad: idOf(24) })]);
  });

  test("a benchmark that is measured on some revisions only is measured alone on the others", () => {
    const slow = new Map(Array.from({ length: 48 }, (_, number) => [idOf(number), number % 4 === 0 ? [] : ["sort"]]));
    const server = new Server({
      revisions: 48,
      benchmarks: ["sort", "other"],
      truth: (number, name) => (name === "sort" ? slowerFrom(42)(number) : 1),
      without: slow,
    });
    for (let number = 0; number < 48; number++) server.measure(number, { benchmarks: number % 4 === 0 ? ["sort", "other"] : ["other"] });
    const bisecting = server.settle().filter(({ reason }) => reason === "bisect");
    expect(bisecting.map((item) => [server.numberOf(item), item.benchmarks])).toEqual([
      [42, ["sort"]],
      [41, ["sort"]],
    ]);
    expect(server.decisions.at(-1)).toMatchObject({ firstBad: idOf(42), skipped: 0 });
  });
});
