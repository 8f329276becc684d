import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withGenerated } from "../config/generated-text.ts";
import { root } from "../config/root.ts";

/** Commands of an operator's machine, in the order of use, by the program and the arguments that each starts. */
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

/** Names of the commands in a help text of commander, without `help` and those that other programs start ("used by …"). */
export function listedCommands(help: string): string[] {
  const [, list = ""] = help.split("\nCommands:\n");
  return [...list.matchAll(/^ {2}(\S+).*? {2,}(\S.*)$/gm)]
    .map(([, name = "", summary = ""]) => ({ name, summary }))
    .filter(({ name, summary }) => name !== "help" && !summary.includes("(used by "))
    .map(({ name }) => name);
}

/** Every command's `--help` in Markdown, a heading each. */
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

/** The page of commands with every help text as it is now. */
export async function withCommands(markdown: string): Promise<string> {
  return withGenerated(markdown, "commands", await commandsText());
}

/** What a program prints for `--help`. @throws Error where it exits with another code than 0. */
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

/** Results in the order of the tasks; as many run at a time as there are processors. */
async function severalAtATime<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const waiting = [...tasks.entries()];
  const workers = Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await next[1]();
  });
  await Promise.all(workers);
  return results;
}

/** `node tools/commands.ts` writes docs/commands.md. */
if (import.meta.main) {
  const page = join(root, "docs/commands.md");
  writeFileSync(page, await withCommands(readFileSync(page, "utf8")));
}
