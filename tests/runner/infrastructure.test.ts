import { describe, expect, test } from "vitest";
import type { ProcessResult } from "../../runner/host/process.ts";
import { infrastructureCause, lastLines } from "../../runner/infrastructure.ts";

const ended: ProcessResult = {
  exitCode: 1,
  signal: undefined,
  killed: undefined,
  stdout: "",
  stderr: "",
  report: Buffer.alloc(0),
  seconds: 1,
};

describe("a process was stopped by something else", () => {
  test.each<[string, Partial<ProcessResult>, string]>([
    ["the kernel, out of memory", { exitCode: undefined, signal: "SIGKILL" }, "SIGKILL"],
    ["a shutdown", { exitCode: undefined, signal: "SIGTERM" }, "SIGTERM"],
    ["its compiler's end, told by gcc", { stderr: "cc: fatal error: Killed signal terminated program cc1" }, "the compiler was killed"],
    ["its child's end, told by a shell", { exitCode: 137 }, "a process it started was killed"],
    ["its child's end, told by Python", { exitCode: 247 }, "a process it started was killed"],
    ["a full disk", { stderr: "OSError: [Errno 28] No space left on device" }, "the disk is full"],
    ["the operator", { exitCode: undefined, signal: "SIGKILL", killed: "aborted" }, "stopped from outside"],
  ])("if it was %s", (_, change, cause) => {
    expect(infrastructureCause({ ...ended, ...change })).toContain(cause);
  });

  test.each<[string, Partial<ProcessResult>]>([
    ["an error of its own", { stderr: "TypeError" }],
    ["a crash", { exitCode: undefined, signal: "SIGSEGV" }],
    ["an assertion", { exitCode: undefined, signal: "SIGABRT" }],
    ["the time limit", { exitCode: undefined, signal: "SIGKILL", killed: "time limit" }],
    ["success that speaks of disks", { exitCode: 0, stdout: "No space left on device" }],
  ])("but not if it was %s", (_, change) => {
    expect(infrastructureCause({ ...ended, ...change })).toBeUndefined();
  });
});

test("the last lines are 40, of both streams, and none is endless", () => {
  const lines = lastLines({
    stdout: Array.from({ length: 50 }, (_, line) => `out ${line}`).join("\n"),
    stderr: `${"x".repeat(10_000)}\nwhy\n`,
  }).split("\n");
  expect(lines).toHaveLength(40);
  expect(lines[0]).toBe("out 12");
  expect(lines.at(-1)).toBe("why");
  expect(Math.max(...lines.map((line) => line.length))).toBe(501);
});
