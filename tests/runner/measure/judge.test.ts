import { describe, expect, test } from "vitest";
import type { ProcessResult } from "../../../runner/system/process.ts";
import { judge, type JudgeOptions } from "../../../runner/measure/judge.ts";

const options: JudgeOptions = {
  benchmark: "sort",
  reads: "number line",
  wanted: 1,
  timeoutSeconds: 2,
  limitBytes: 32e6,
  diskBytes: 4e9,
  minimum: undefined,
  discarded: 0,
  isDiskFull: false,
};
const stderr = "starting\n\u001b[31msh: 1: ./sort: not found\u001b[0m\n";

/** What a sandbox came to whose sampler saw one process. @param status exit code, negated signal otherwise. */
function sampled(status: number, limit: "-" | "time" | "output", { stdout = "", left = "" } = {}): ProcessResult {
  const lengths = [stdout, stderr, left].map((text) => Buffer.byteLength(text)).join(" ");
  const report = Buffer.from(`begun\nsample 0 ${status} ${limit} 0.5 0.5 ${lengths}\n${stdout}${stderr}${left}`);
  const ended = { exitCode: 0, signal: undefined, killed: undefined, hasEndedInSandbox: true, seconds: 1 };
  return { ...ended, stdout: "", stderr: "", report };
}

describe("the message of a benchmark's failure ends with the last line of its error output,", () => {
  test.each([
    ["where it ended with an exit code", sampled(127, "-"), "it ended with exit code 127: sh: 1: ./sort: not found"],
    ["where it crashed", sampled(-11, "-"), "it crashed with SIGSEGV: sh: 1: ./sort: not found"],
    [
      "where it took too long",
      sampled(-9, "time"),
      "it was killed at the time limit of 2 s; its last error line: sh: 1: ./sort: not found",
    ],
    ["where it printed too much", sampled(-9, "output"), /more than 32 MB; its last error line: sh: 1: \.\/sort: not found$/],
    ["where it printed no number", sampled(0, "-"), /^it printed nothing; .*; its last error line: sh: 1: \.\/sort: not found$/],
    [
      "where its number cannot be",
      sampled(0, "-", { stdout: "9\n" }),
      /^it reported 9 s .*; its last error line: sh: 1: \.\/sort: not found$/,
    ],
    ["where it left something running", sampled(0, "-", { stdout: "0.1\n", left: "sleep" }), /running: sleep; its last error line: sh: 1/],
  ])("%s", (_, result, message) => {
    const judged = judge(result, options);
    expect(judged).toMatchObject({
      kind: "failed",
      failure: { message: expect.stringMatching(message), output: expect.stringContaining("starting\nsh: 1") },
    });
  });

  test("and that of one that was killed is kept for its failure, should it be killed again", () => {
    expect(judge(sampled(-9, "-"), options)).toMatchObject({ kind: "interrupted", wasKilled: true, printed: { stderr } });
  });

  test("and a sandbox that fails is told in one line", () => {
    const sandbox = { ...sampled(0, "-"), report: Buffer.alloc(0), stderr: "bwrap: first\nbwrap: last\n" };
    expect(judge(sandbox, options)).toMatchObject({ kind: "interrupted", cause: "its sandbox failed: bwrap: last" });
  });
});
