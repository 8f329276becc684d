import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LabServer } from "../../lab/server.ts";
import type { Behaviour } from "../../lab/small-target.ts";
import { readDecisions } from "../../runner/store/decisions.ts";
import { inLab } from "../lab/in-lab.ts";

const before = 12;
const skipped = 16;
/** Which of the skipped revisions is the first slow one. */
const slowFrom = 5;

function behaviour(number: number, seconds = 0.004): Record<string, Behaviour> {
  return { b1: { seconds, noise: 0.002 }, revision: { prints: String(number) } };
}

describe.skipIf(!inLab)("a change among revisions that were skipped", () => {
  let server: LabServer;
  const ids: string[] = [];

  beforeAll(async () => {
    server = await LabServer.open({ name: "bisection", benchmarks: ["b1"] });
    for (let number = 0; number < before; number++) await server.commit(`small: ${number}`, { behaviour: behaviour(number) });
    await server.pushTarget();
    await server.evenkeelOk("run --no-publish");
    for (let number = 0; number < skipped; number++) {
      const seconds = number >= slowFrom ? 0.0042 : 0.004;
      ids.push(await server.commit(`small: skipped ${number}`, { behaviour: behaviour(before + number, seconds) }));
    }
    await server.pushTarget();
    await server.evenkeelOk(`measure ${ids.at(-1)} --no-publish`);
  });
  afterAll(() => server?.remove());

  test("is found at the very revision that made it, by what is measured in between", async () => {
    await server.measureAll();
    const { decisions } = await readDecisions(await server.otherHost());
    const confirmed = decisions.filter(({ outcome }) => outcome === "confirmed").sort((a, b) => (a.written < b.written ? -1 : 1));
    expect(confirmed.at(-1)).toMatchObject({ benchmark: "b1", firstBad: ids[slowFrom], lastGood: ids[slowFrom - 1], skipped: 0 });
    // Each but the first narrows down the one before.
    expect(confirmed.slice(1).every(({ supersedes }) => supersedes)).toBe(true);
    expect((await server.report("reports/benchmarks/b1.md")).match(/\*\*confirmed/g)).toHaveLength(1);
  });
});
