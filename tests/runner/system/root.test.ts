import { expect, test } from "vitest";
import { requireRoot } from "../../../runner/system/root.ts";

test("an ordinary account is told to use sudo", () => {
  expect(() => requireRoot("run", 1000)).toThrow(expect.objectContaining({ hint: "run it as root: sudo evenkeel run" }));
  expect(() => requireRoot("run", 0)).not.toThrow();
});
