import { expect, test } from "vitest";
import { schema } from "../../config/schema.ts";
import { unmatched } from "../../config/unmatched.ts";

const suite = ["mypy_fresh_incremental", "mypy_parallel", "mypy_self_check", "mypy_startup", "richards"];

test("every name and pattern that matches no benchmark is reported with its path", () => {
  const measure = schema.shape.measure.parse({
    slow: [{ benchmarks: ["mypy_self_check", "mypy_selfcheck"] }, { benchmarks: ["asv_*"] }],
    cores: ["mypy_paralel", "rich*"],
    expect: [
      { benchmark: "sort", minimum: 1 },
      { benchmark: "*", minimum: 0.001 },
    ],
  });
  const versions = [
    { benchmark: "mypy_*", version: 2 },
    { benchmark: "richard", version: 2 },
  ];
  const given = schema.shape.suite.parse({ adapter: "runbench", repository: "https://example.org/suite", versions });
  expect(unmatched({ measure, suite: given }, suite)).toEqual([
    "suite.versions[1].benchmark: no benchmark of the suite matches richard; did you mean richards?",
    "measure.slow[0].benchmarks: no benchmark of the suite matches mypy_selfcheck; did you mean mypy_self_check?",
    "measure.slow[1].benchmarks: no benchmark of the suite matches asv_*",
    "measure.cores: no benchmark of the suite matches mypy_paralel; did you mean mypy_parallel?",
    "measure.expect[0].benchmark: no benchmark of the suite matches sort",
  ]);
});
