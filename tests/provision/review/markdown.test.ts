import { expect, test } from "vitest";
import { markdownOf } from "../../../provision/review/markdown.ts";

const part = { title: "Settings", rows: [{ about: "a_b", what: "x|y", is: "<1>", willBe: "2\n3" }, { sentence: "*no* more" }] };

test("values are text in a table: none becomes markup or ends its cell", () => {
  expect(markdownOf({ hosts: [{ host: "bench", verdict: "to do", parts: [part] }], next: [] })).toBe(
    [
      "# Review of an upgrade",
      "",
      "- **bench**: to do",
      "",
      "### 1 Settings",
      "",
      "| | now | then |",
      "|---|---|---|",
      "| a\\_b: x\\|y | &lt;1> | 2<br>3 |",
      "",
      "- \\*no\\* more",
      "",
    ].join("\n"),
  );
});

test("hosts have headings where there are several, and what is next comes last", () => {
  const hosts = ["a", "b"].map((host) => ({ host, verdict: "to do", parts: [part] }));
  const text = markdownOf({ hosts, next: ["npm run up"] });
  expect(text.match(/^## .*/gm)).toEqual(["## a", "## b"]);
  expect(text).toMatch(/### 6 Apply this plan\n\n- npm run up\n$/);
});
