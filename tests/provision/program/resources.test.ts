import { expect, test } from "vitest";
import * as z from "zod";
import { kinds } from "../../../runner/resources/resource-types.ts";
import { resourcesOf } from "../../../provision/program/resources.ts";
import { config, host } from "./example.ts";

if (!host) throw new Error("the example has a host");
const bench = host;
const resources = resourcesOf(bench, config, "production", "0".repeat(64));
const specOf = (name: string) => resources.find((resource) => resource.name === name)?.spec;

test("resources come in the order an operator would do them, the schedule last", () => {
  expect(resources.map(({ name }) => name)).toEqual([
    "os",
    "reboot",
    "packages",
    "account",
    "account-sandbox",
    "account-sampler",
    "github",
    "directories",
    "clones",
    "python",
    "venv",
    "files",
    "activation",
    "schedule",
  ]);
});

test("every resource is of a kind that the host's program knows, under a name of its own", () => {
  for (const { kind } of resources) expect(kinds.has(kind)).toBe(true);
  expect(new Set(resources.map(({ name }) => name)).size).toBe(resources.length);
});

test("a package that is asked for twice is there once", () => {
  const install = z.array(z.string()).parse(specOf("packages")?.["install"]);
  expect(install).toEqual(expect.arrayContaining(["clang", "git", "nodejs", "cron"]));
  expect(install).toEqual([...new Set(install)].sort());
});

test("Python is built only where the file says from what, and what that needs is installed then", () => {
  const build = { url: "https://example.org/Python-3.13.5.tar.xz", sha256: "0".repeat(64), configure: [] };
  const withBuild = (source: "auto" | "distribution" | "build") =>
    resourcesOf(bench, { ...config, python: { ...config.python, source, build } }, "production", "0".repeat(64));
  const installs = (all: typeof resources) => JSON.stringify(all.find(({ name }) => name === "packages")?.spec);
  expect(installs(resources)).not.toContain("libssl-dev");
  expect(installs(withBuild("distribution"))).not.toContain("libssl-dev");
  for (const source of ["auto", "build"] as const) {
    const all = withBuild(source);
    const spec = all.find(({ name }) => name === "python")?.spec;
    expect(installs(all)).toContain("libssl-dev");
    expect(spec).toEqual({ version: "3.13", source, account: "benchmark", build });
    expect(all.find(({ name }) => name === "venv")?.spec["python"]).toEqual(spec);
  }
});

test("the deploy key need not open what is cloned over https", () => {
  expect(specOf("github")?.["remotes"]).toEqual([{ url: "git@github.com:owner/results.git", isWritten: true }]);
  expect(JSON.stringify(specOf("clones"))).toContain("https://github.com/python/mypy");
});

/** Remotes of the deploy key, with a target that is reached by ssh. */
function remotesWith(allowEmptyCommits: boolean): unknown {
  const target = { ...config.target, repository: "git@github.com:owner/target.git", allowEmptyCommits };
  return resourcesOf(bench, { ...config, target }, "production", "0".repeat(64)).find(({ name }) => name === "github")?.spec["remotes"];
}

test("the deploy key must write the results, and the target where empty commits are pushed to it", () => {
  const results = { url: "git@github.com:owner/results.git", isWritten: true };
  expect(remotesWith(false)).toEqual([{ url: "git@github.com:owner/target.git", isWritten: false }, results]);
  expect(remotesWith(true)).toEqual([{ url: "git@github.com:owner/target.git", isWritten: true }, results]);
});

test("the configuration that the runner reads names this host and no other", () => {
  const written = JSON.stringify(specOf("files"));
  expect(written).toContain('"host":"bench"');
  expect(written).not.toContain("203.0.113.10");
});

test("host facts and the reason of a pause go to whom they concern", () => {
  const changed = {
    ...config,
    environment: { acceptedFacts: "01234567", startsNewEnvironment: true, machineShifts: [] },
    schedule: { ...config.schedule, enabled: false, why: "moving" },
  };
  const specs = new Map(resourcesOf(bench, changed, "production", "0".repeat(64)).map(({ name, spec }) => [name, spec]));
  expect(specs.get("activation")).toMatchObject({ acceptedFacts: "01234567", startsNewEnvironment: true });
  expect(specs.get("schedule")).toMatchObject({ enabled: false, why: "moving" });
});

test("a schedule belongs to its stack and host", () => {
  expect(specOf("schedule")).toEqual({ owner: "production/bench", enabled: true, cron: "*/20 * * * *" });
});
