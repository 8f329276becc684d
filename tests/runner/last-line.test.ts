import { describe, expect, test } from "vitest";
import { lastLine, withLastError, withLastLine } from "../../runner/last-line.ts";

describe("the last line of what a program printed", () => {
  test.each([
    ["the last one", "first\nsh: 1: ./bench: not found\n", "sh: 1: ./bench: not found"],
    ["not the source that a compiler quotes below its message", "x.c:1: error: no\n  1 | no\n    | ^~~\n\n", "x.c:1: error: no"],
    ["what stands at last in a line that is written again and again", "10 %\r50 %\rfailed\r\n", "failed"],
    ["not the number that a benchmark prints at its end", "bash: line 1: ./jqq: not found\n0.003\n", "bash: line 1: ./jqq: not found"],
    ["without what moves a cursor or turns the direction of writing", "\u001b[2J\u001b]0;title\u0007no\u202espace\u009b1m", "nospace"],
  ])("is %s", (_, text, line) => {
    expect(lastLine(text)).toBe(line);
  });

  test("is shortened", () => {
    const line = lastLine("x".repeat(100_000)) ?? "";
    expect(line).toMatch(/^x+…$/);
    expect(line.length).toBe(200);
  });

  test("is found as fast in blanks without end", () => {
    expect(lastLine(`${" ".repeat(1 << 20)}x`)).toBe("x");
  });

  test.each(["", "\n\n", " \u001b[0m \n---\n", "0.003\n"])("is none of %j", (text) => {
    expect(lastLine(text)).toBeUndefined();
  });

  test("is of the error output, and of the output of a program that prints errors there", () => {
    expect(withLastLine("it failed", { stdout: "0.1\n", stderr: "oh no\n" })).toBe("it failed: oh no");
    expect(withLastLine("it failed", { stdout: "1 error found\n", stderr: "\n" })).toBe("it failed: 1 error found");
    expect(withLastLine("it failed", { stdout: "", stderr: "" })).toBe("it failed");
  });

  test("stands apart where the program ended well", () => {
    expect(withLastError("it printed nothing", { stderr: "no such file" })).toBe("it printed nothing; its last error line: no such file");
    expect(withLastError("it printed nothing", { stderr: "" })).toBe("it printed nothing");
  });
});
