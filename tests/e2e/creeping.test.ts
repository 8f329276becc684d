import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LabServer } from "../../lab/server.ts";
import type { Behaviour } from "../../lab/small-target.ts";
import { readDecisions } from "../../runner/store/decisions.ts";
import { inLab } from "../lab/in-lab.ts";

const before = 12;
/** Revisions that each make b1 .2 % slower. */
const creepingOver = 24;

function behaviour(number: number): Record<string, Behaviour> {
  const seconds = 0.004 * 1.002 ** Math.max(0, number - before);
  return { b1: { seconds, noise: 0.002 }, revision: { prints: String(number) } };
}

describe.skipIf(!inLab)("a change that creeps over many revisions", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open({ name: "creeping", benchmarks: ["b1"] });
    for (let number = 0; number < before; number++) await server.commit(`small: ${number}`, { behaviour: behaviour(number) });
    await server.pushTarget();
    await server.evenkeelOk("run --no-publish");
  });
  afterAll(() => server?.remove());

  test("is paired with a cached build, and told as a range without a culprit", async () => {
    let newest = "";
    for (let number = before; number < before + creepingOver; number++) {
      newest = await server.commit(`small: ${number}`, { behaviour: behaviour(number) });
    }
    await server.pushTarget();
    // Nothing is paired or confirmed meanwhile.
    await server.evenkeelOk(`collect v0..${newest} --no-publish`);
    expect(await server.evenkeelOk("queue")).toMatch(
      new RegExp(
        `revision ${newest.slice(0, 12)} +creeping +1 benchmark .*confirm creeping change: b1 \\+\\d\\.\\d+ % over (2\\d|30) programs: session 1 of`,
      ),
    );
    await server.measureAll();
    const { decisions } = await readDecisions(await server.otherHost());
    const found = decisions.filter(({ outcome }) => outcome !== "rejected");
    expect(found).toEqual([expect.objectContaining({ benchmark: "b1", outcome: "creeping", direction: "slower", firstBad: newest })]);
    expect(await server.evenkeelOk("status")).toMatch(/creeping +b1 \+\d\.\d+ % ± [\d.]+ % since [0-9a-f]{12}, in no single revision/);
    expect(await server.report("reports/benchmarks/b1.md")).toMatch(/Creeping change: \+\d\.\d+ %.*, in no single revision/);
  });
});
