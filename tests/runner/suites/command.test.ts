import { expect, test } from "vitest";
import { listedCommands, type CommandBenchmark } from "../../../runner/suites/command.ts";

const sort: CommandBenchmark = {
  name: "sort",
  group: "main",
  version: 1,
  program: [],
  build: "make",
  run: "./sort",
  baseline: "python3 sort.py",
};

test("a list of commands is listed by the configuration alone, sorted by name", () => {
  const listed = listedCommands([sort, { name: "parse", group: "micro", version: 1, program: [], run: "./parse" }]);
  expect(listed).toMatchObject([
    { name: "parse", group: "micro", variants: ["compiled"] },
    { name: "sort", group: "main", variants: ["compiled", "interpreted"] },
  ]);
});

test.each<[string, Partial<CommandBenchmark>]>([
  ["build", { build: "make all" }],
  ["run", { run: "./sort 2" }],
  ["baseline", { baseline: "python3 -O sort.py" }],
])("another %s command is another workload", (_, change) => {
  const [before, after] = listedCommands([sort, { ...sort, ...change }]).map(({ workload }) => workload);
  expect(after).not.toBe(before);
});
