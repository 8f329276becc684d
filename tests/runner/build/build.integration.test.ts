import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { currentSuiteRevision, prepareBuild } from "../../../runner/build/build.ts";
import { buildFolder, type BuildInput } from "../../../runner/build/build-input.ts";
import { readBuild, removeBuild, type Build } from "../../../runner/build/stored-build.ts";
import { runProcess } from "../../../runner/system/process.ts";
import { InfrastructureError } from "../../../runner/system/infrastructure-error.ts";
import { inSandbox } from "../../../runner/system/sandbox.ts";
import { makeCopies } from "../../../runner/measure/copies.ts";
import { git, makeBuildFixture, missingForBuilds, type BuildFixture } from "../suites/build-fixture.ts";

const missing = missingForBuilds();
if (missing) console.warn(`builds are not tested: this machine lacks ${missing}`);

function outcome(build: Build, name: string): Build["benchmarks"][number] {
  const found = build.benchmarks.find(({ benchmark }) => benchmark.name === name);
  if (!found) throw new Error(`${name} is not in the build`);
  return found;
}

/** Why a build stopped without a result. */
async function stopped(input: BuildInput): Promise<string> {
  try {
    await prepareBuild(input);
  } catch (error) {
    if (!(error instanceof InfrastructureError)) throw error;
    return existsSync(buildFolder(input)) ? `a build was kept after: ${error.message}` : error.message;
  }
  return "not at all";
}

