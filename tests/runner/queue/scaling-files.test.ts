import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountOf } from "../../../runner/system/account.ts";
import type { ScalingFactor } from "../../../runner/model.ts";
import type { Bridge } from "../../../runner/queue/bridges.ts";
import { newScalingFiles } from "../../../runner/queue/scaling-files.ts";
import { readScalingFactors, writeScalingFactors } from "../../../runner/store/scaling-factors.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-linking-"));
});
afterEach(() => rm(root, { recursive: true }));

function finished(benchmark: string, found: Partial<ScalingFactor> = {}): Bridge {
  const from = { environment: "e0aaaaaabbbb", workload: "w1" };
  const to = { environment: "e1aaaaaabbbb", workload: "w1" };
  const ends = { benchmark, variant: "compiled" as const, from, to };
  const factor = { phi: Math.log(0.9), standardError: 0.01 / 3, degreesOfFreedom: 8 };
  return { ...ends, needs: [], scalingFactor: { ...ends, status: "linked", factor, revisions: ["0".repeat(40)], ...found } };
}

const broken: Bridge = {
  ...finished("tree"),
  scalingFactor: { ...withoutFactor(finished("tree")), status: "broken", reason: "it fails there" },
};
const unknown = finished("queue", { status: "weak", factor: { phi: 1 / 3, standardError: Infinity, degreesOfFreedom: 1 } });

function withoutFactor({ scalingFactor }: Bridge): ScalingFactor {
  if (!scalingFactor) throw new RangeError("not finished");
  const { factor: _, ...rest } = scalingFactor;
  return rest;
}

/** Links as a run does. Returns what was written: number and benchmarks of each file. */
async function link(bridges: readonly Bridge[]): Promise<[number, string[]][]> {
  const account = await accountOf(userInfo().uid === 0 ? "nobody" : userInfo().username);
  const { files: known } = await readScalingFactors(root);
  const files = newScalingFiles(bridges, { known, all: known, host: "bench", written: "2026-11-23T10:11:12.000Z" });
  for (const file of files) await writeScalingFactors(root, account, file);
  return files.map(({ n, scalingFactors }) => [n, scalingFactors.map(({ benchmark }) => benchmark)]);
}

test("linking twice without new sessions writes nothing the second time, though files round", async () => {
  const bridges = [finished("sort"), broken, unknown];
  expect(await link(bridges)).toEqual([[1, ["sort", "tree", "queue"]]]);
  expect(await link(bridges)).toEqual([]);
});

test("what new sessions found otherwise is a further file, with that alone", async () => {
  await link([finished("sort"), broken]);
  const factor = { phi: Math.log(0.91), standardError: 0.003, degreesOfFreedom: 9 };
  expect(await link([finished("sort", { factor }), broken])).toEqual([[2, ["sort"]]]);
});

test("nothing is written of a pair of environments while one of its bridges is unfinished", async () => {
  const { scalingFactor: _, ...open } = finished("tree");
  expect(await link([finished("sort"), { ...open, needs: [{ benchmark: "tree", revisions: ["0".repeat(40)], sessions: 1 }] }])).toEqual([]);
});
