import { describe, expect, test } from "vitest";
import { readSeconds } from "../../../runner/suites/seconds.ts";

const line = "print seconds on one line of their own, such as `elapsed: 0.125`";
const alone = "print seconds as the last line, a number alone, such as `0.125`";

describe("the seconds a sample reports", () => {
  test.each([
    ["compiling…\nelapsed: 0.25\n", 0.25],
    ["no newline at the end\n\nelapsed: 1.5e-05", 1.5e-5],
    ["elapsed: 3\ntrailing output\n", 3],
  ])("are those of the only elapsed line: %j", (stdout, seconds) => {
    expect(readSeconds("elapsed line", stdout)).toEqual({ ok: true, seconds });
  });

  test.each([
    ["0.5\n", 0.5],
    ["run 3 of 10\n\t1.25 \r\n\n", 1.25],
    ["2e-3", 0.002],
    [".5", 0.5],
    ["warming up: 10 %\r100 %\n4E-1\n", 0.4],
  ])("are the last line of a command, where it is a number alone: %j", (stdout, seconds) => {
    expect(readSeconds("number line", stdout)).toEqual({ ok: true, seconds });
  });

  test.each([
    ["elapsed line", "", "it printed nothing"],
    ["elapsed line", "0.5\n", 'it printed no line that begins with `elapsed:`; its last line is "0.5"'],
    ["elapsed line", "it took elapsed: 0.5\n", 'it printed no line that begins with `elapsed:`; its last line is "it took elapsed: 0.5"'],
    ["elapsed line", "elapsed: 9\nnoise\nelapsed: 0.25\n", 'it printed 2 lines that report seconds: "elapsed: 9", "elapsed: 0.25"'],
    ["elapsed line", "elapsed: soon\n", 'it printed "elapsed: soon", which is not exactly one number of seconds'],
    ["elapsed line", "elapsed:\n", 'it printed "elapsed:", which is not exactly one number of seconds'],
    ["elapsed line", "elapsed: nan\n", 'it printed "elapsed: nan", which is not exactly one number of seconds'],
    ["elapsed line", "elapsed: 1 2\n", 'it printed "elapsed: 1 2", which is not exactly one number of seconds'],
    ["elapsed line", "elapsed: 0.0\n", 'it printed "elapsed: 0.0"; seconds are above zero'],
    ["number line", " \n", "it printed nothing"],
  ] as const)("are refused with a sentence that quotes the line: %s of %j", (format, stdout, problem) => {
    expect(readSeconds(format, stdout)).toEqual({ ok: false, problem: `${problem}; ${format === "elapsed line" ? line : alone}` });
  });

  test.each([
    "took 2,1 s",
    "took 2.1 s",
    "2.1s",
    "0.1 GB/s",
    "2,1",
    "1,000.5",
    "1_000",
    "0x10",
    "nan",
    "Infinity",
    "0.5 0.6",
    "1.2.3",
    "3 s",
    "99 %",
    "done",
    "0.001, or was it 2",
  ])("are never picked out of other text: %j", (text) => {
    expect(readSeconds("number line", `${text}\n`)).toEqual({
      ok: false,
      problem: `it printed ${JSON.stringify(text)}, which is not exactly one number of seconds; ${alone}`,
    });
  });

  test.each([
    [" 3#README.md : 12345 -> 4567 (2.703)\r 3#README.md : 12345 -> 4567 (2.703), 310.5 MB/s\r 3#README.md\n", "3#README.md : 12345"],
    ["50 %\r0.5\n", "50 % 0.5"],
    ["0.5\nall done\n", "all done"],
    ["\u001b[2J3\u202e s\n", '"3 s"'],
  ])("are no progress that was printed last: %j", (stdout, quoted) => {
    expect(readSeconds("number line", stdout)).toMatchObject({ ok: false, problem: expect.stringContaining(quoted) });
  });

  test("are refused where a second number could be meant", () => {
    expect(readSeconds("number line", "10\n20\n30\n0.5\n")).toEqual({
      ok: false,
      problem: `it printed 4 lines that are a number: "10", "20", "30", …; ${alone}`,
    });
    expect(readSeconds("number line", "1e999")).toEqual({
      ok: false,
      problem: `it printed "1e999", which is too large a number; ${alone}`,
    });
    expect(readSeconds("number line", "-1")).toEqual({ ok: false, problem: `it printed "-1"; seconds are above zero; ${alone}` });
  });

  test("quote no more of an endless line than a message can hold", () => {
    const read = readSeconds("number line", "x".repeat(60_000));
    expect("problem" in read && read.problem.length).toBeLessThan(250);
  });
});
