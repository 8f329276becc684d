import { userInfo } from "node:os";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareBuild, type Build, type BuildInput } from "../../../runner/build/build.ts";
import { accountOf } from "../../../runner/host/account.ts";
import { makeCopies } from "../../../runner/measure/copies.ts";
import { measure } from "../../../runner/measure/session.ts";
import { commandSuiteRevision, type CommandBenchmark } from "../../../runner/suites/command.ts";
import { makeBuildPlace, missingForBuilds, type BuildPlace } from "./build-place.ts";

const missing = missingForBuilds();
const benchmarks: CommandBenchmark[] = [
  {
    name: "works",
    group: "main",
    version: 1,
    program: [],
    build: "echo built >> built.txt",
    run: "cat built.txt; test $(wc -l < built.txt) = 1 && echo 0.00001",
    baseline: "pwd; echo 0.00002",
  },
  { name: "shares", group: "micro", version: 1, program: ["built.txt"], build: "echo built >> built.txt", run: "echo 0.00003" },
  { name: "broken", group: "main", version: 1, program: [], build: "echo no such rule >&2; exit 2", run: "echo 1" },
  { name: "hangs", group: "main", version: 1, program: [], run: "sleep 600" },
];

// What is built is sampled, as another account.
describe.skipIf(missing !== undefined || userInfo().uid !== 0)("a suite of commands", () => {
  let place: BuildPlace;
  beforeAll(async () => {
    place = await makeBuildPlace();
  });
  afterAll(() => place.remove());

  function input(change: Partial<BuildInput> = {}): BuildInput {
    const { config, ...rest } = place.input();
    return {
      ...rest,
      config: { ...config, suite: { adapter: "command", benchmarks } },
      suiteRevision: commandSuiteRevision(benchmarks),
      ...change,
    };
  }

  async function sampled(build: Build): Promise<Record<string, number[] | string>> {
    const results: Record<string, number[] | string> = {};
    const runnables = build.benchmarks.flatMap((one) => ("runnable" in one ? [one.runnable] : []));
    const folder = join(place.paths.work, "copies");
    const limits = { memoryBytes: 1e9, processes: 256, diskBytes: 1e9 };
    const { copyOf } = await makeCopies({ account: place.account, limits, timeoutSeconds: 60 }, folder, runnables);
    await measure(runnables, {
      account: place.account,
      samplerAccount: await accountOf("daemon"),
      samplesOf: () => 2,
      copyOf,
      limits,
      timeoutSeconds: 0.5,
      onBlock: async ({ benchmark, samples }) => void (results[benchmark] = samples),
      onFailure: async ({ benchmark }, failure) => void (results[benchmark] = failure.message),
    });
    rmSync(folder, { recursive: true });
    return results;
  }

  async function workloads(list: CommandBenchmark[]): Promise<string[]> {
    const { config, ...rest } = input({ subject: { kind: "baseline" } });
    const build = await prepareBuild({
      ...rest,
      config: { ...config, suite: { adapter: "command", benchmarks: list } },
      suiteRevision: commandSuiteRevision(list),
    });
    return build.listed.map(({ name, workload }) => `${name} ${workload}`);
  }

  test("builds each distinct command once in the target's checkout, and fails only what does not build or run", async () => {
    const build = await prepareBuild(input());
    expect(build.listed.map(({ name, group }) => `${name} ${group}`)).toEqual(["broken main", "hangs main", "shares micro", "works main"]);
    expect(build.benchmarks.find(({ benchmark }) => benchmark.name === "broken")).toMatchObject({
      variant: "compiled",
      failure: {
        stage: "compile",
        message: "`echo no such rule >&2; exit 2` failed with exit code 2: no such rule",
        output: "no such rule",
      },
    });
    expect(await sampled(build)).toEqual({
      works: [0.00001, 0.00001],
      shares: [0.00003, 0.00003],
      hangs: "it was killed at the time limit of 0.5 s",
    });
  });

  test("builds again what failed, and takes what did not as it is", async () => {
    const whole = await prepareBuild(input());
    expect((await prepareBuild(input({ only: ["works"] }))).id).toBe(whole.id);
    expect((await prepareBuild(input({ only: ["broken"] }))).id).not.toBe(whole.id);
  });

  test("measures the baseline commands as the interpreted variant, without the target", async () => {
    const build = await prepareBuild(input({ subject: { kind: "baseline" } }));
    expect(build.benchmarks.map(({ benchmark, variant }) => `${benchmark.name} ${variant}`)).toEqual(["works interpreted"]);
    expect(await sampled(build)).toEqual({ works: [0.00002, 0.00002] });
  });

  test("has a revision that follows its commands, and workloads that follow their own alone", async () => {
    const edited = benchmarks.map((one) => (one.name === "shares" ? { ...one, run: "echo 0.00004" } : one));
    expect(commandSuiteRevision(edited)).not.toBe(commandSuiteRevision(benchmarks));
    const before = await workloads(benchmarks);
    expect((await workloads(edited)).filter((line) => !before.includes(line)).map((line) => line.split(" ")[0])).toEqual(["shares"]);
  });

  test("a version makes another workload and program of its benchmark alone; a build of the version before is made again, but for a control", async () => {
    const next = benchmarks.map((one) => (one.name === "shares" ? { ...one, version: 2 } : one));
    expect(commandSuiteRevision(next)).not.toBe(commandSuiteRevision(benchmarks));
    const before = await prepareBuild(input());
    const { config, ...rest } = input();
    const wanted = { ...rest, config: { ...config, suite: { adapter: "command" as const, benchmarks: next } } };
    expect((await prepareBuild({ ...wanted, asKept: true })).id).toBe(before.id);
    const after = await prepareBuild(wanted);
    const [old, now] = [before, after].map(({ listed }) => new Map(listed.map(({ name, workload }) => [name, workload])));
    expect([...(now ?? [])].filter(([name, workload]) => old?.get(name) !== workload)).toEqual([["shares", `${old?.get("shares")}-v2`]]);
    const [one, other] = [before, after].map(({ benchmarks: built }) => built.find(({ benchmark }) => benchmark.name === "shares"));
    expect(one).toMatchObject({ runnable: { fingerprint: expect.any(String), workload: old?.get("shares") } });
    expect(other).toMatchObject({ runnable: { fingerprint: expect.any(String), workload: now?.get("shares") } });
    expect(JSON.stringify(other)).not.toContain(JSON.stringify(one).match(/"fingerprint":"(\w+)"/)?.[1]);
  });
});
