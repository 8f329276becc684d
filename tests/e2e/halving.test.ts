import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LabServer } from "../../lab/server.ts";
import type { Behaviour } from "../../lab/small-target.ts";
import { readDecisions } from "../../runner/store/decisions.ts";
import { standing } from "../../runner/timeline/detection/readings.ts";
import { inLab } from "../lab/in-lab.ts";

const count = 18;
const slowFrom = 6;
const slowUntil = 12;

function behaviour(number: number): Record<string, Behaviour> {
  const isSlow = number >= slowFrom && number < slowUntil;
  return { b1: { seconds: isSlow ? 0.0044 : 0.004, noise: 0.002 }, revision: { prints: String(number) } };
}

// Its revisions are there before anything is measured: the newest comes first, then the middle of what is open.
describe.skipIf(!inLab)("a backlog with a change and its revert", () => {
  let server: LabServer;
  const ids: string[] = [];

  beforeAll(async () => {
    server = await LabServer.open({ name: "halving", benchmarks: ["b1"] });
    for (let number = 0; number < count; number++) {
      ids.push(await server.commit(`small: ${number}`, { behaviour: behaviour(number) }));
    }
    await server.pushTarget();
  });
  afterAll(() => server?.remove());

  test("ends with what measuring in order ends with: both changes, each at its revision", async () => {
    await server.measureAll();
    const { decisions } = await readDecisions(await server.otherHost());
    const confirmed = standing(decisions).filter(({ outcome }) => outcome === "confirmed");
    const found = confirmed.map(({ firstBad, direction, skipped }) => ({ at: ids.indexOf(firstBad), direction, skipped }));
    expect(found.sort((a, b) => a.at - b.at)).toEqual([
      { at: slowFrom, direction: "slower", skipped: 0 },
      { at: slowUntil, direction: "faster", skipped: 0 },
    ]);
    expect((await server.report("reports/benchmarks/b1.md")).match(/\*\*confirmed/g)).toHaveLength(2);
  });
});
