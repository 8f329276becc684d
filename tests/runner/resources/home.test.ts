import { expect, test } from "vitest";
import { homeOf, type HomeState } from "../../../runner/resources/home.ts";

const name = "bench";
const declared = "/home/bench";

function decide(present: string, recorded: string | undefined, states: Record<string, HomeState>): ReturnType<typeof homeOf> {
  return homeOf({ name, present, recorded, declared }, (path) => states[path] ?? "missing");
}

test("an account that exists keeps its home, wherever it is", () => {
  expect(decide("/data/bench", undefined, { "/data/bench": "own" })).toEqual({ path: "/data/bench", isToMake: false });
  expect(decide("/data/bench", undefined, { "/data/bench": "own", [declared]: "own" })).toMatchObject({ path: "/data/bench" });
});

test("a home that was never made is made where /etc/passwd says", () => {
  expect(decide("/data/bench", undefined, {})).toEqual({ path: "/data/bench", isToMake: true });
});

test("an account without a home gets the declared one", () => {
  for (const present of ["/nonexistent", "/", "/dev/null", ""]) {
    expect(decide(present, undefined, { "/": "foreign", "/dev/null": "foreign" })).toEqual({ path: declared, isToMake: true });
  }
});

test("another home is drift while the recorded one is there, and adopted once that was moved", () => {
  expect(decide("/elsewhere", declared, { [declared]: "own", "/elsewhere": "own" })).toMatchObject({ path: declared });
  expect(decide("/elsewhere", declared, { "/elsewhere": "own" })).toEqual({ path: "/elsewhere", isToMake: false });
});

test("a home that belongs to others is refused with what to do", () => {
  const refused = decide("/var/www", undefined, { "/var/www": "foreign" });
  expect(refused).toEqual({ problem: "/var/www, which the account does not own", hint: expect.stringContaining("chown bench: /var/www") });
});

test("an account of measured code has none", () => {
  const home = homeOf({ name, present: "/home/x", recorded: undefined, declared: "/nonexistent" }, () => "own");
  expect(home).toEqual({ path: "/nonexistent", isToMake: false });
});
