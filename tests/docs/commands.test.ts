import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandsOf, exampleValues, likeLine, withOwnValues } from "./page-commands.ts";
import { codeSpans, root, textOf } from "./pages.ts";

/** Commands of getting-started.md, all of which `tests/e2e/package.test.ts` and `tests/e2e/demo.test.ts` run. */
const run = new Set(commandsOf(textOf("docs/getting-started.md")).map(({ command }) => command));
const continuousIntegration = readFileSync(join(root, ".ci/run"), "utf8").trimEnd().split("\n").at(-1);

test("every shell command of README.md is run: from getting-started.md, or by continuous integration", () => {
  const shown = commandsOf(textOf("README.md")).map(({ command }) => command);
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((command) => !run.has(command) && command !== continuousIntegration)).toEqual([]);
});

test("every command in the prose of README.md with the package or on a host is one that getting-started.md shows", () => {
  const shown = codeSpans(textOf("README.md")).filter(
    (code) => /^(npx evenkeel|ssh|ssh-keyscan|ssh-add) /.test(code) && !/FILE|--help/.test(code),
  );
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter((command) => !run.has(command))).toEqual([]);
});

test("a page's commands are read with their sections, without comments, and with the output shown below", () => {
  const page = [
    "# Page",
    "## One",
    "```sh\n# all of it\nfirst --x   # a comment\ncat key  # on the host's own console\n```",
    "```\nshown 1\n```",
    "```text\nnot its output\n```",
    "```sh\nsecond '#1'\n```",
    "## Two",
    "```\nno command's output\n```",
  ].join("\n\n");
  expect(commandsOf(page)).toEqual([
    { section: "One", command: "first --x", isOnHost: false },
    { section: "One", command: "cat key", isOnHost: true, output: "shown 1\n" },
    { section: "One", command: "second '#1'", isOnHost: false },
  ]);
});

test("example values are those of the page's table, and are replaced wherever they stand", () => {
  const page =
    "## Example values\n\n| in the examples | write instead |\n| --- | --- |\n| `a.b` | a |\n| `c` | c |\n\n## Next\n\n| `d` | d |\n";
  expect(exampleValues(page)).toEqual(["a.b", "c"]);
  expect(withOwnValues("a.b c a.b", new Map([["a.b", "x"]]))).toBe("x c x");
});

test("a line of shown output fits one with other numbers, and no other line", () => {
  expect("before\nbare host (Debian 14), 2.5 s\n").toMatch(likeLine("bare host (Debian 13), 10 s"));
  expect("bare host (Ubuntu 24), 2.5 s").not.toMatch(likeLine("bare host (Debian 13), 10 s"));
});
