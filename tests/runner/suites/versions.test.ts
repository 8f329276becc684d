import { expect, test } from "vitest";
import { schema } from "../../../config/schema.ts";
import { declaredVersion, isOfDeclaredVersions } from "../../../runner/suites/versions.ts";
import { inVersion, versionOf } from "../../../runner/timeline/workload-version.ts";

const commands = schema.shape.suite.parse({
  adapter: "command",
  benchmarks: [
    { name: "startup", run: "true" },
    { name: "constructor", run: "true", version: 3 },
  ],
});
const runbench = schema.shape.suite.parse({
  adapter: "runbench",
  repository: "https://example.org/suite",
  versions: [
    { benchmark: "mypy_*", version: 2 },
    { benchmark: "mypy_startup", version: 4 },
  ],
});

test("a workload tells its version; the first one is the workload as the suite has it", () => {
  expect([1, 2, 12].map((version) => inVersion("0123456789abcdef", version))).toEqual([
    "0123456789abcdef",
    "0123456789abcdef-v2",
    "0123456789abcdef-v12",
  ]);
  expect([1, 2, 12].map((version) => versionOf(inVersion("0123456789abcdef", version)))).toEqual([1, 2, 12]);
  // Of imported values.
  expect(["imported", "suite-0123456789ab", ""].map(versionOf)).toEqual([1, 1, 1]);
});

test("a version is declared beside its command, or by name or pattern; else it is 1", () => {
  expect(["startup", "constructor", "toString"].map((name) => declaredVersion(commands, name))).toEqual([1, 3, 1]);
  expect(["mypy_self_check", "mypy_startup", "richards"].map((name) => declaredVersion(runbench, name))).toEqual([2, 4, 1]);
});

test("a listing is of the declared versions where all its workloads are", () => {
  const listed = [
    { name: "richards", workload: "a" },
    { name: "mypy_self_check", workload: "b-v2" },
  ];
  expect(isOfDeclaredVersions(listed, runbench)).toBe(true);
  expect(isOfDeclaredVersions([{ name: "mypy_self_check", workload: "b" }], runbench)).toBe(false);
  expect(isOfDeclaredVersions([{ name: "richards", workload: "a-v2" }], runbench)).toBe(false);
});
