import { expect, test } from "vitest";
import { fingerprintOf, type Program } from "../../../runner/suites/fingerprint.ts";

const program: Program = { variant: "compiled", workload: "0a1b", libraries: "a1  sort.so\nb2  util.so\n", dependencies: ["attrs==23"] };

test("the same program has the same fingerprint", () => {
  expect(fingerprintOf({ ...program })).toBe(fingerprintOf(program));
  expect(fingerprintOf(program)).toMatch(/^[0-9a-f]{16}$/);
});

test.each<[string, Partial<Program>]>([
  ["a module's output", { libraries: "a1  sort.so\nc3  util.so\n" }],
  ["a module's name", { libraries: "a1  sort.so\nb2  other.so\n" }],
  ["the workload", { workload: "0a1c" }],
  ["a dependency", { dependencies: ["attrs==24"] }],
  ["one more dependency", { dependencies: ["attrs==23", "mypy-extensions==1.1"] }],
  ["the variant", { variant: "interpreted" }],
])("%s makes another program", (_, change) => {
  expect(fingerprintOf({ ...program, ...change })).not.toBe(fingerprintOf(program));
});
