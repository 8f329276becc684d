import { execFileSync } from "node:child_process";
import { userInfo } from "node:os";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareBuild } from "../../../runner/build/build.ts";
import type { BuildInput } from "../../../runner/build/build-input.ts";
import type { Build } from "../../../runner/build/stored-build.ts";
import { accountOf } from "../../../runner/system/account.ts";
import { makeCopies } from "../../../runner/measure/copies.ts";
import { measure } from "../../../runner/measure/session.ts";
import { commandSuiteRevision, type CommandBenchmark } from "../../../runner/suites/command.ts";
import { makeBuildFixture, missingForBuilds, type BuildFixture } from "./build-fixture.ts";

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
  let fixture: BuildFixture;
  beforeAll(async () => {
    fixture = await makeBuildFixture();
  });
  afterAll(() => fixture.remove());

  function input(change: Partial<BuildInput> = {}): BuildInput {
    const { config, ...rest } = fixture.input();
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
    const folder = join(fixture.paths.work, "copies");
    const limits = { memoryBytes: 1e9, processes: 256, diskBytes: 1e9 };
    const { copyOf } = await makeCopies({ account: fixture.account, limits, timeoutSeconds: 60 }, folder, runnables);
    const toSample = runnables.map((runnable) => ({ runnable, copy: copyOf(runnable) }));
    const events = measure(toSample, {
      account: fixture.account,
      samplerAccount: await accountOf("daemon"),
      samplesOf: () => 2,
      limits,
      timeoutSeconds: 0.5,
    });
    for await (const event of events) {
      if (event.kind === "block finished") results[event.block.benchmark] = event.block.samples;
      if (event.kind === "failed") results[event.runnable.benchmark] = event.failure.message;
    }
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

  test("tells programs apart by what a wrapper of libtool starts and by the libraries of the checkout, and says where it cannot", async () => {
    // The library differs from revision to revision; what loads it, and what starts that, does not.
    const build = [
      "mkdir .libs",
      `echo "const char *part = \\"$(git rev-parse HEAD)\\";" >part.c`,
      "echo 'int main(void) { return 0; }' >main.c",
      "gcc -shared -fPIC -o .libs/libpart.so part.c",
      "gcc -o .libs/tool main.c -Wl,--no-as-needed -L.libs -lpart",
      "gcc -o alone main.c",
      "printf '#! /bin/sh\\n\\n# tool - temporary wrapper script for .libs/tool\\n# Generated by libtool\\n' >tool",
      // A library elsewhere in the checkout is found by the path that the wrapper sets.
      "mkdir -p vendor/.libs && gcc -shared -fPIC -o vendor/.libs/libvendored.so part.c",
      "gcc -o .libs/vendored main.c -Wl,--no-as-needed -Lvendor/.libs -lvendored",
      "printf '#! /bin/sh\\n\\n# vendored - temporary wrapper script for .libs/vendored\\n' >vendored",
      `echo '    LD_LIBRARY_PATH="'"$PWD/vendor/.libs"':$LD_LIBRARY_PATH"' >>vendored`,
    ].join(" && ");
    const programs = { wrapped: ["tool"], vendored: ["vendored"], loading: [".libs/tool"], alone: ["alone"], gone: ["alone", "missing"] };
    const list: CommandBenchmark[] = Object.entries(programs).map(([name, program]) => {
      return { name, group: "main", version: 1, program, build, run: "echo 0.00001" };
    });
    const said: string[] = [];
    const fingerprintsAt = async (revision: string): Promise<Record<string, string | undefined>> => {
      const { config, ...rest } = input({ subject: { kind: "revision", revision } });
      const suite = { adapter: "command" as const, benchmarks: list };
      const made = await prepareBuild({
        ...rest,
        config: { ...config, suite },
        suiteRevision: commandSuiteRevision(list),
        log: (line) => said.push(line),
      });
      const found = made.benchmarks.map((one): [string, string | undefined] => {
        return [one.benchmark.name, "runnable" in one ? one.runnable.fingerprint : one.failure.message];
      });
      return Object.fromEntries(found);
    };
    const first = await fingerprintsAt(fixture.first.target);
    const upstream = `${fixture.paths.target}-upstream`;
    execFileSync("git", ["-C", upstream, "commit", "--quiet", "--allow-empty", "-m", "nothing"]);
    execFileSync("git", ["-C", fixture.paths.target, "fetch", "--quiet"]);
    const second = await fingerprintsAt(execFileSync("git", ["-C", upstream, "rev-parse", "HEAD"], { encoding: "utf8" }).trim());
    expect(second["alone"]).toBe(first["alone"]);
    expect(second["wrapped"]).not.toBe(first["wrapped"]);
    expect(second["vendored"]).not.toBe(first["vendored"]);
    expect(second["loading"]).not.toBe(first["loading"]);
    expect(first).toMatchObject({
      alone: expect.stringMatching(/^[0-9a-f]{16}$/),
      wrapped: expect.stringMatching(/^[0-9a-f]{16}$/),
      vendored: expect.stringMatching(/^[0-9a-f]{16}$/),
      gone: undefined,
    });
    expect(said).toContain(
      "the program of gone is not known, so it is measured at each revision: correct its `program`: sha256sum: missing: No such file or directory",
    );
  });

  test("another layout is another program where a build links what LDFLAGS says, and the same where it does not", async () => {
    const source = "echo 'int used = 1; int main(void) { return !used; }' >main.c";
    const list: CommandBenchmark[] = Object.entries({ linked: "gcc $LDFLAGS -o linked main.c", fixed: "gcc -o fixed main.c" }).map(
      ([name, link]) => {
        const build = `${source} && ${link}`;
        return { name, group: "main", version: 1, program: [name], build, run: `./${name} && echo 0.00001 $LDFLAGS` };
      },
    );
    const built = async (subject: BuildInput["subject"]) => {
      const { config, ...rest } = input({ subject });
      const suite = { adapter: "command" as const, benchmarks: list };
      const made = await prepareBuild({ ...rest, config: { ...config, suite }, suiteRevision: commandSuiteRevision(list) });
      const runnables = made.benchmarks.flatMap((one) => ("runnable" in one ? [one.runnable] : []));
      return { made, fingerprints: Object.fromEntries(runnables.map(({ benchmark, fingerprint }) => [benchmark, fingerprint])) };
    };
    const revision = fixture.first.target;
    const asItIs = await built({ kind: "revision", revision });
    const [first, second] = [await built({ kind: "layout", revision, layout: 1 }), await built({ kind: "layout", revision, layout: 2 })];
    const linked = [asItIs, first, second].map(({ fingerprints }) => fingerprints["linked"]);
    expect(new Set(linked).size).toBe(3);
    expect(linked).not.toContain(undefined);
    expect(new Set([asItIs, first, second].map(({ fingerprints }) => fingerprints["fixed"])).size).toBe(1);
    // What is built runs, and sees nothing of how it was built.
    expect(await sampled(first.made)).toEqual({ linked: [0.00001, 0.00001], fixed: [0.00001, 0.00001] });
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
