import { describe, expect, test } from "vitest";
import { evenkeel } from "../../../bench/detection/evenkeel.ts";
import { groupsOn, shortfalls, type Promised } from "../../../bench/detection/scenarios.ts";
import { simulate } from "../../../bench/detection/simulate.ts";

/** A few series of each row that `npm run bench -- detection` takes more of: bounds leave room for the few. */
const repetitions = 3;

const room: Required<Promised> = { precision: -0.2, recall: -0.25, exact: -0.15, latency: 15, falseAlarms: 0.4, wrong: 0.4, extra: 0.15 };

function withRoom(promised: Promised): Promised {
  return Object.fromEntries(Object.entries(promised).map(([name, bound]) => [name, bound + room[name as keyof Promised]]));
}

describe.each(groupsOn("held out"))("$title", ({ rows }) => {
  test.each(rows)("$name", (row) => {
    expect(shortfalls(simulate(evenkeel, row, repetitions, 2), withRoom(row.promised))).toEqual([]);
  });
});
