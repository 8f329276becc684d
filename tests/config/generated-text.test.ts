import { expect, test } from "vitest";
import { withGenerated } from "../../config/generated-text.ts";

test("only the text between the lines of that name is replaced", () => {
  const document = "before\n<!-- a -->\n\nold\n\n<!-- /a -->\nafter <!-- b --> kept <!-- /b -->\n";
  expect(withGenerated(document, "a", "new")).toBe("before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter <!-- b --> kept <!-- /b -->\n");
});

test("a document that lacks one of the lines is refused, with the lines to add", () => {
  expect(() => withGenerated("<!-- a -->", "a", "")).toThrow("lacks the lines <!-- a --> and <!-- /a -->");
  expect(() => withGenerated("<!-- /a --> <!-- a -->", "a", "")).toThrow("lacks the lines");
});
