import { expect, test } from "vitest";
import type { Outcome } from "../../../runner/model.ts";
import { plan } from "../../../runner/queue/queue.ts";
import { outcomesOf, triedAgain, triesOf } from "../../../runner/queue/tries.ts";
import { failed, input, ok, session, today, yesterday } from "./queue-fixture.ts";

test.each([
  ["failed today: not again today", [[today, failed]], []],
  ["failed yesterday: once more", [[yesterday, failed]], ["a"]],
  [
    "failed twice: kept as failed",
    [
      ["2026-11-20", failed],
      ["2026-11-21", failed],
    ],
    [],
  ],
  [
    "failed, then measured: done",
    [
      ["2026-11-20", failed],
      ["2026-11-21", ok],
    ],
    [],
  ],
] satisfies [string, [string, Outcome][], string[]][])("a benchmark that %s", (_, tries, owed) => {
  const sessions = tries.map(([day, outcome]) =>
    session(0, { a: { compiled: outcome, interpreted: ok }, b: { compiled: ok } }, { started: `${day}T10:00:00.000Z` }),
  );
  expect(plan(input(1, { sessions })).flatMap(({ benchmarks }) => benchmarks ?? ["everything"])).toEqual(owed);
});

const on = (days: string[], last: Outcome = failed) =>
  days.map((day, index) => ({
    outcome: index === days.length - 1 ? last : failed,
    session: session(0, {}, { started: `${day}T10:00:00.000Z` }),
  }));

test("failures are tried again on another day, until as many as attempts allow", () => {
  expect(
    [on([]), on([yesterday]), on([today]), on(["2026-11-20", yesterday], ok), on(["2026-11-20", yesterday])].map((tries) =>
      triedAgain(tries, today),
    ),
  ).toEqual([false, true, false, false, false]);
});

test("tries are the outcomes of one variant, outcomes those of all", () => {
  const both = session(0, { a: { compiled: ok, interpreted: failed }, b: { interpreted: ok } });
  expect(triesOf([both, session(1, {})], "a", "interpreted")).toEqual([{ outcome: failed, session: both }]);
  expect(outcomesOf(both).map(({ name, outcome }) => `${name} ${outcome.status}`)).toEqual(["a ok", "a failed", "b ok"]);
});
