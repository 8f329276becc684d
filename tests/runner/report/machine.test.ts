import { expect, test } from "vitest";
import { session } from "./fixture.ts";
import { program, readmeOf } from "./pages.ts";

test("what controls say of the machine is in the overview once there is a control", () => {
  const again = { ...session(0, program(0.01), { serial: 1 }), reason: "control" as const };
  expect(readmeOf([session(0, program(0.01)), again])).toContain("| machine | unknown: only 1 program measured again so far |");
  expect(readmeOf([session(0, program(0.01))])).not.toContain("| machine |");
});
