import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listedCommands, withCommands } from "../../tools/commands.ts";
import { root } from "../../config/root.ts";

test("docs/commands.md has the current help of every command (update it with node tools/commands.ts)", async () => {
  const page = readFileSync(join(root, "docs/commands.md"), "utf8");
  expect(await withCommands(page)).toBe(page);
});

test("commands that other programs start are left out", () => {
  const help = `Usage: evenkeel

Options:
  -h, --help  display help for command

Commands:
  run [options]      measure what the queue holds
  key [options] <put>  make a key the deploy key (used by npm run key)
  help [command]     display help for command
`;
  expect(listedCommands(help)).toEqual(["run"]);
});
