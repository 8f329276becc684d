import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitAll, gitIn } from "../../lab/git.ts";
import { silent } from "../../lab/progress.ts";
import { makeTarget } from "../../lab/target.ts";
import { compileVenv } from "../../lab/venv.ts";
import { currentSuiteRevision, prepareBuild } from "../../runner/build/build.ts";
import type { BuildInput } from "../../runner/build/build-input.ts";
import { accountOf } from "../../runner/system/account.ts";
import { makeCopies } from "../../runner/measure/copies.ts";
import { measure } from "../../runner/measure/session.ts";

/** The real compiler on the sample suite: two releases of mypy, from their source distributions. */
describe("mypy builds the sample suite", () => {
  const root = mkdtempSync(join(tmpdir(), "evenkeel-mypy-"));
  const at = (name: string): string => join(root, name);
  let input: Omit<BuildInput, "subject">;
  let revisions: string[];

  beforeAll(async () => {
    // Level 1 is enough to be faster than the interpreter.
    await makeTarget(at("target"), 2, silent, { optimization: 1 });
    cpSync(join(import.meta.dirname, "../../lab/sample-suite"), at("suite-upstream"), { recursive: true });
    await gitIn(root)`git init --quiet --initial-branch=main ${at("suite-upstream")}`;
    await commitAll(at("suite-upstream"), "suite", 1_700_000_000);
    await gitIn(root)`git clone --quiet ${at("suite-upstream")} ${at("suite")}`;
    revisions = (await gitIn(at("target"))`git rev-list --first-parent --reverse main`).stdout.trim().split("\n");
    const account = await accountOf(userInfo().username);
    const paths = {
      target: at("target"),
      suite: at("suite"),
      submodules: at("submodules"),
      venv: await compileVenv(),
      work: at("work"),
      builds: at("builds"),
      dependencies: at("dependencies"),
      wheels: at("wheels"),
    };
    const suite = {
      adapter: "runbench",
      repository: "unused",
      branch: "main",
      submodules: [] as string[],
      versions: [] as { benchmark: string; version: number }[],
    } as const;
    input = {
      suiteRevision: await currentSuiteRevision(suite, account, paths.suite),
      environmentId: "e0e1e2e3e4e5e6e7",
      config: {
        suite,
        target: { requirements: ["build-requirements.txt"], submodules: [] },
        measure: { compiler: "cc", prepareTimeoutMinutes: 10, memoryGigabytes: 4, processes: 512, diskGigabytes: 4 },
      },
      account,
      sandboxAccount: account,
      log: () => undefined,
      paths,
    };
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("each module once, and its compiled form is what is measured: faster than the interpreter", async () => {
    const seconds: Record<string, Record<string, number>> = { compiled: {}, interpreted: {} };
    for (const revision of [...revisions, undefined]) {
      const build = await prepareBuild({
        ...input,
        subject: revision === undefined ? { kind: "baseline" } : { kind: "revision", revision },
      });
      expect(build.failure).toBeUndefined();
      expect(build.benchmarks.filter((one) => "failure" in one)).toEqual([]);
      expect(build.dependencies?.list.some((line) => line.startsWith("mypy_extensions=="))).toBe(revision === undefined ? undefined : true);
      const runnables = build.benchmarks.flatMap((one) => ("runnable" in one ? [one.runnable] : []));
      const limits = { memoryBytes: 2e9, processes: 256, diskBytes: 1e9 };
      const steps = { account: input.account, limits, timeoutSeconds: 60 };
      const { copyOf } = await makeCopies(steps, at(`work/copies-${revision ?? "baseline"}`), runnables);
      const toSample = runnables.map((runnable) => ({ runnable, copy: copyOf(runnable) }));
      const events = measure(toSample, {
        account: input.account,
        samplerAccount: await accountOf("daemon"),
        samplesOf: () => 3,
        limits,
        timeoutSeconds: 60,
      });
      for await (const event of events) {
        if (event.kind === "failed") throw new Error(`${event.runnable.benchmark}: ${event.failure.message}\n${event.failure.output}`);
        if (event.kind === "interrupted") throw new Error(`${event.benchmark}: ${event.cause}`);
        if (event.kind !== "block finished") continue;
        const { benchmark, variant, samples } = event.block;
        seconds[variant] = { ...seconds[variant], [benchmark]: Math.min(...samples) };
      }
      if (revision === undefined) continue;
      // The checkout's compiler leaves no trace that the next module's could find, and nothing compiled in the plain tree.
      expect(readdirSync(join(build.folder, "plain/benchmarks")).filter((name) => name.endsWith(".so"))).toEqual([]);
      const modules = readdirSync(join(build.folder, "modules"));
      expect(modules.length).toBeGreaterThanOrEqual(4);
      // Each module's folder holds its own libraries, and nobody else's.
      for (const module of modules) {
        const [group = "", name = ""] = module.split(".");
        const libraries = readdirSync(join(build.folder, "modules", module, group));
        expect(libraries.some((file) => file.startsWith(`${name}.`))).toBe(true);
        expect(libraries.filter((file) => !file.startsWith(`${name}.`) && !file.startsWith(`${name}__mypyc`))).toEqual([]);
      }
    }
    const names = Object.keys(seconds["interpreted"] ?? {});
    expect(names.length).toBeGreaterThanOrEqual(9);
    const faster = names.filter((name) => (seconds["compiled"]?.[name] ?? Infinity) < (seconds["interpreted"]?.[name] ?? 0));
    expect(faster.length).toBeGreaterThan(names.length * 0.7);
    expect(readdirSync(at("dependencies")).length).toBeLessThanOrEqual(2);
  });
});
