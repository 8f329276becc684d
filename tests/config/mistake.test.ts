import { expect, test } from "vitest";
import { quote } from "../../config/mistake.ts";

test("a value is shown in quotes, on one line, cut at 60 characters", () => {
  expect(quote('a\n"b"')).toBe(String.raw`"a\n\"b\""`);
  expect(quote("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
  expect(quote("x".repeat(61))).toBe(`"${"x".repeat(59)}…"`);
});
