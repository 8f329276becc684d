import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withGenerated } from "../config/generated-text.ts";
import { root } from "../config/root.ts";

/** Commands on an operator's machine in the order of use, with the program and arguments that each one starts. */
const scripts: readonly [string, readonly string[]][] = [
  ["npm run setup", ["tools/setup.js"]],
  ["npx evenkeel init", ["evenkeel.js", "init"]],
  ["npm run preview", ["evenkeel.js", "preview"]],
  ["npm run plan", ["evenkeel.js", "plan"]],
  ["npm run apply", ["evenkeel.js", "apply"]],
  ["npm run up", ["evenkeel.js", "up"]],
  ["npm run destroy", ["evenkeel.js", "destroy"]],
  ["npm run key", ["evenkeel.js", "key"]],
  ["npm run secret", ["evenkeel.js", "secret"]],
  ["npm run pulumi", ["evenkeel.js", "pulumi"]],
  ["npm run demo", ["lab/demo.ts"]],
];

const hostProgram = "runner/main.ts";

/** Returns the names of the commands in a help text of commander, except `help` and commands that other programs start ("used by …"). */
export function listedCommands(help: string): string[] {
  const [, list = ""] = help.split("\nCommands:\n");
  return [...list.matchAll(/^ {2}(\S+).*? {2,}(\S.*)$/gm)]
    .map(([, name = "", summary = ""]) => ({ name, summary }))
    .filter(({ name, summary }) => name !== "help" && !summary.includes("(used by "))
    .map(({ name }) => name);
}

/** Returns the help text of every command as Markdown, a heading each. */
async function commandsText(): Promise<string> {
  const overview = await helpOf([hostProgram]);
  const sections: (() => Promise<string>)[] = [
    () => Promise.resolve("## On your machine"),
    ...scripts.map(
      ([name, args]) =>
        async () =>
          sectionOf(name, await helpOf(args)),
    ),
    () => Promise.resolve(`## On the host\n\n${fenced(overview)}`),
    ...listedCommands(overview).map((name) => async () => sectionOf(`evenkeel ${name}`, await helpOf([hostProgram, name]))),
  ];
  return (await severalAtATime(sections)).join("\n\n");
}

/** Returns the page of commands with the current help texts. */
export async function withCommands(markdown: string): Promise<string> {
  return withGenerated(markdown, "commands", await commandsText());
}

/** Returns the output of a program's `--help`. @throws Error if the exit code is not 0. */
async function helpOf(args: readonly string[]): Promise<string> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, ".evenkeel/compiled"), NO_COLOR: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, [...args, "--help"], { cwd: root, env });
  return stdout.trim();
}

function sectionOf(name: string, help: string): string {
  return [`### ${name}`, fenced(help)].join("\n\n");
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

/** Runs tasks in parallel, one per processor. Returns the results in the order of the tasks. */
async function severalAtATime<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const waiting = [...tasks.entries()];
  const workers = Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await next[1]();
  });
  await Promise.all(workers);
  return results;
}

/** Writes docs/commands.md if this file is the program. */
if (import.meta.main) {
  const page = join(root, "docs/commands.md");
  writeFileSync(page, await withCommands(readFileSync(page, "utf8")));
}
