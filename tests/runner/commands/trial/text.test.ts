import { expect, test } from "vitest";
import { newestMeasuredIn } from "../../../../runner/commands/trial/trial.ts";
import { isAccepted, trialText } from "../../../../runner/commands/trial/text.ts";
import { history, idOf, measured, session } from "../../report/fixture.ts";

const process = {
  number: 0,
  exitCode: 0,
  signal: undefined,
  killed: undefined,
  stdout: "warming up\ntook 2,1 s\n",
  stderr: "",
  leftBehind: [],
  seconds: 2.2,
  clockSeconds: 2.2,
};
const ran = { process, command: ["/bin/sh", "-c", "./bench --once"] as [string, ...string[]], cwd: "/target" };
const tried = { benchmark: "startup", revision: "a".repeat(40) };

test("a trial shows the command, its output and the number that was read", () => {
  const good = { ...tried, ran: { ...ran, seconds: 2.1 } };
  expect(trialText(good)).toBe(
    [
      "benchmark    startup",
      "revision     aaaaaaaaaaaa",
      "command      /bin/sh -c './bench --once'",
      "directory    /target",
      "ended        exit code 0 after 2.200 s",
      "standard output:",
      "  warming up",
      "  took 2,1 s",
      "standard error nothing",
      "number read  2.1 s",
    ].join("\n"),
  );
  expect(isAccepted(good)).toBe(true);
});

test("a trial of a failing benchmark shows the reason and the output", () => {
  const refused = { ...tried, ran: { ...ran, problem: "it printed nothing" } };
  expect(trialText(refused)).toMatch(/took 2,1 s\n[^]*refused {6}it printed nothing$/);
  const unbuilt = { ...tried, failure: { stage: "compile" as const, message: "`make` failed", output: "no rule\u001b[2J" } };
  expect(trialText(unbuilt)).toMatch(/output:\n {2}no rule\nfailed {7}compile: `make` failed$/);
  expect([refused, unbuilt].map(isAccepted)).toEqual([false, false]);
});

test("of a long output, the end is shown, and the omitted lines counted", () => {
  const stdout = Array.from({ length: 100 }, (_, number) => `line ${number}`).join("\n");
  const text = trialText({ ...tried, ran: { ...ran, process: { ...process, stdout } } });
  expect(text).toContain("  … 60 lines before\n  line 60\n");
});

test("a trial uses the newest revision in the history that this host measured, whatever the dates of sessions", () => {
  const value = { sort: { compiled: measured(1) } };
  const sessions = [session(1, value, { serial: 0 }), session(0, value, { serial: 9 })];
  expect(newestMeasuredIn(history(3), sessions, "host")).toBe(idOf(1));
  expect(newestMeasuredIn(history(3), sessions, "another")).toBe(idOf(2));
  expect(newestMeasuredIn([], sessions, "host")).toBeUndefined();
});
