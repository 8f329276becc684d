import { expect, test } from "vitest";
import { withoutSlow } from "../../../runner/queue/slow.ts";
import { history, idOf } from "../report/fixture.ts";

const slow = [
  { benchmarks: ["self_check", "self_build"], every: 3, samples: 5 },
  { benchmarks: ["fuzz"], every: 2, samples: 5 },
];

test("a slow benchmark is owed by every so many revisions, the first one included", () => {
  const without = withoutSlow(history(7), slow);
  const owing = (name: string) => [0, 1, 2, 3, 4, 5, 6].filter((number) => !without.get(idOf(number))?.includes(name));
  expect(owing("self_check")).toEqual([0, 3, 6]);
  expect(owing("self_build")).toEqual([0, 3, 6]);
  expect(owing("fuzz")).toEqual([0, 2, 4, 6]);
  expect(owing("quick")).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("what a revision owes does not change when newer ones arrive", () => {
  const longer = withoutSlow(history(9), slow);
  for (const [id, names] of withoutSlow(history(4), slow)) expect(longer.get(id)).toEqual(names);
});
