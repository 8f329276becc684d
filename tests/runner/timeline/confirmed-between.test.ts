import { describe, expect, test } from "vitest";
import type { Decision } from "../../../runner/model.ts";
import { compare } from "../../../runner/timeline/compare.ts";
import type { RevisionsSide } from "../../../runner/timeline/compared.ts";
import { timeline } from "../../../runner/timeline/timeline.ts";
import { decision, history, idOf, measured, session } from "../report/fixture.ts";

const revisions = history(12);
const sessions = revisions.map((_, number) => session(number, { sort: { compiled: measured(1) } }, { serial: number }));
const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
const { benchmarks } = timeline({ history: revisions, sessions, listed, currentEnvironment: "e1", scalingFactors: [] });
const positions = new Map(revisions.map(({ id }, position) => [id, position]));

const at = (oldest: number, newest = oldest): RevisionsSide => ({
  kind: "revisions",
  name: `r${oldest}`,
  ids: new Set(Array.from({ length: newest - oldest + 1 }, (_, index) => idOf(oldest + index))),
  span: { oldest, newest },
});

function between(a: RevisionsSide, b: RevisionsSide, ...decisions: Decision[]) {
  const [sort] = compare({ benchmarks, decided: { decisions, positions } }, a, b).compared;
  return {
    verdict: sort?.verdict,
    changes: sort?.changes.map(({ firstBad, direction, change }) => [positions.get(firstBad), direction, change?.phi]),
  };
}

const slower = decision(5, { change: { phi: 0.05, standardError: 0.002, degreesOfFreedom: 9 } });

describe("a comparison over a confirmed change", () => {
  test("is marked, whatever the ratio of two sessions", () => {
    expect(between(at(2), at(8), slower)).toEqual({ verdict: "confirmed", changes: [[5, "slower", 0.05]] });
    expect(between(at(4), at(5), slower).verdict).toBe("confirmed");
  });

  test("back in the history is the change turned round", () => {
    expect(between(at(8), at(2), slower)).toEqual({ verdict: "confirmed", changes: [[5, "faster", -0.05]] });
  });

  test("is none where the change lies before, after or within a side, or may do so", () => {
    for (const [a, b] of [
      [at(5), at(8)],
      [at(1), at(4)],
      [at(2, 6), at(8)],
      [at(1), at(3, 9)],
    ] as const)
      expect(between(a, b, slower)).toMatchObject({ changes: [] });
    const skipping = decision(5, { lastGood: idOf(2), skipped: 2 });
    expect(between(at(3), at(8), skipping).changes).toEqual([]);
    expect(between(at(2), at(8), skipping).verdict).toBe("confirmed");
  });

  test("is none where nothing was confirmed, or in another environment", () => {
    expect(between(at(2), at(8), decision(5, { outcome: "rejected" })).changes).toEqual([]);
    expect(between(at(2), at(8), decision(5, { context: { environment: "e9", workload: "w1" } })).changes).toEqual([]);
    const { span: _, ...unplaced } = at(8);
    expect(between(at(2), unplaced, slower).changes).toEqual([]);
  });
});
