import { expect, test } from "vitest";
import type { Document, Row } from "../../../provision/review/document.ts";
import { textOf } from "../../../provision/review/text.ts";

const value = (what: string, more: Partial<Row> = {}): Row => ({ about: "", what, is: "1", willBe: "2", ...more });
const documentWith = (...rows: Row[]): Document => ({
  hosts: [{ host: "bench", verdict: "to do", parts: [{ title: "Packages", rows }] }],
  next: ["npm run up"],
});

test("verdicts come first, values aligned, what is next at the end", () => {
  expect(textOf(documentWith(value("gcc"), value("python3", { hint: "built" })), false)).toBe(
    ["bench: to do", "", "1 Packages", "  gcc      1 -> 2", "  python3  1 -> 2 (built)", "", "6 Apply this plan", "  npm run up", ""].join(
      "\n",
    ),
  );
});

test("packages that come along and defaults are counted, unless all is to be shown", () => {
  const document = documentWith(value("gcc"), value("libc", { comesAlong: true }), value("samples", { isDefault: true }));
  const short = textOf(document, false);
  expect(short).toContain("1 more package is required (--verbose shows them)");
  expect(short).toContain("1 more setting keeps its default (--verbose shows them)");
  expect(short).not.toContain("libc");
  expect(textOf(document, false, true)).toMatch(/libc .*\n.*samples /);
});

test("a value of several lines stays on its line, a difference is below it", () => {
  const text = textOf(documentWith(value("file", { is: "a\nb", diff: "-a\n+b\n" })), false);
  expect(text).toContain("  file  a\\nb -> 2\n      -a\n      +b\n");
});
