import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { evictBuilds, cachedBuilds, markUsed } from "../../../runner/build/cached-builds.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "evenkeel-kept-"));
  for (const [name, day] of [
    ["old", 1],
    ["middle", 2],
    ["new", 3],
  ] as const)
    keep(name, day);
});
afterEach(() => rmSync(parent, { recursive: true }));

/** A finished build of a hundred bytes, used last on a day. */
function keep(name: string, day: number): void {
  const folder = join(parent, name);
  mkdirSync(folder);
  const build = {
    schema: 3,
    id: `${name}.1`,
    folder,
    subject: { kind: "baseline" },
    suite: "s1",
    environment: "e1",
    requirements: [],
    versions: {},
    listed: [],
    unlisted: [],
    durations: {},
    bytes: 100,
    benchmarks: [],
  };
  writeFileSync(join(folder, "build.json"), JSON.stringify(build));
  const used = new Date(Date.UTC(2026, 10, day));
  utimesSync(join(folder, "build.json"), used, used);
}

test("finished builds go until they fit, the longest unused first", async () => {
  expect((await cachedBuilds(parent)).map(({ folder }) => folder)).toEqual(["old", "middle", "new"].map((name) => join(parent, name)));
  await evictBuilds(200, { parent, except: new Set() });
  expect(readdirSync(parent).sort()).toEqual(["middle", "new"]);
});

test("one that was used again stays", async () => {
  await markUsed(join(parent, "old"));
  await evictBuilds(150, { parent, except: new Set() });
  expect(readdirSync(parent)).toEqual(["old"]);
});

test("one that a killed session is gone on with stays, whatever it takes", async () => {
  await evictBuilds(0, { parent, except: new Set([join(parent, "old")]) });
  expect(readdirSync(parent)).toEqual(["old"]);
});

test("builds that are needed later go last, as long as they take no more than half of the space", async () => {
  const last = ["old", "middle"].map((name) => join(parent, name));
  await evictBuilds(200, { parent, except: new Set(), last });
  expect(readdirSync(parent).sort()).toEqual(["new", "old"]);
  await evictBuilds(150, { parent, except: new Set(), last });
  expect(readdirSync(parent)).toEqual(["new"]);
});

test("half a build is none", async () => {
  rmSync(join(parent, "old", "build.json"));
  expect(await cachedBuilds(parent)).toHaveLength(2);
});
