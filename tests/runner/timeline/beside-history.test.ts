import { expect, test } from "vitest";
import type { Outcome, Session } from "../../../runner/model.ts";
import { withBeside } from "../../../runner/timeline/beside-history.ts";
import { compare } from "../../../runner/timeline/compare.ts";
import type { RevisionsSide } from "../../../runner/timeline/compared.ts";
import { timeline } from "../../../runner/timeline/timeline.ts";
import { history, idOf, measured, session } from "../report/fixture.ts";

/** Four revisions are the history; 8 and 9 lie on other branches. */
const ofBranch = history(4);
const program = (seconds: number, fingerprint: string): Outcome => ({ ...measured(seconds), fingerprint });
const copy = (fingerprint: string, as: number): Outcome => ({ status: "reused", workload: "w1", fingerprint, as: idOf(as) });

function taken(number: number, sort: Outcome, serial: number): Session {
  return session(number, { sort: { compiled: sort } }, { serial });
}

const side = (number: number): RevisionsSide => ({ kind: "revisions", name: `r${number}`, ids: new Set([idOf(number)]) });

function compared(sessions: Session[], a: number, b: number) {
  const { history, copies } = withBeside(ofBranch, [idOf(a), idOf(b)], sessions);
  const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  const { benchmarks } = timeline({ history, sessions, listed, currentEnvironment: "e1", scalingFactors: [] });
  return compare({ benchmarks, copies }, side(a), side(b));
}

const sessions = [taken(2, program(1, "p"), 1), taken(3, program(2, "q"), 2), taken(8, program(3, "r"), 3), taken(9, program(6, "s"), 4)];

test("a revision that is not in the history is compared, on either side and on both", () => {
  expect(compared(sessions, 3, 8).compared).toMatchObject([{ benchmark: "sort", ratio: { value: 1.5 }, points: [1, 1] }]);
  expect(compared(sessions, 8, 3).compared).toMatchObject([{ ratio: { value: 2 / 3 } }]);
  expect(compared(sessions, 8, 9).compared).toMatchObject([{ ratio: { value: 2 } }]);
});

test("one that runs the program of the newest is the same", () => {
  expect(compared([...sessions, taken(10, program(2.1, "q"), 5)], 3, 10).compared).toMatchObject([{ isSame: true, ratio: { value: 1 } }]);
});

test("one that has another's samples is compared by these, whichever side of the history that is on", () => {
  expect(compared([...sessions, taken(10, copy("p", 2), 5)], 10, 3).compared).toMatchObject([{ ratio: { value: 2 } }]);
  expect(compared([...sessions, taken(10, copy("r", 8), 5)], 9, 10).compared).toMatchObject([{ ratio: { value: 0.5 } }]);
});

test("samples of its own count before another's", () => {
  const both = [...sessions, taken(10, copy("p", 2), 5), taken(10, program(4, "p"), 6)];
  expect(compared(both, 3, 10).compared).toMatchObject([{ ratio: { value: 2 } }]);
});

test("the history itself stays as it is", () => {
  const { history, copies } = withBeside(ofBranch, [idOf(1), idOf(8)], sessions);
  expect(history.slice(0, 4)).toEqual(ofBranch);
  expect(history.slice(4).map(({ id }) => id)).toEqual([idOf(8)]);
  expect([...(copies.get("compiled sort") ?? [])]).toEqual([[idOf(8), idOf(8)]]);
});
