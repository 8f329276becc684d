import { expect, test } from "vitest";
import { PassedOn } from "../../../provision/engine/passed-on.ts";

function passing(...chunks: string[]): { lines: string[]; isViolated: boolean } {
  const lines: string[] = [];
  const passed = new PassedOn((line) => lines.push(line));
  for (const chunk of chunks) passed.add(chunk);
  passed.end();
  return { lines, isViolated: passed.isViolated };
}

test("output of the engine is printed line by line, in any chunks", () => {
  expect(passing("one\ntw", "o\n", "three")).toEqual({ lines: ["one", "two", "three"], isViolated: false });
});

test("nothing is printed from a violation of the plan on", () => {
  const { lines, isViolated } = passing("one\n", "error: resource urn:x viol", "ates plan: properties changed\nmore\n");
  expect({ lines, isViolated }).toEqual({ lines: ["one"], isViolated: true });
});
