import { expect, test } from "vitest";
import { cardOf } from "../../../../runner/report/page/card.ts";
import { decision, failed, history, measured, session } from "../fixture.ts";
import { madeReport } from "../made-report.ts";

const cell = (text: string) => ({ text });
const cells = { month: cell("+5 %"), quarter: cell("no confirmed change"), isUnjudged: false };

function cardWith(changes: Parameters<typeof madeReport>[0], given: Parameters<typeof cardOf>[2] = cells) {
  const { report, benchmark } = madeReport({ history: history(120), ...changes });
  return cardOf(report, benchmark, given);
}

const at = (number: number) => session(number, { sort: { compiled: measured(0.01) } }, { serial: number });

test("a card has its value, its changes, and the places of what changed among the points that it shows", () => {
  const sessions = Array.from({ length: 100 }, (_, number) => at(number));
  const decisions = [decision(5), decision(50), decision(99, { direction: "faster" }), decision(60, { outcome: "drifted" })];
  expect(cardWith({ sessions, decisions })).toMatchObject({
    name: "sort",
    value: "10.000 ± 0.023 ms",
    month: ["+5 %"],
    // Of 100 points the newest 90 are shown: what lies before them is not marked.
    slower: [40],
    faster: [89],
    drifts: [50],
    changed: 99,
  });
});

test("a card without a value says why, and one that fails by now where", () => {
  expect(cardWith({ sessions: [] }, undefined)).toMatchObject({ said: "not measured yet", spark: "" });
  const card = cardWith({ sessions: [at(0), session(1, { sort: { compiled: failed() } }, { serial: 1 })] });
  expect(card.said).toMatch(/^fails at [0-9a-f]{12}: compile$/);
  expect(card.spark).toMatch(/!$/);
});

test("no change can be detected yet only of a benchmark that the suite has", () => {
  const unjudged = { ...cells, isUnjudged: true };
  expect(cardWith({ sessions: [at(0)] }, unjudged).unjudged).toBe("changes cannot be detected yet");
  expect(cardWith({ sessions: [at(0)], benchmarks: [] }, unjudged)).not.toHaveProperty("unjudged");
});
