import { describe, expect, test } from "vitest";
import { decideStale, type StaleArtifact, type Used } from "../../../runner/commands/stale-artifacts.ts";

/** `venv 3` -> a venv's folder. */
function artifact(kind: StaleArtifact["kind"], number: number): StaleArtifact {
  return { kind, path: `/${kind}/${number}`, bytes: 1000 };
}

/** Activated with parts of these numbers. */
function used(
  generation: number,
  { venv = generation, bundle = generation, python }: { venv?: number; bundle?: number; python?: number } = {},
): Used {
  const parts = { generation: `/generation/${generation}`, venv: `/venv/${venv}`, bundle: `/bundle/${bundle}` };
  return python === undefined ? parts : { ...parts, python: `/python/${python}` };
}

function all(kind: StaleArtifact["kind"], count: number): StaleArtifact[] {
  return Array.from({ length: count }, (_, index) => artifact(kind, index + 1));
}

function removed(artifacts: StaleArtifact[], generations: Used[], needs: Partial<Parameters<typeof decideStale>[2]> = {}): string[] {
  const verdict = decideStale(artifacts, generations, { inUse: () => undefined, pythonOf: () => undefined, ...needs });
  expect([...verdict.removed, ...verdict.kept].map(({ path }) => path).sort()).toEqual(artifacts.map(({ path }) => path).sort());
  return verdict.removed.map(({ path }) => path);
}

function pythonOf(venv: string): string {
  return venv.replace("venv", "python");
}

const five = [5, 4, 3, 2, 1].map((number) => used(number));
const everything = [...all("generation", 5), ...all("venv", 5), ...all("bundle", 5)];

describe("prune removes", () => {
  test("all but the last three activated generations and their artifacts", () => {
    expect(removed(everything, five)).toEqual(["/generation/1", "/generation/2", "/venv/1", "/venv/2", "/bundle/1", "/bundle/2"]);
    expect(removed(everything, [used(1), ...five])).not.toContain("/generation/1");
  });

  test("nothing while there are at most three", () => {
    expect(removed([...all("generation", 3), ...all("venv", 3), ...all("bundle", 3)], five.slice(2))).toEqual([]);
  });

  test("no recent venv, however often the program was renewed", () => {
    const generations = [5, 4, 3, 2].map((number) => used(number, { venv: 2 })).concat(used(1));
    expect(
      removed(
        everything.filter(({ path }) => !/venv\/[345]/.test(path)),
        generations,
      ),
    ).toEqual(["/generation/1", "/generation/2", "/bundle/1", "/bundle/2"]);
  });

  test("artifacts that were never activated, unless something needs them", () => {
    const artifacts = [...everything, artifact("venv", 9)];
    expect(removed(artifacts, five)).toContain("/venv/9");
    expect(removed(artifacts, five, { inUse: (path) => (path === "/venv/9" ? "declared" : undefined) })).not.toContain("/venv/9");
  });

  test("nothing in use, and nothing that this needs", () => {
    const pythons = [...all("python", 5)];
    const generations = five.map((one, index) => ({ ...one, python: `/python/${5 - index}` }));
    expect(removed([...everything, ...pythons], generations, { pythonOf })).toEqual(expect.arrayContaining(["/python/1", "/python/2"]));
    const needed = removed([...everything, ...pythons], generations, {
      pythonOf,
      inUse: (path) => (path === "/venv/1" || path === "/generation/2" ? "running" : undefined),
    });
    expect(needed).toEqual(["/generation/1", "/bundle/1"]);
  });
});

test("kept artifacts have a reason", () => {
  const { kept } = decideStale(everything, five, {
    inUse: (path) => (path === "/generation/5" ? "active" : undefined),
    pythonOf: () => undefined,
  });
  expect(kept.map(({ path, why }) => `${path}: ${why}`)).toEqual(
    expect.arrayContaining(["/generation/5: active", "/venv/3: one of the last three"]),
  );
});
