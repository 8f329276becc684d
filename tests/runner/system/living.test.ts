import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isLiving, processName } from "../../../runner/system/living.ts";

test("a process lives until it is dead, and is not taken for another of its id", async () => {
  const child = spawn("cat");
  const name = processName(child.pid) ?? "";
  expect(name).toMatch(new RegExp(`^${child.pid}\\.\\d+$`));
  expect(isLiving(name)).toBe(true);
  expect(isLiving(`${child.pid}.1`)).toBe(false);

  child.kill("SIGKILL");
  await once(child, "close");
  expect(isLiving(name)).toBe(false);
  expect(processName(child.pid)).toBeUndefined();
});

test("what is no name of a process does not live", () => {
  expect(["", "0", "nobody", `${process.pid}`].map(isLiving)).toEqual([false, false, false, false]);
});
