import { afterAll, expect, test } from "vitest";
import { killRunners } from "../../bench/crash/campaign.ts";
import { removeHost } from "../../lab/host.ts";
import { silent } from "../../lab/progress.ts";
import { inLab } from "../lab/in-lab.ts";

const host = "crash-test";

afterAll(async () => {
  if (inLab) await removeHost(host);
});

test.skipIf(!inLab)("a runner killed twenty times, in every stage, loses no finished block and leaves nothing behind", async () => {
  const { faults, byStage, blocks } = await killRunners({ kills: 20, seed: 1, host }, silent);
  const found = Object.entries(faults).flatMap(([kind, those]) => those.map((one) => `${kind}: ${one}`));
  // A failed expectation would not show them whole.
  if (found.length > 0) throw new Error(found.join("\n"));
  expect(blocks).toBeGreaterThan(0);
  const hit = [...byStage].filter(([, { kills }]) => kills > 0).map(([stage]) => stage);
  expect(hit.length).toBeGreaterThanOrEqual(6);
});
