import { expect, test } from "vitest";
import { statesOf } from "../../../runner/alerts/situation.ts";
import { at, problem, situation } from "./situations.ts";

const statesIn = (changes: Parameters<typeof situation>[0]) => [...statesOf(situation(changes)).keys()];

test("of a pause, an undeclared host, a wrong clock and a failed run the first explains the others", () => {
  const others = { blockers: ["another kernel"], clock: "1970", failure: "boom" };
  expect(statesIn({ ...others, paused: "for a move" })).toEqual(["paused"]);
  expect(statesIn(others)).toEqual(["undeclared"]);
  expect(statesIn({ clock: "1970", failure: "boom" })).toEqual(["clock"]);
  expect(statesIn({ failure: "boom" })).toEqual(["failing"]);
  expect(statesIn({})).toEqual([]);
});

test("silence begins after its hours, unless the schedule is paused or nothing at all can be measured", () => {
  expect(statesIn({ now: at(23.9) })).toEqual([]);
  expect(statesIn({ now: at(24) })).toEqual(["silent"]);
  expect(statesIn({ now: at(24), paused: "for a move" })).toEqual(["paused"]);
  expect(statesIn({ now: at(24), isNothingMeasured: true })).toEqual([]);
});

test("problems that last are states of their own, what cannot be measured is one, of which five are named", () => {
  const measure = Array.from({ length: 7 }, (_, index) => problem("measure", `revision ${index}`, 6));
  const states = statesOf(situation({ problems: [...measure, problem("fetch", "target", 6), problem("publish", "results", 5.9)] }));
  expect([...states.keys()]).toEqual(["problem measure", "problem fetch target"]);
  const lines = states.get("problem measure")?.text.split("\n") ?? [];
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toBe("and 2 more");
});
