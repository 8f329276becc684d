import { expect, test } from "vitest";
import { setupOf, type SetupConfig } from "../../../runner/build/setup.ts";

const config: SetupConfig = {
  packages: ["gcc"],
  python: { requirements: [] },
  target: { requirements: [], submodules: [] },
  suite: { adapter: "runbench", repository: "https://example.org/suite", branch: "main", submodules: [], versions: [] },
  measure: { cores: [], diskGigabytes: 4, expect: [], memoryGigabytes: 4, prepareTimeoutMinutes: 60, processes: 512, timeoutSeconds: 300 },
};
const { measure, suite, target } = config;

test.each<[string, Partial<SetupConfig>]>([
  ["packages", { packages: ["gcc", "libssl-dev"] }],
  ["requirements of the venv", { python: { requirements: ["attrs==25.4.0"] } }],
  ["requirements of the target", { target: { ...target, requirements: ["requirements.txt"] } }],
  ["submodules of the target", { target: { ...target, submodules: ["git@example.org:a.git"] } }],
  ["submodules of the suite", { suite: { ...suite, submodules: ["git@example.org:a.git"] } as SetupConfig["suite"] }],
  ["time limits", { measure: { ...measure, timeoutSeconds: 600 } }],
  ["limits of a build", { measure: { ...measure, prepareTimeoutMinutes: 90 } }],
  ["memory", { measure: { ...measure, memoryGigabytes: 8 } }],
  ["processes", { measure: { ...measure, processes: 1024 } }],
  ["disk", { measure: { ...measure, diskGigabytes: 8 } }],
  ["cores", { measure: { ...measure, cores: ["parallel"] } }],
  ["expected times", { measure: { ...measure, expect: [{ benchmark: "sort", minimum: 0.001, constant: false }] } }],
])("other %s make failures be tried again", (_, change) => {
  expect(setupOf({ ...config, ...change })).not.toBe(setupOf(config));
});

test("the benchmarks themselves are no part of it: their workloads tell", () => {
  const branch = { ...suite, branch: "next" } as SetupConfig["suite"];
  expect(setupOf({ ...config, suite: branch })).toBe(setupOf(config));
});
