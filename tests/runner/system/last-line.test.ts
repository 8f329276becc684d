import { describe, expect, test } from "vitest";
import { lastLine, withLastError, withLastLine } from "../../../runner/system/last-line.ts";

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

  test.each([
    [
      "make",
      "src/main.c: In function 'broken':\nsrc/main.c:9:26: error: 'nothing' undeclared (first use in this function)\n    9 | return nothing;\nsrc/main.c:9:26: note: each undeclared identifier is reported only once\nmake[1]: *** [Makefile:1187: src/main.o] Error 1\nmake: *** [Makefile:833: all] Error 2\n",
      "src/main.c:9:26: error: 'nothing' undeclared (first use in this function)",
    ],
    [
      "autotools",
      "Makefile.am:202: error: required directory ./vendor does not exist\nparallel-tests: installing 'config/test-driver'\nautoreconf: error: automake failed with exit status: 1\n",
      "Makefile.am:202: error: required directory ./vendor does not exist",
    ],
    [
      "setuptools",
      "build/__native.c:3:10: fatal error: Python.h: No such file or directory\n    3 | #include <Python.h>\ncompilation terminated.\nerror: command '/usr/bin/gcc' failed with exit code 1\n",
      "build/__native.c:3:10: fatal error: Python.h: No such file or directory",
    ],
    [
      "a linker",
      "/usr/bin/ld: main.o: undefined reference to `part'\ncollect2: error: ld returned 1 exit status\n",
      "/usr/bin/ld: main.o: undefined reference to `part'",
    ],
    [
      "a compiler that counts its errors",
      "x.c:1:1: error: unknown type name 'foo'\n1 error generated.\n",
      "x.c:1:1: error: unknown type name 'foo'",
    ],
    ["nothing but that it failed", "make: *** [Makefile:8: all] Error 2\n", "make: *** [Makefile:8: all] Error 2"],
  ])("is the error before what %s says of it", (_, text, line) => {
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
    expect(withLastLine("it failed", { stdout: "x.c:1: error: no\n", stderr: "make: *** [all] Error 2\n" })).toBe(
      "it failed: x.c:1: error: no",
    );
    expect(withLastLine("it failed", { stdout: "", stderr: "" })).toBe("it failed");
  });

  test("stands apart where the program ended well", () => {
    expect(withLastError("it printed nothing", { stderr: "no such file" })).toBe("it printed nothing; its last error line: no such file");
    expect(withLastError("it printed nothing", { stderr: "" })).toBe("it printed nothing");
  });
});
