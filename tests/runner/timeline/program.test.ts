import { expect, test } from "vitest";
import { programOf } from "../../../runner/timeline/program.ts";
import { failed } from "../report/fixture.ts";
import { ok, same } from "./program-outcomes.ts";

test.each([
  ["measured, before what it was said to be the same as", [same("g"), ok("f"), same("h")], { fingerprint: "f", measured: true }],
  ["not told by samples of two programs", [ok("f"), ok("g")], { fingerprint: undefined, measured: true }],
  ["not told by samples without a fingerprint", [ok(), same("g")], { fingerprint: undefined, measured: true }],
  ["that of the last copy without samples", [same("g"), same("h"), failed()], { fingerprint: "h", measured: false }],
  ["not told by failures", [failed()], { fingerprint: undefined, measured: false }],
])("the program of a revision is %s", (_, outcomes, program) => {
  expect(programOf(outcomes)).toEqual(program);
});
