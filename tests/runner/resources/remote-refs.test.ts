import { describe, expect, test } from "vitest";
import { isKnown, missingRefs, refsIn } from "../../../runner/resources/remote-refs.ts";

const id = (digit: string) => digit.repeat(40);
const refs = refsIn(
  [
    `${id("a")}\trefs/heads/main`,
    `${id("b")}\trefs/heads/release/1`,
    `${id("c")}\trefs/tags/v1.0`,
    `${id("d")}\trefs/tags/v1.1`,
    `${id("e")}\trefs/tags/v1.1^{}`,
    "warning: something else",
  ].join("\n"),
);
const target = { setting: "target", url: "https://git.example.org/target", branch: "main", isWritten: false };

test("branches and tags are read with slashes, each tag once", () => {
  expect(refs).toEqual({ branches: ["main", "release/1"], tags: ["v1.0", "v1.1"], ids: ["a", "b", "c", "d", "e"].map(id) });
});

describe("a revision", () => {
  test.each([
    ["v1.0", true],
    ["release/1", true],
    [id("e"), true],
    ["eeeeeee", true],
    ["v99.0", false],
    ["release", false],
    [id("f"), undefined],
    ["0123456", undefined],
    ["v1.0~3", undefined],
  ])("%s is known: %s", (since, known) => {
    expect(isKnown(since, refs)).toBe(known);
  });
});

describe("what a repository lacks", () => {
  test("is nothing where it has branch and revision, or where only its clone can tell", () => {
    expect(missingRefs({ ...target, since: "v1.0" }, refs)).toEqual([]);
    expect(missingRefs({ ...target, since: id("f") }, refs)).toEqual([]);
  });

  test("is a branch, with those it has", () => {
    expect(missingRefs({ ...target, branch: "master" }, refs)).toEqual([
      "target.branch: https://git.example.org/target has no branch master: use one of its branches: main, release/1",
    ]);
    expect(missingRefs(target, refsIn(""))).toEqual(["target.branch: https://git.example.org/target has no branch main: push that branch"]);
  });

  test("is a revision, with the nearest or the last names", () => {
    expect(missingRefs({ ...target, since: "v1.2" }, refs)).toEqual([
      expect.stringMatching(
        /^target\.since: https:\S+ has no revision v1\.2: write a commit, tag or branch of that repository, such as v1\.[01]$/,
      ),
    ]);
    expect(missingRefs({ ...target, since: "first-commit" }, refs)).toEqual([expect.stringMatching(/, such as v1\.1, v1\.0$/)]);
  });

  test("is no branch that the first publish makes", () => {
    expect(missingRefs({ ...target, setting: "results", isWritten: true }, refsIn(""))).toEqual([]);
  });
});
