import { expect, test } from "vitest";
import { markdownProse, plainProse } from "../../../runner/report/prose.ts";
import { idOf, revision } from "./fixture.ts";

test("Markdown escapes the text of others, plain text leaves it", () => {
  const markdown = markdownProse({ name: "lang" });
  expect([markdown.text("a *b*"), plainProse.text("a *b*")]).toEqual(["a \\*b\\*", "a *b*"]);
  expect([markdown.code("x"), plainProse.code("x")]).toEqual(["`x`", "x"]);
  expect([markdown.environments("e1"), plainProse.environments("e1")]).toEqual(["[e1](reports/environments.md)", "e1"]);
});

test("plain text names a revision by its short id and a title of one line", () => {
  expect(plainProse.revision(revision(1, 1, "Title"))).toBe(`${idOf(1).slice(0, 12)} Title`);
  expect(plainProse.revision(revision(1, 1, ""))).toBe(idOf(1).slice(0, 12));
  expect(plainProse.revision(revision(1, 1, "x".repeat(200))).length).toBeLessThan(90);
});
