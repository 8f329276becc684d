import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gitIn } from "../../lab/git.ts";
import { makeSuite } from "../../lab/suite.ts";
import { makeTarget, moreTarget, targetReleases } from "../../lab/target.ts";
import { inLab } from "./in-lab.ts";

describe.skipIf(!inLab)("the sample data", () => {
  let scratch: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "evenkeel-lab-"));
  });

  afterAll(async () => {
    await rm(scratch, { recursive: true, force: true });
  });

  test("the target has a commit a release, and can be given the next one", async () => {
    const folder = join(scratch, "target");
    await makeTarget(folder, 2);
    expect(await titles(folder)).toEqual(["mypy 1.20.2", "mypy 1.19.1"]);
    expect(await moreTarget(folder)).toBe("2.1.0");
    expect((await gitIn(folder)`cat PKG-INFO`).stdout).toContain("\nVersion: 2.1.0\n");
    for (const _ of targetReleases.slice(3)) expect(await moreTarget(folder)).toBeDefined();
    expect(await moreTarget(folder)).toBeUndefined();
    expect(await titles(folder)).toHaveLength(targetReleases.length);
  });

  test("the target and the suite have the same commit ids wherever they are made", async () => {
    for (const name of ["here", "there"]) {
      await makeTarget(join(scratch, name, "target"), 1);
      await makeSuite(join(scratch, name, "suite"));
    }
    expect(await head(join(scratch, "here", "target"))).toBe(await head(join(scratch, "there", "target")));
    expect(await head(join(scratch, "here", "suite"))).toBe(await head(join(scratch, "there", "suite")));
  });
});

async function titles(folder: string): Promise<string[]> {
  return (await gitIn(folder)`git log --format=%s`).stdout.trim().split("\n");
}

async function head(folder: string): Promise<string> {
  return (await gitIn(folder)`git rev-parse HEAD`).stdout.trim();
}
