import { expect, test } from "vitest";
import { commitLink, linkTarget, revisionText, titleLink } from "../../../runner/report/links.ts";
import { idOf, revision } from "./fixture.ts";

const lang = { name: "lang", web: "https://example.org/lang/" };
const id = idOf(1);

test("a commit is a link where the target has a web address, else its id", () => {
  expect(commitLink(id, lang)).toBe(`[\`${id.slice(0, 12)}\`](https://example.org/lang/commit/${id})`);
  expect(commitLink(id, { name: "lang" })).toBe(`\`${id.slice(0, 12)}\``);
});

test("nothing in an address ends its link", () => {
  expect(linkTarget("https://a.org/x) [b](<c>\n")).toBe("https://a.org/x%29%20%5bb%5d%28%3cc%3e%0a");
});

test("a title is text, and the link itself where there is one", () => {
  const made = revision(1, 1, "Make *sort* faster");
  expect(revisionText(made, lang)).toBe(`${commitLink(id, lang)} Make \\*sort\\* faster`);
  expect(titleLink(made, lang)).toBe(`[Make \\*sort\\* faster](https://example.org/lang/commit/${id})`);
  expect(titleLink(revision(1, 1, ""), lang)).toBe(commitLink(id, lang));
  expect(titleLink(made, { name: "lang" })).toBe(`\`${id.slice(0, 12)}\` Make \\*sort\\* faster`);
});
