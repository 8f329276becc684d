import { expect, test } from "vitest";
import { includedBy } from "../../../runner/build/requirements.ts";

test("requirement files include others beside them, with -r or -c in any spelling", () => {
  const text = "attrs==23\n-r base.txt\n  -c ../constraints.txt\n--requirement=more/a.txt\n--constraint b.txt\n# -r comment.txt\n";
  expect(includedBy("requirements/build.txt", text)).toEqual([
    "requirements/base.txt",
    "constraints.txt",
    "requirements/more/a.txt",
    "requirements/b.txt",
  ]);
});
