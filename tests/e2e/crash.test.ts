import { expect, test } from "vitest";
import { killRunners } from "../../bench/crash/campaign.ts";
import { silent } from "../../lab/progress.ts";
import { inLab } from "../lab/in-lab.ts";

test.skipIf(!inLab)("a runner killed twenty times, in every stage, loses no finished block and leaves nothing behind", async () => {
  const { faults, byStage, blocks } = await killRunners({ kills: 20, seed: 1, host: "crash-test" }, silent);
  // The message has them whole: a report of a failure shows no difference between objects.
  expect(faults, JSON.stringify(faults)).toEqual({
    lost: [],
    torn: [],
    rewritten: [],
    "measured twice": [],
    left: [],
    outlived: [],
    trouble: [],
  });
  expect(blocks).toBeGreaterThan(0);
  const hit = [...byStage].filter(([, { kills }]) => kills > 0).map(([stage]) => stage);
  expect(hit.length).toBeGreaterThanOrEqual(6);
});
