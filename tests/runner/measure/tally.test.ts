import { expect, test } from "vitest";
import { Tally } from "../../../runner/measure/tally.ts";
import { journalOf } from "../commands/example.ts";

const a = { benchmark: "a", variant: "compiled" };
const b = { benchmark: "b", variant: "compiled" };
const five = [1, 1, 1, 1, 1];

test("a variant is complete with its last block, and told once", () => {
  const tally = new Tally(journalOf(["a", "b"], 10));
  expect([tally.open, tally.samplesOf(a), tally.takenBefore(a)]).toEqual([2, 10, 0]);
  expect(tally.add({ ...a, samples: five })).toEqual([]);
  expect(tally.add({ ...a, samples: five })).toMatchObject([a]);
  expect([tally.open, tally.isOpen(a), tally.isOpen(b)]).toEqual([1, false, true]);
  tally.drop(b);
  expect(tally.open).toBe(0);
});

test("a pilot is complete once its number is chosen to be no larger", () => {
  const journal = journalOf(["a", "b"], 5);
  journal.header.plan = journal.header.plan.map((one) => ({ ...one, undecided: true as const }));
  const tally = new Tally(journal);
  for (const one of [a, b]) expect(tally.add({ ...one, samples: five })).toEqual([]);
  const chosen = [
    { benchmark: "a", variant: "compiled" as const, samples: 5 },
    { benchmark: "b", variant: "compiled" as const, samples: 12 },
  ];
  expect(tally.choose(chosen)).toMatchObject([{ ...a, samples: 5 }]);
  expect([tally.open, tally.samplesOf(b)]).toEqual([1, 12]);
});
