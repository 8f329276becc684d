import { describe, expect, test } from "vitest";
import type { ProcessResult } from "../../../runner/system/process.ts";
import { infrastructureCause, lastLines, type Circumstances } from "../../../runner/system/infrastructure.ts";

const ended: ProcessResult = {
  exitCode: 1,
  signal: undefined,
  killed: undefined,
  hasEndedInSandbox: true,
  stdout: "",
  stderr: "",
  report: Buffer.alloc(0),
  seconds: 1,
};
const sound: Circumstances = { memoryKills: { own: 0, others: 0 }, isDiskFull: false };

describe("a process was stopped by something else", () => {
  test.each<[string, Partial<ProcessResult>, Partial<Circumstances>, string]>([
    ["a signal from outside its sandbox", { exitCode: undefined, signal: "SIGKILL", hasEndedInSandbox: false }, {}, "SIGKILL"],
    ["a shutdown", { exitCode: undefined, signal: "SIGTERM", hasEndedInSandbox: false }, {}, "SIGTERM"],
    ["a sandbox that was never made", { hasEndedInSandbox: false }, {}, "its sandbox failed"],
    ["the kernel, out of memory", {}, { memoryKills: { own: 0, others: 1 } }, "the machine ran out of memory"],
    ["a full disk", {}, { isDiskFull: true }, "the disk is full"],
    ["the operator", { exitCode: undefined, signal: "SIGKILL", killed: "aborted" }, {}, "stopped from outside"],
  ])("if it was %s", (_, change, circumstances, cause) => {
    expect(infrastructureCause({ ...ended, ...change }, { ...sound, ...circumstances })).toContain(cause);
  });

  test.each<[string, Partial<ProcessResult>, Partial<Circumstances>]>([
    ["an error of its own", { stderr: "TypeError" }, {}],
    ["a crash", { exitCode: 139 }, {}],
    ["the time limit", { exitCode: undefined, signal: "SIGKILL", killed: "time limit", hasEndedInSandbox: false }, {}],
    ["its own memory", {}, { memoryKills: { own: 3, others: 0 } }],
    ["success beside a full disk", { exitCode: 0 }, { isDiskFull: true }],
  ])("but not if it was %s", (_, change, circumstances) => {
    expect(infrastructureCause({ ...ended, ...change }, { ...sound, ...circumstances })).toBeUndefined();
  });

  test.each<[string, Partial<ProcessResult>]>([
    ["speaks of a full disk", { stderr: "OSError: [Errno 28] No space left on device" }],
    ["speaks of memory", { stderr: "cc: fatal error: Killed signal terminated program cc1" }],
    ["speaks of the network", { stderr: "WARNING: Retrying (Retry(total=0)): ConnectionError" }],
    ["speaks as bwrap does", { stderr: "bwrap: Can't mount proc on /newroot/proc" }],
    ["ends as a killed shell does", { exitCode: 137 }],
    ["ends as a killed Python does", { exitCode: 247 }],
  ])("but not because it %s: that can be forged", (_, change) => {
    expect(infrastructureCause({ ...ended, ...change }, sound)).toBeUndefined();
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

test("the last lines move no cursor and change no colour", () => {
  const stderr = "\u001b[2J\u001b]0;title\u0007red\u001b[31m\rback\u0000\u009b1A \u202etext";
  expect(lastLines({ stdout: "", stderr })).toBe("red\nback text");
});
