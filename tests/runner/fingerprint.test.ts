import { expect, test } from "vitest";
import { fingerprintOf, type ExecutedProgram } from "../../runner/fingerprint.ts";

const program: ExecutedProgram = {
  benchmark: "sort",
  variant: "compiled",
  libraries: { "benchmarks/sort.so": "a1", "util.so": "b2" },
  sources: [
    { path: "runbench.py", object: "01" },
    { path: "data.txt", object: "02" },
  ],
  dependencies: ["mypy-extensions==1.0", "attrs==23"],
  command: ["python", "-c", "run"],
  environment: { PATH: "/usr/bin", LANG: "C" },
};

test("a fingerprint does not depend on the order in which its parts are found", () => {
  expect(
    fingerprintOf({
      ...program,
      libraries: { "util.so": "b2", "benchmarks/sort.so": "a1" },
      sources: [...program.sources].reverse(),
      dependencies: [...program.dependencies].reverse(),
      environment: { LANG: "C", PATH: "/usr/bin" },
    }),
  ).toBe(fingerprintOf(program));
  expect(fingerprintOf(program)).toMatch(/^[0-9a-f]{16}$/);
});

test.each<[string, Partial<ExecutedProgram>]>([
  ["a module's output", { libraries: { ...program.libraries, "util.so": "c3" } }],
  ["a module's name", { libraries: { "benchmarks/sort.so": "a1", "other.so": "b2" } }],
  ["a source", { sources: [{ path: "runbench.py", object: "03" }, ...program.sources.slice(1)] }],
  ["one more source", { sources: [...program.sources, { path: "more.py", object: "04" }] }],
  ["a dependency", { dependencies: ["mypy-extensions==1.1", "attrs==23"] }],
  ["the variant", { variant: "interpreted" }],
  ["the benchmark of a shared module", { benchmark: "tree" }],
  ["the order of the command's words", { command: ["python", "run", "-c"] }],
  ["the environment", { environment: { ...program.environment, LANG: "de" } }],
])("%s makes another program", (_, change) => {
  expect(fingerprintOf({ ...program, ...change })).not.toBe(fingerprintOf(program));
});
