import { expect, test } from "vitest";
import { requirementLines } from "../../../runner/build/requirement-lines.ts";

test("lines are read as pip reads them: continued ones joined, comments and empty ones left out", () => {
  expect(requirementLines("# all\na==1 # why\r\n\n  b \\\n  --hash=x\nc @ https://example.org/c#egg=c\n")).toEqual([
    "a==1",
    "b    --hash=x",
    "c @ https://example.org/c#egg=c",
  ]);
});
