import { expect, test } from "vitest";
import { joinedWithAnd } from "../../config/joined-with-and.ts";

test("words are listed as in a sentence", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(joinedWithAnd)).toEqual(["", "a", "a and b", "a, b and c"]);
});
