import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { git, type Clone } from "../../../../runner/system/git.ts";
import { requireMeasured, requireTwo, sideOf, withSpan, type NamedSide } from "../../../../runner/commands/compare/sides.ts";
import { fetchTarget } from "../../../../runner/queue/revisions.ts";
import { environment } from "../../report/fixture.ts";
import { commits, Repositories } from "../../repositories.ts";

const environments = new Map(["aaaa1111", "aaaa2222", "bbbb3333"].map((id) => [id, environment(id)]));
const here = environment("bbbb3333");

let repositories: Repositories;
let ids: string[];
let feature: string;
let target: Clone;
let named: (text: string) => Promise<NamedSide>;

/** main has three commits; feature is another one upon the first; v1 is an annotated tag of the second. */
beforeAll(async () => {
  repositories = await Repositories.make();
  await repositories.bare("upstream.git");
  const upstream = await repositories.clone("upstream.git", "upstream");
  target = await repositories.clone("upstream.git", "target");
  ids = await commits(upstream, [{ message: "one" }, { message: "two" }, { message: "three" }]);
  for (const [key, value] of [
    ["user.name", "Ada"],
    ["user.email", "ada@example.org"],
  ] as const)
    await git(upstream, ["config", key, value]);
  await git(upstream, ["tag", "-a", "-m", "first", "v1", ids[1] ?? ""]);
  const tree = (await git(upstream, ["rev-parse", `${ids[0]}^{tree}`])).trim();
  feature = (await git(upstream, ["commit-tree", "-p", ids[0] ?? "", "-m", "feature", tree])).trim();
  await git(upstream, ["branch", "feature", feature]);
  await git(upstream, ["push", "--quiet", "origin", "main", "feature", "v1"]);
  await fetchTarget(target);
  named = (text) => sideOf(text, { target, environment: here }, environments);
});
afterAll(() => repositories?.remove());

const required = async (a: string, b: string) => requireTwo(await named(a), await named(b));

const measuredAt = (...revisions: (string | undefined)[]) =>
  revisions.map((revision = "") => ({ subject: { kind: "revision" as const, revision }, environment: "bbbb3333" }));

const idsOf = async (text: string) => {
  const side = await named(text);
  return side.kind === "revisions" ? [...side.ids] : [];
};

const problemOf = async (sessions: ReturnType<typeof measuredAt>, ...texts: string[]) => {
  const sides = await Promise.all(texts.map(named));
  try {
    requireMeasured(sides, sessions, ids);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe("a side is named by", () => {
  test("a branch, a tag or an id, on any branch", async () => {
    expect(await idsOf("main")).toEqual([ids[2]]);
    expect(await idsOf("feature")).toEqual([feature]);
    expect(await idsOf("v1")).toEqual([ids[1]]);
    expect(await idsOf(feature.slice(0, 9))).toEqual([feature]);
    expect(await named("feature")).toMatchObject({
      name: "feature",
      text: `feature (${feature.slice(0, 12)})`,
      command: "evenkeel measure feature",
    });
  });

  test("a range, on any branch", async () => {
    expect(await idsOf(`${ids[0]}..main`)).toEqual(ids.slice(1));
    expect(await idsOf("main..feature")).toEqual([feature]);
    expect(await named("v1..main")).toMatchObject({ text: "v1..main (1 revision)", command: "evenkeel collect v1..main" });
    await expect(named("main..v1")).rejects.toThrow("no revision lies between main and v1");
    await expect(named("main..nothing")).rejects.toThrow("nothing is neither a revision of the target nor an environment");
  });

  test("the first digits of an environment, if they are unambiguous", async () => {
    expect(await named("bbbb")).toMatchObject({ kind: "environment", id: "bbbb3333", command: "evenkeel bridge" });
    expect(await named("aaaa1")).toMatchObject({ kind: "environment", id: "aaaa1111", command: undefined });
    await expect(named("aaaa")).rejects.toThrow("several environments begin with aaaa");
    await expect(named("nothing")).rejects.toThrow("nothing is neither a revision of the target nor an environment");
  });
});

test("a side has its part of the history: of another branch, the commit at which it branched off", async () => {
  const spanOf = async (text: string) => withSpan(await named(text), { target }, ids);
  expect(await spanOf("v1")).toMatchObject({ span: { oldest: 1, newest: 1 } });
  expect(await spanOf(`${ids[0]}..main`)).toMatchObject({ span: { oldest: 1, newest: 2 } });
  expect(await spanOf("feature")).toMatchObject({ span: { oldest: 0, newest: 0 } });
  expect(await spanOf("bbbb")).not.toHaveProperty("span");
});

describe("nothing is compared", () => {
  test("with itself, by whatever names", async () => {
    await expect(required("bbbb", "bbbb3333")).rejects.toThrow(/^both sides are environment bbbb3333 \(Python/);
    await expect(required("main", "main")).rejects.toThrow(/^both sides are main \(/);
    await expect(required("v1", ids[1] ?? "")).rejects.toThrow(/are the same revisions$/);
    await expect(required("main", "feature")).resolves.toBeUndefined();
  });

  test("with something of another kind", async () => {
    await expect(required("main", "bbbb")).rejects.toThrow(/^main \(.*\) cannot be compared with environment bbbb3333/);
  });
});

describe("a side without measurements", () => {
  test("is refused with the command that measures it, and the nearest measured revision", async () => {
    expect(await problemOf(measuredAt(ids[2], feature), "main", "feature")).toBeUndefined();
    expect(await problemOf(measuredAt(ids[0]), "main", "feature")).toMatchObject({
      message: `no measurements of main (${ids[2]?.slice(0, 12)}) and feature (${feature.slice(0, 12)})`,
      hint: `run \`evenkeel measure main\` and \`evenkeel measure feature\`; the newest measured revision before main is ${ids[0]?.slice(0, 12)}`,
    });
    expect(await problemOf(measuredAt(ids[0]), ids[0] ?? "", "v1..main")).toMatchObject({ hint: "run `evenkeel collect v1..main`" });
  });

  test("is refused too if it is an environment", async () => {
    expect(await problemOf(measuredAt(ids[0]), "bbbb", "aaaa2")).toMatchObject({
      message: expect.stringMatching(/^no measurements of environment aaaa2222/),
      hint: "name another environment; this one has no results any more",
    });
  });
});
