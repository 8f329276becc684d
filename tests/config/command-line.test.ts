import { expect, test } from "vitest";
import { commandLine } from "../../config/command-line.ts";

test("a checkout's commands are scripts of npm", () => {
  expect(commandLine("setup")).toBe("npm run setup");
  expect(commandLine("key put HOST")).toBe("npm run key -- put HOST");
});
