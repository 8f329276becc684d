import { expect, test } from "vitest";
import { inVersion, isOneVersion, versionOf } from "../../../runner/timeline/workload-version.ts";

test("the first version is the workload itself, a later one is read back from its id", () => {
  expect([1, 2, 12].map((version) => inVersion("w", version))).toEqual(["w", "w-v2", "w-v12"]);
  expect(["w", "w-v2", "w-v12", "w-v2-more"].map(versionOf)).toEqual([1, 2, 12, 1]);
});

const isOne = (one: string, other: string) => isOneVersion({ workload: one }, { workload: other });

test("edited workloads are of one version, workloads of two versions are not", () => {
  expect([isOne("a", "b"), isOne("a-v2", "b-v2"), isOne("a", "a-v2")]).toEqual([true, true, false]);
});
