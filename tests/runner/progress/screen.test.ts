// A terminal is driven by control characters.
/* oxlint-disable no-control-regex */
import { expect, test } from "vitest";
import { Screen, screenOf } from "../../../runner/progress/screen.ts";
import { measuring } from "../commands/example.ts";
import { FakeTerminal } from "./terminal.ts";

const three = ["richards", "deltablue", "queens"];

function screenOn(terminal: FakeTerminal, clock: () => number = () => 0): Screen {
  return new Screen({ output: terminal, colour: true, clock });
}

test("log lines stay above the view, in order and whole, however the view grows and shrinks", () => {
  const terminal = new FakeTerminal(80, 24);
  let now = 0;
  const screen = screenOn(terminal, () => (now += 200));
  screen.log("first");
  for (const blocks of [0, 1, 2, 5]) {
    screen.show(measuring(three, blocks));
    screen.log(`after ${blocks} blocks: ${"long ".repeat(30)}`);
  }
  const text = terminal.text.join("\n");
  expect(text).toMatch(/^first\nafter 0 [^]*after 1 [^]*after 2 [^]*after 5 /);
  expect(text.match(/revision 0123456789ab/g)).toHaveLength(1);
  expect(terminal.text.slice(-4).map((line) => line.split(" ")[0])).toEqual([...three, "revision"]);
});

test("closing leaves the log alone on the terminal, complete, the cursor below it", () => {
  const terminal = new FakeTerminal(80, 24);
  const screen = screenOn(terminal);
  screen.show(measuring(three, 4));
  screen.log("one");
  screen.log("two");
  screen.close();
  expect(terminal.text).toEqual(["one", "two"]);
  expect(terminal.cursor).toEqual([2, 0]);
  screen.close();
  expect(terminal.text).toEqual(["one", "two"]);
});

test("nothing is drawn more than ten times a second, and nothing is lost by that", () => {
  const terminal = new FakeTerminal(80, 24);
  let now = 0;
  const screen = screenOn(terminal, () => now);
  for (; now < 1000; now += 5) {
    screen.show(measuring(three, now / 100));
    screen.log(`line ${now}`);
  }
  expect(terminal.writes.length).toBeLessThanOrEqual(11);
  screen.close();
  expect(terminal.text).toEqual(Array.from({ length: 200 }, (_, n) => `line ${n * 5}`));
});

test("a screen is never cleared, and no state of the terminal is changed", () => {
  const terminal = new FakeTerminal(80, 24);
  let now = 0;
  const screen = screenOn(terminal, () => (now += 200));
  for (const blocks of [0, 3, 6]) screen.show(measuring(three, blocks, { failing: "queens" }));
  screen.close();
  const sequences = terminal.writes.join("").match(/\u001b[^A-Za-z]*[A-Za-z]/g);
  expect(new Set(sequences)).toEqual(
    new Set(["\u001b[K", "\u001b[J", "\u001b[1m", "\u001b[1A", "\u001b[3A", "\u001b[32m", "\u001b[31m", "\u001b[2m", "\u001b[0m"]),
  );
});

test("a terminal made narrower keeps nothing of the wider view", () => {
  const terminal = new FakeTerminal(80, 24);
  let now = 0;
  const screen = screenOn(terminal, () => (now += 200));
  screen.log("log");
  screen.show(measuring(three, 4));
  // Of what terminals do with rows that are too wide, this one wraps them.
  const narrow = new FakeTerminal(40, 24);
  for (const write of terminal.writes) narrow.write(write);
  terminal.columns = 40;
  const before = terminal.writes.length;
  screen.show(measuring(three, 5));
  for (const write of terminal.writes.slice(before)) narrow.write(write);
  screen.close();
  for (const write of terminal.writes.slice(before + 1)) narrow.write(write);
  expect(narrow.text).toEqual(["log"]);
});

test("output of other programs does not move the cursor", () => {
  const terminal = new FakeTerminal(80, 24);
  const screen = screenOn(terminal);
  screen.log("pip said \u001b[2J\u001b]0;title\u0007 that\nand more\r");
  screen.close();
  expect(terminal.writes.join("")).not.toMatch(/\u001b\[2J|\u001b\]|\u0007/);
  expect(terminal.text).toEqual(["pip said  that", "and more"]);
});

test("only a terminal that can move its cursor has a screen", () => {
  const output = { write: () => true, isTTY: true };
  expect(screenOf(output, { TERM: "xterm" })).toBeInstanceOf(Screen);
  expect(screenOf(output, { TERM: "dumb" })).toBeUndefined();
  expect(screenOf(output, {})).toBeUndefined();
  expect(screenOf({ ...output, isTTY: false }, { TERM: "xterm" })).toBeUndefined();
  const terminal = new FakeTerminal(80, 24);
  screenOf(Object.assign(terminal, { isTTY: true }), { TERM: "xterm", NO_COLOR: "1" })?.show(measuring(three, 4));
  expect(terminal.writes.join("")).not.toMatch(/\u001b\[\d+m/);
});
