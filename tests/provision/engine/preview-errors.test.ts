import { expect, test } from "vitest";
import { errorsIn } from "../../../provision/engine/preview-errors.ts";

test("the error of a failed preview is the program's, with its hint", () => {
  const output = JSON.stringify({
    steps: [],
    diagnostics: [
      { message: "looking\n", severity: "info" },
      { message: "\u001B[31merror: host a cannot be reached: refused\nhint: check the port\n\u001B[0m", severity: "error" },
    ],
  });
  expect(errorsIn(`${output}\n`, "warning: {an old plugin}\n")).toEqual({
    message: "host a cannot be reached: refused",
    hint: "check the port",
  });
});

test("an error of Pulumi before the preview is returned unchanged", () => {
  expect(errorsIn("", "error: no passphrase\n")).toEqual({ message: "no passphrase", hint: "see the message above" });
});
