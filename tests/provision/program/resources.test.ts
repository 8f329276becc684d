import { expect, test } from "vitest";
import { resourceTypes, type Specs } from "../../../runner/resources/resource-types.ts";
import { resource, resourcesOf, type Resource } from "../../../provision/program/resources.ts";
import { config, host } from "./example.ts";

if (!host) throw new Error("the example has a host");
const bench = host;
const resources = resourcesOf(bench, config, "production", "0".repeat(64));

/** Spec of the resource that bears the name of its type. */
function specOf<Type extends keyof Specs>(type: Type, all: readonly Resource[] = resources): Specs[Type] {
  const spec = all.find((one) => one.type === type && one.name === type)?.spec as Specs[Type] | undefined;
  if (!spec) throw new Error(`there is no resource ${type}`);
  return spec;
}

/** Spec as it comes to the host, by the schema that the host parses it with. */
function parsed({ type, spec }: { type: string; spec: unknown }): boolean | undefined {
  return resourceTypes.get(type)?.spec.safeParse(JSON.parse(JSON.stringify(spec))).success;
}

test("resources are in the order in which an operator would apply them, the schedule last", () => {
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

test("the host parses every resource by the schema of its type; each has a name of its own", () => {
  const all = [...resources, resource("bundle", { sha256: "0" }), resource("declaration", { resources: { os: "token" } })];
  expect(all.filter((one) => parsed(one) !== true)).toEqual([]);
  expect(new Set(resources.map(({ name }) => name)).size).toBe(resources.length);
});

test("the compiler refuses a spec that the host would refuse: an unknown or a missing key, a value of another type, an unknown type", () => {
  const refused = [
    // @ts-expect-error no schema has this key
    resource("packages", { install: [], automaticUpdates: false, hold: true }),
    // @ts-expect-error the key is `install`
    resource("packages", { packages: [], automaticUpdates: false }),
    // @ts-expect-error the owner of the schedule is missing
    resource("schedule", { enabled: true, cron: "*/20 * * * *" }),
    // @ts-expect-error modes are texts
    resource("directories", { directories: [{ path: "/srv", owner: "root", mode: 0o755 }], readable: [] }),
    // @ts-expect-error a nested key is unknown
    resource("clones", { account: "benchmark", clones: [{ path: "/srv/x", url: "u", branch: "main", isWritten: true, depth: 1 }] }),
    // @ts-expect-error there is no such policy
    resource("python", { version: "3.13", source: "anywhere", account: "benchmark" }),
  ];
  expect(refused.filter((one) => parsed(one) !== false)).toEqual([]);
  // @ts-expect-error no resource type has this name
  expect(parsed(resource("package", { install: [] }))).toBe(undefined);
});

test("a package that is requested twice is listed once", () => {
  const { install } = specOf("packages");
  expect(install).toEqual(expect.arrayContaining(["clang", "git", "nodejs", "cron"]));
  expect(install).toEqual([...new Set(install)].sort());
});

test("Python is built only from a declared source, and then its build packages are installed", () => {
  const build = { url: "https://example.org/Python-3.13.5.tar.xz", sha256: "0".repeat(64), configure: [] };
  const withBuild = (source: "auto" | "distribution" | "build") =>
    resourcesOf(bench, { ...config, python: { ...config.python, source, build } }, "production", "0".repeat(64));
  const installs = (all: typeof resources) => JSON.stringify(all.find(({ name }) => name === "packages")?.spec);
  expect(installs(resources)).not.toContain("libssl-dev");
  expect(installs(withBuild("distribution"))).not.toContain("libssl-dev");
  for (const source of ["auto", "build"] as const) {
    const all = withBuild(source);
    const spec = specOf("python", all);
    expect(installs(all)).toContain("libssl-dev");
    expect(spec).toEqual({ version: "3.13", source, account: "benchmark", build });
    expect(specOf("venv", all).python).toEqual(spec);
  }
});

test("the deploy key does not need access to repositories over https", () => {
  expect(specOf("github").remotes).toEqual([{ url: "git@github.com:owner/results.git", isWritten: true }]);
  expect(JSON.stringify(specOf("clones"))).toContain("https://github.com/python/mypy");
});

/** Remotes of the deploy key, with a target that is reached by ssh. */
function remotesWith(allowEmptyCommits: boolean): unknown {
  const target = { ...config.target, repository: "git@github.com:owner/target.git", allowEmptyCommits };
  return specOf("github", resourcesOf(bench, { ...config, target }, "production", "0".repeat(64))).remotes;
}

test("the deploy key needs write access to the results, and to a target with empty commits", () => {
  const results = { url: "git@github.com:owner/results.git", isWritten: true };
  expect(remotesWith(false)).toEqual([{ url: "git@github.com:owner/target.git", isWritten: false }, results]);
  expect(remotesWith(true)).toEqual([{ url: "git@github.com:owner/target.git", isWritten: true }, results]);
});

test("the configuration that the runner reads names this host and no other", () => {
  const written = JSON.stringify(specOf("files"));
  expect(written).toContain('"host":"bench"');
  expect(written).not.toContain("203.0.113.10");
});

test("host facts and the reason of a pause are in their resources", () => {
  const changed = {
    ...config,
    environment: { acceptedFacts: "01234567", startsNewEnvironment: true, machineShifts: [] },
    schedule: { ...config.schedule, enabled: false, why: "moving" },
  };
  const all = resourcesOf(bench, changed, "production", "0".repeat(64));
  expect(specOf("activation", all)).toMatchObject({ acceptedFacts: "01234567", startsNewEnvironment: true });
  expect(specOf("schedule", all)).toMatchObject({ enabled: false, why: "moving" });
});

test("a schedule belongs to its stack and host", () => {
  expect(specOf("schedule")).toEqual({ owner: "production/bench", enabled: true, cron: "*/20 * * * *" });
});
