import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { codeOf } from "../../config/error-code.ts";

test("an error of the operating system has a code, others have none", () => {
  expect(codeOf(thrownBy(() => readFileSync("/nowhere")))).toBe("ENOENT");
  for (const other of [new Error("no code"), Object.assign(new Error("a number"), { code: 2 }), { code: "ENOENT" }, undefined]) {
    expect(codeOf(other)).toBeUndefined();
  }
});

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
