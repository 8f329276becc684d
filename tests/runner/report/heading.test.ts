import { expect, test } from "vitest";
import { heading } from "../../../runner/report/heading.ts";

test("a heading is below the host's own where there are several hosts", () => {
  expect([heading({ isAlone: true }, "Failing"), heading({ isAlone: false }, "Failing")]).toEqual(["## Failing", "### Failing"]);
});
