import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { commandLine } from "../../config/command-line.ts";
import { root } from "../../config/root.ts";

test("a command of a checkout is one of npm's scripts, with arguments after two dashes", () => {
  expect(commandLine("setup")).toBe("npm run setup");
  expect(commandLine("key put HOST")).toBe("npm run key -- put HOST");
});

// Commands differ between a checkout and the package.
test("hints name commands by `commandLine`, as the README does", () => {
  const written =
    /\b(?:run|bring|with|use|then|first|later)\b[^"]*(?:pulumi|npm run|npx evenkeel) (?:up|preview|plan|apply|destroy|setup|key|secret)\b/;
  const found = ["runner", "provision"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .flatMap((entry) => {
        const file = join(entry.parentPath, entry.name);
        const lines = readFileSync(file, "utf8").split("\n");
        return lines
          .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && written.test(line))
          .map((line) => `${relative(root, file)}: ${line}`);
      }),
  );
  // What `init` writes is for the package alone.
  expect(found.filter((line) => !line.startsWith("provision/commands/init"))).toEqual([]);
});
