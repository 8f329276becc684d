import { expect, test } from "vitest";
import { painted, printable, showsColour, sizeOf } from "../../../runner/text/terminal.ts";

test("colours are for terminals that have them, of readers who want them", () => {
  expect(showsColour({ isTTY: true }, {})).toBe(true);
  expect(showsColour({ isTTY: true }, { TERM: "xterm", NO_COLOR: "" })).toBe(true);
  expect(showsColour({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(showsColour({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(showsColour({}, {})).toBe(false);
});

test("a terminal without a size is taken for one of 80 by 24", () => {
  expect(sizeOf({ columns: 132, rows: 50 })).toEqual({ columns: 132, rows: 50 });
  expect(sizeOf({ columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 });
  expect(sizeOf({})).toEqual({ columns: 80, rows: 24 });
});

test("a style ends with its text, and is left out of plain text and of nothing", () => {
  expect(painted("slower", "red", true)).toBe("\u001b[31mslower\u001b[0m");
  expect([painted("slower", "red", false), painted("slower", undefined, true), painted("", "red", true)]).toEqual(["slower", "slower", ""]);
});

test("a name of others cannot move the cursor, nor be wider than it is long", () => {
  expect(printable("sort[n=10]\u001b[2J\r表\u202e ± 3 µs")).toBe("sort[n=10]?[2J??? ± 3 µs");
});