describe.skipIf(missing !== undefined)("builds:", () => {
  let fixture: BuildFixture;
  let copies = 0;
  beforeAll(async () => {
    fixture = await makeBuildFixture();
  });
  afterAll(() => fixture.remove());

  /** What one sample of a benchmark prints. */
  async function printed(build: Build, name: string): Promise<string> {
    const one = outcome(build, name);
    if (!("runnable" in one)) throw new Error(`${name} failed: ${one.failure.message}\n${one.failure.output}`);
    const { runnable } = one;
    const folder = join(fixture.root, `copies-${copies++}`);
    const limits = { memoryBytes: 4e9, processes: 512, diskBytes: 1e9 };
    const { account } = fixture;
    const { copyOf } = await makeCopies({ account, limits, timeoutSeconds: 60 }, folder, [runnable]);
    const copy = copyOf(runnable) ?? "";
    const sandbox = {
      readOnly: runnable.readOnly,
      mounts: [{ from: copy, at: "/suite", writable: true }],
      cwd: runnable.cwd,
      network: false,
      limits,
      environment: { ...runnable.environment, PYTHONHASHSEED: runnable.stableHashSeed ? "1" : "7" },
    };
    const result = await runProcess(inSandbox(sandbox, runnable.command), { account, timeoutSeconds: 60 });
    return result.stdout + result.stderr;
  }

  /** A suite whose benchmark `unbuildable` does that to its compiler. */
  function suiteThat(doesTo: "hangs the compiler" | "kills the compiler"): string {
    return fixture.commit("suite", {
      "microbenchmarks/refused.py": `from benchmarking import benchmark\n@benchmark()\ndef unbuildable():\n    "${doesTo}"\n`,
    });
  }

  describe("a revision's build", () => {
    let build: Build;
    beforeAll(async () => {
      build = await prepareBuild(fixture.input());
    });

    test("compiles each module once, and the compiled variant's module in place of the other", () => {
      expect(build.failure).toBeUndefined();
      expect(build.listed.map(({ name }) => name)).toEqual(["append", "first", "second", "seeded", "simple", "third", "unbuildable"]);
      expect(build.benchmarks.map(({ variant }) => variant)).toEqual(Array.from({ length: 7 }, () => "compiled"));
      expect(fixture.compiled().sort()).toEqual([
        "benchmarks.plain",
        "benchmarks.prepared",
        "microbenchmarks.lists_mypyc",
        "microbenchmarks.refused",
      ]);
      expect(build.versions["compiler"]).toMatch(/\d+\.\d+/);
    });

    test("is measured compiled", async () => {
      expect(await printed(build, "simple")).toMatch(/simple is compiled seed 7\n\nelapsed: [\d.e-]+\n$/);
      expect(await printed(build, "seeded")).toContain("seeded is compiled");
      expect(await printed(build, "append")).toContain("append is from microbenchmarks.lists_mypyc compiled");
    });

    test("does a preparation once that benchmarks share, with the target's path", async () => {
      const builtOnce = `built from /target\n`;
      expect((await printed(build, "first")).split(builtOnce)).toHaveLength(2);
      expect(await printed(build, "second")).toContain("more");
    });

    test("fails a benchmark whose module does not compile, with the last 40 lines, and no other", () => {
      const failed = outcome(build, "unbuildable");
      const failure = "failure" in failed ? failed.failure : undefined;
      expect(failure).toMatchObject({
        stage: "compile",
        message: "compiling microbenchmarks.refused failed with exit code 1: microbenchmarks/refused.py:59: error: no",
      });
      expect(failure?.output.split("\n")).toHaveLength(40);
      expect(failure?.output).toContain("refused.py:59: error: no");
      expect(build.benchmarks.filter((one) => "runnable" in one)).toHaveLength(5);
    });

    test("fails a benchmark whose preparation fails, and not those that share its first step", () => {
      expect(outcome(build, "third")).toMatchObject({
        failure: { stage: "prepare", output: expect.stringContaining("cannot be prepared") },
      });
    });

    test("is there for the run after a kill, as it was, and keeps nothing that only building needed", async () => {
      const compiledBefore = fixture.compiled().length;
      expect(await readBuild(buildFolder(fixture.input()))).toEqual(build);
      expect(await prepareBuild(fixture.input())).toEqual(build);
      expect(fixture.compiled()).toHaveLength(compiledBefore);
      expect(readdirSync(fixture.paths.work)).toEqual([]);
    });
  });

  test("a build of some benchmarks compiles only their modules, and is not taken for a whole one", async () => {
    const suiteRevision = fixture.commit("suite", { "README.md": "another revision" });
    const compiledBefore = fixture.compiled().length;
    const some = await prepareBuild(fixture.input({ suiteRevision, only: ["simple"] }));
    expect(some.benchmarks.map(({ benchmark }) => benchmark.name)).toEqual(["simple"]);
    expect(some.listed).toHaveLength(7);
    expect(fixture.compiled().slice(compiledBefore)).toEqual(["benchmarks.plain"]);
    expect((await prepareBuild(fixture.input({ suiteRevision, only: ["simple", "seeded"] }))).benchmarks).toHaveLength(2);
  });

  test("a build made with other requirement files is made again", async () => {
    const input = fixture.input({ only: [] });
    const build = await prepareBuild(input);
    expect((await prepareBuild(input)).id).toBe(build.id);
    const config = { ...input.config, target: { requirements: ["no-such-file.txt"], submodules: [] } };
    expect((await prepareBuild({ ...input, config })).id).not.toBe(build.id);
  });

  test("a build made with another configuration is made again, but for who measures its program again", async () => {
    const input = fixture.input({ only: [], setup: "before" });
    const build = await prepareBuild(input);
    const { setup: _setup, ...again } = input;
    expect([(await prepareBuild(input)).id, (await prepareBuild(again)).id]).toEqual([build.id, build.id]);
    expect((await prepareBuild({ ...input, setup: "now" })).id).not.toBe(build.id);
  });

  test("a module of the suite that cannot be imported fails its own benchmarks only, naming the file", async () => {
    const torn = "from benchmarking import benchmark\n\n@benchmark()\ndef torn() -> None:\n    def (:\n";
    const suiteRevision = fixture.commit("suite", { "microbenchmarks/torn.py": torn });
    const build = await prepareBuild(fixture.input({ suiteRevision, only: ["simple", "torn"] }));
    expect(build).toMatchObject({
      unlisted: [{ what: "microbenchmarks/torn.py", problem: expect.stringContaining("SyntaxError"), benchmarks: ["torn"] }],
    });
    expect(build.failure).toBeUndefined();
    expect(build.listed).toHaveLength(8);
    expect(outcome(build, "torn")).toMatchObject({
      failure: { stage: "list", message: expect.stringContaining("microbenchmarks/torn.py") },
    });
    expect(outcome(build, "simple")).toHaveProperty("runnable");
    fixture.commit("suite", { "microbenchmarks/torn.py": "" });
  });

  test("a suite that lists nothing fails", async () => {
    const modules = [
      "benchmarks/plain.py",
      "benchmarks/prepared.py",
      "microbenchmarks/lists.py",
      "microbenchmarks/lists_mypyc.py",
      "microbenchmarks/refused.py",
    ];
    const suiteRevision = fixture.commit("suite", Object.fromEntries(modules.map((path) => [path, ""])));
    expect((await prepareBuild(fixture.input({ suiteRevision }))).failure).toMatchObject({
      stage: "list",
      message: "the suite lists no benchmark",
    });
  });

  test("a compiler that hangs is killed at the time limit", async () => {
    const input = fixture.input({ suiteRevision: suiteThat("hangs the compiler"), only: ["unbuildable"] });
    // Listing the suite has the same limit, and takes a second on a busy machine.
    const build = await prepareBuild({
      ...input,
      config: {
        ...input.config,
        measure: { compiler: "cc", prepareTimeoutMinutes: 0.1, memoryGigabytes: 4, processes: 512, diskGigabytes: 4 },
      },
    });
    expect(outcome(build, "unbuildable")).toMatchObject({
      failure: { message: "compiling microbenchmarks.refused was killed at the time limit, after 6 s" },
    });
  });

  test("a compiler that kills itself and says that the disk is full has failed: neither proves a fault of the machine", async () => {
    const build = await prepareBuild(fixture.input({ suiteRevision: suiteThat("kills the compiler"), only: ["unbuildable"] }));
    expect(outcome(build, "unbuildable")).toMatchObject({
      failure: {
        message: expect.stringMatching(/^compiling microbenchmarks.refused failed with exit code \d+: .*No space left on device$/),
        output: expect.stringContaining("No space left on device"),
      },
    });
  });

  test("a baseline measures the interpreted variant, without target and compiler", async () => {
    const compiledBefore = fixture.compiled().length;
    const build = await prepareBuild(fixture.input({ subject: { kind: "baseline" } }));
    expect(build.listed).toHaveLength(7);
    expect(build.benchmarks.map(({ benchmark, variant }) => `${benchmark.name} ${variant}`)).toEqual(
      ["append", "first", "second", "simple", "third", "unbuildable"].map((name) => `${name} interpreted`),
    );
    expect(await printed(build, "simple")).toContain("simple is interpreted");
    expect(await printed(build, "append")).toContain("append is from microbenchmarks.lists interpreted");
    expect(await printed(build, "first")).toContain("built from None");
    expect(existsSync(join(build.folder, "target"))).toBe(false);
    expect(fixture.compiled()).toHaveLength(compiledBefore);
  });

  describe("a suite that needs the target's requirements", () => {
    const suite = {
      "benchmarks/needing.py": `
import subprocess, sys
import needed
from benchmarking import benchmark

def make_venv(repository):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "new"], check=True)
    subprocess.run(["new/bin/python", "-c", "import importlib.util; assert not importlib.util.find_spec('needed')"], check=True)

def collapse(repository):
    sys.exit("the second step says why")

@benchmark()
def needs():
    print("needed", needed.value)

@benchmark(prepare=make_venv)
def prepared():
    subprocess.run([sys.executable, "-c", "import needed; print('inner', needed.value)"], check=True)

@benchmark(prepare=[make_venv, collapse], compiled_only=True)
def fails():
    pass
`,
    };
    const only = ["needs", "prepared", "fails", "simple"];
    let suiteRevision: string;
    const revisions: string[] = [];
    beforeAll(() => {
      suiteRevision = fixture.commit("suite", suite);
      for (const value of [1, 2]) revisions.push(fixture.commit("target", library(value)));
    });

    function input(change: Partial<BuildInput>): BuildInput {
      const plain = fixture.input({ suiteRevision, only, ...change });
      return { ...plain, config: { ...plain.config, target: { requirements: ["requirements.txt"], submodules: [] } } };
    }

    const baseline = (dependenciesOf: string): Promise<Build> => prepareBuild(input({ subject: { kind: "baseline" }, dependenciesOf }));

    test("is built and run by an interpreter that has them, which leaves venvs made with it clean", async () => {
      const build = await prepareBuild(input({ subject: { kind: "revision", revision: revisions[0] ?? "" } }));
      expect(build.failure).toBeUndefined();
      expect(await printed(build, "needs")).toContain("needed 1");
      expect(await printed(build, "prepared")).toContain("inner 1");
      const { runnable } = outcome(build, "needs") as { runnable: { environment: Record<string, string> } };
      expect(runnable.environment["PYTHONPATH"]).toBeUndefined();
    });

    test("names the preparation step that failed, and its reason", async () => {
      const build = await prepareBuild(input({ subject: { kind: "revision", revision: revisions[0] ?? "" } }));
      expect(outcome(build, "fails")).toMatchObject({
        failure: { message: "the preparation step benchmarks.needing.collapse failed with exit code 1: the second step says why" },
      });
    });

    test("is listed and run for the interpreter itself with those of the newest revision", async () => {
      const without = await prepareBuild(input({ subject: { kind: "baseline" }, only: [] }));
      expect(without.unlisted).toEqual([
        {
          what: "benchmarks/needing.py",
          problem: "ModuleNotFoundError: No module named 'needed'",
          benchmarks: ["needs", "prepared", "fails"],
        },
      ]);
      const build = await baseline(revisions[0] ?? "");
      expect([build.failure, build.unlisted]).toEqual([undefined, []]);
      expect(build.dependencies?.list).toEqual(["needed @ file:///target"]);
      expect(await printed(build, "needs")).toContain("needed 1");
      expect(existsSync(join(build.folder, "target"))).toBe(false);
    });

    test("has another baseline with other requirements only where a benchmark imports what changed", async () => {
      const [first, second] = [await baseline(revisions[0] ?? ""), await baseline(revisions[1] ?? "")];
      expect(second.id).not.toBe(first.id);
      expect(await printed(second, "needs")).toContain("needed 2");
      expect(second.interpreted?.["simple"]).toBe(first.interpreted?.["simple"]);
      expect(first.interpreted?.["simple"]).toMatch(/^[0-9a-f]{16}$/);
      expect(second.interpreted?.["needs"]).not.toBe(first.interpreted?.["needs"]);
      const { runnable } = outcome(second, "needs") as { runnable: { fingerprint?: string } };
      expect(runnable.fingerprint).toBe(second.interpreted?.["needs"]);
    });
  });

  describe("what is not the revision's fault is no result:", () => {
    test("a broken mirror", async () => {
      const target = join(fixture.root, "broken");
      mkdirSync(target);
      expect(await stopped(fixture.input({ environmentId: "broken mirror", paths: { ...fixture.paths, target } }))).toMatch(
        /^cannot check out [0-9a-f]{12}/,
      );
    });

    test("a compiler that is not there", async () => {
      const input = fixture.input({ environmentId: "no compiler" });
      expect(
        await stopped({
          ...input,
          config: {
            ...input.config,
            measure: { compiler: "no-such-compiler", prepareTimeoutMinutes: 1, memoryGigabytes: 4, processes: 512, diskGigabytes: 4 },
          },
        }),
      ).toMatch(/^no-such-compiler does not run/);
    });

    test("an operator's stop, which ends the compilers at once", async () => {
      const stop = new AbortController();
      const log = (line: string): void => void (line.includes("plain") && stop.abort());
      expect(
        await stopped(
          fixture.input({ suiteRevision: suiteThat("hangs the compiler"), only: ["simple", "unbuildable"], signal: stop.signal, log }),
        ),
      ).toMatch(/^compiling .*: it was stopped from outside$/);
    });
  });

  test("a build cut short is made again from the start", async () => {
    const input = fixture.input({ environmentId: "cut short", only: ["simple"] });
    const build = await prepareBuild(input);
    rmSync(join(build.folder, "build.json"));
    const again = await prepareBuild(input);
    expect(again.id).not.toBe(build.id);
    expect(await printed(again, "simple")).toContain("simple is compiled");
  });

  test("a submodule is checked out with its revision, from a mirror where it is configured; one that cannot be had fails it", async () => {
    const upstream = `${fixture.paths.target}-upstream`;
    const url = `file://${fixture.paths.suite}`;
    git(upstream, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "deep/module");
    git(upstream, "commit", "--quiet", "-m", "submodule");
    git(fixture.paths.target, "fetch", "--quiet", "--no-recurse-submodules");
    const revision = git(upstream, "rev-parse", "HEAD");
    const input = fixture.input({ subject: { kind: "revision", revision }, only: ["simple"] });
    // A sandbox does not see where it lies.
    expect((await prepareBuild(input)).failure).toMatchObject({ stage: "checkout" });
    const config = { ...input.config, target: { requirements: [], submodules: [url] } };
    const build = await prepareBuild({ ...input, config });
    expect(build.failure).toBeUndefined();
    expect(existsSync(join(build.folder, "target/deep/module/benchmarking.py"))).toBe(true);
  });

  test("only submodules that a revision links count, and a repository that is gone stops only who needs it", async () => {
    const upstream = `${fixture.paths.target}-upstream`;
    const gone = `file://${fixture.root}/gone`;
    const config = { ...fixture.input().config, target: { requirements: [], submodules: [gone] } };
    const heard: [string, string | undefined][] = [];
    const onMirror = async (url: string, problem?: { reason: string }) => void heard.push([url, problem?.reason]);
    const build = async (message: string): Promise<Build> => {
      git(upstream, "add", "--all");
      git(upstream, "commit", "--quiet", "-m", message);
      git(fixture.paths.target, "fetch", "--quiet", "--no-recurse-submodules");
      const revision = git(upstream, "rev-parse", "HEAD");
      return prepareBuild(fixture.input({ subject: { kind: "revision", revision }, only: ["simple"], config, onMirror }));
    };
    git(upstream, "reset", "--quiet", "--hard", fixture.first.target);
    writeFileSync(join(upstream, ".gitmodules"), `[submodule "stale"]\n\tpath = stale\n\turl = ${gone}\n`);
    expect((await build("a section that is left")).failure).toBeUndefined();
    git(upstream, "update-index", "--add", "--cacheinfo", `160000,${fixture.first.suite},unnamed`);
    mkdirSync(join(upstream, "unnamed"));
    expect((await build("a link that no section names")).failure).toBeUndefined();
    expect(heard).toEqual([]);

    git(upstream, "update-index", "--add", "--cacheinfo", `160000,${fixture.first.suite},stale`);
    mkdirSync(join(upstream, "stale"));
    await expect(build("a link to what is gone")).rejects.toMatchObject({
      name: "InfrastructureError",
      stage: "checkout",
      message: expect.stringMatching(/could not fetch the submodule file:.*\/gone: /),
    });
    expect(heard).toEqual([[gone, expect.stringContaining("gone")]]);
  });

  test("a submodule whose server is not reached is no fault of the revision's, though the target's is; the message has git's reason", async () => {
    const upstream = `${fixture.paths.target}-upstream`;
    git(upstream, "reset", "--quiet", "--hard", fixture.first.target);
    const url = "https://git.evenkeel.invalid/part";
    writeFileSync(join(upstream, ".gitmodules"), `[submodule "part"]\n\tpath = part\n\turl = ${url}\n`);
    git(upstream, "update-index", "--add", "--cacheinfo", `160000,${fixture.first.suite},part`);
    mkdirSync(join(upstream, "part"));
    git(upstream, "add", "--all");
    git(upstream, "commit", "--quiet", "-m", "a submodule elsewhere");
    git(fixture.paths.target, "fetch", "--quiet", "--no-recurse-submodules");
    const subject = { kind: "revision" as const, revision: git(upstream, "rev-parse", "HEAD") };
    await expect(prepareBuild(fixture.input({ subject, only: ["simple"] }))).rejects.toMatchObject({
      name: "InfrastructureError",
      stage: "checkout",
      message: expect.stringContaining(`failed: unable to access '${url}/': Could not resolve host: git.evenkeel.invalid`),
    });
  });

  test.each(["ssh://git@git.evenkeel.invalid:2222/part.git", "git@git.evenkeel.invalid:owner/part.git"])(
    "a submodule that needs a key, %s, fails its revision with the setting that brings it",
    async (url) => {
      const upstream = `${fixture.paths.target}-upstream`;
      git(upstream, "reset", "--quiet", "--hard", fixture.first.target);
      writeFileSync(join(upstream, ".gitmodules"), `[submodule "part"]\n\tpath = part\n\turl = ${url}\n`);
      git(upstream, "update-index", "--add", "--cacheinfo", `160000,${fixture.first.suite},part`);
      mkdirSync(join(upstream, "part"));
      git(upstream, "add", "--all");
      git(upstream, "commit", "--quiet", "-m", "a submodule for those with a key");
      git(fixture.paths.target, "fetch", "--quiet", "--no-recurse-submodules");
      const subject = { kind: "revision" as const, revision: git(upstream, "rev-parse", "HEAD") };
      expect((await prepareBuild(fixture.input({ subject, only: ["simple"] }))).failure).toMatchObject({
        stage: "checkout",
        message: expect.stringMatching(/ failed: the submodule \S+ needs an SSH key; add its URL to target\.submodules$/),
      });
    },
  );

  test("a suite with a link that leads out of it is refused, with the link's name", async () => {
    const upstream = `${fixture.paths.suite}-upstream`;
    git(upstream, "reset", "--quiet", "--hard", fixture.first.suite);
    symlinkSync("../../secret", join(upstream, "benchmarks/payload.so"));
    symlinkSync("plain.py", join(upstream, "benchmarks/inside.txt"));
    git(upstream, "add", "--all", "--force");
    git(upstream, "commit", "--quiet", "-m", "links");
    git(fixture.paths.suite, "fetch", "--quiet");
    const build = await prepareBuild(fixture.input({ suiteRevision: git(upstream, "rev-parse", "HEAD") }));
    expect(build.failure).toMatchObject({
      stage: "list",
      message: "the suite cannot be listed: the suite has links that lead out of it: benchmarks/payload.so -> ../../secret",
    });
  });

  test("removing a build leaves nothing of it, and does not follow its links", async () => {
    const outside = join(fixture.root, "outside");
    writeFileSync(outside, "kept");
    const build = await prepareBuild(fixture.input({ environmentId: "links", only: ["simple"] }));
    symlinkSync(fixture.root, join(build.folder, "plain/link"));
    expect(existsSync(join(build.folder, "plain/link/outside"))).toBe(true);
    await removeBuild(build.folder);
    expect(existsSync(build.folder)).toBe(false);
    expect(existsSync(outside)).toBe(true);
  });

  test("editing a benchmark's module changes the workloads of its benchmarks alone; documents change none; data changes all", async () => {
    const before = await workloads(fixture.first.suite);
    expect(await workloads(fixture.commit("suite", { "README.md": "Another text." }))).toEqual(before);
    const variant = "from benchmarking import benchmark\n@benchmark(compiled_variant=True)\ndef append(): return 1\n";
    const edited = await workloads(fixture.commit("suite", { "microbenchmarks/lists_mypyc.py": variant }));
    expect([...edited].filter(([name, id]) => before.get(name) !== id).map(([name]) => name)).toEqual(["append"]);
    const withData = await workloads(fixture.commit("suite", { "data.txt": "used by any" }));
    expect([...withData].filter(([name, id]) => before.get(name) === id)).toEqual([]);
  });

  /** Benchmark name -> workload id at a revision of the suite. */
  async function workloads(suiteRevision: string): Promise<Map<string, string>> {
    const build = await prepareBuild(fixture.input({ subject: { kind: "baseline" }, suiteRevision, environmentId: "workloads" }));
    return new Map(build.benchmarks.map(({ benchmark }) => [benchmark.name, benchmark.workload]));
  }

  test("the suite's revision is the tip of its fetched branch", async () => {
    const tip = fixture.commit("suite", { "README.md": "newer" });
    expect(
      await currentSuiteRevision(
        { adapter: "runbench", repository: "unused", branch: "main", submodules: [], versions: [] },
        fixture.account,
        fixture.paths.suite,
      ),
    ).toBe(tip);
    await expect(
      currentSuiteRevision(
        { adapter: "runbench", repository: "unused", branch: "other", submodules: [], versions: [] },
        fixture.account,
        fixture.paths.suite,
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining("has no branch other"), hint: expect.stringContaining("branches: main") });
  });
});

/** A package with its build backend beside it: nothing is fetched. */
const library = (value: number): Record<string, string> => ({
  "requirements.txt": "./\n",
  "pyproject.toml": `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "needed"\nversion = "1"\n`,
  "backend.py": `
import os, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name, info = "needed-1-py3-none-any.whl", "needed-1.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.write("needed.py")
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: needed\\nVersion: 1\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "needed.py,,\\n")
    return name
`,
  "needed.py": `value = ${value}\n`,
});
