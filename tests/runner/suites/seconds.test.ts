import { describe, expect, test } from "vitest";
import { readSeconds } from "../../../runner/suites/seconds.ts";

describe("the seconds a sample reports", () => {
  test.each([
    ["compiling…\nelapsed: 9\nnoise\nelapsed: 0.25\n", 0.25],
    ["no newline at the end\n\nelapsed: 1.5e-05", 1.5e-5],
    ["elapsed: 3\ntrailing output\n", 3],
  ])("are those of the last elapsed line: %j", (stdout, seconds) => {
    expect(readSeconds("elapsed line", stdout)).toEqual({ ok: true, seconds });
  });

  test.each([
    ["0.5\n", 0.5],
    ["run 3 of 10\ntook 1.25 s\n", 1.25],
    ["2e-3", 0.002],
    [".5", 0.5],
  ])("are the last number of a command: %j", (stdout, seconds) => {
    expect(readSeconds("last number", stdout)).toEqual({ ok: true, seconds });
  });

  test.each([
    ["elapsed line", "", "it printed nothing"],
    ["last number", " \n", "it printed nothing"],
    ["elapsed line", "0.5\n", "it printed no line `elapsed: <seconds>`"],
    ["elapsed line", "it took elapsed: 0.5\n", "it printed no line `elapsed: <seconds>`"],
    ["elapsed line", "elapsed: soon\n", 'it reported "soon", which is no number of seconds'],
    ["elapsed line", "elapsed:\n", 'it reported "", which is no number of seconds'],
    ["elapsed line", "elapsed: nan\n", 'it reported "nan", which is no number of seconds'],
    ["elapsed line", "elapsed: inf\n", 'it reported "inf", which is no number of seconds'],
    ["elapsed line", "elapsed: -0.5\n", "it reported -0.5 s; a time is above zero"],
    ["elapsed line", "elapsed: 0.0\n", "it reported 0 s; a time is above zero"],
    ["last number", "done\n", "it printed no number"],
    ["last number", "0.5\nnan\n", 'it reported "nan", which is no number of seconds'],
    ["last number", "-1", "it reported -1 s; a time is above zero"],
  ] as const)("are refused with a sentence: %s of %j", (format, stdout, problem) => {
    expect(readSeconds(format, stdout)).toEqual({ ok: false, problem });
  });
});
