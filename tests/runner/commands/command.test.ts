import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { root } from "../../../config/root.ts";
import { hostCommand, print, sharedOptions } from "../../../runner/commands/command.ts";
import { reportedCommand } from "../../../runner/system/program.ts";

const folder = join(root, "runner/commands");
const files = readdirSync(folder).filter(
  (name) => name.endsWith(".ts") && readFileSync(join(folder, name), "utf8").includes("export const command "),
);

async function commandIn(file: string): Promise<Command> {
  const { command } = (await import(join(folder, file))) as { command: Command };
  return command;
}

/** What `--help` prints, with the width of a page. */
function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

test("every file that defines a command is registered", () => {
  const main = readFileSync(join(root, "runner/main.ts"), "utf8");
  const registered = [...main.matchAll(/from "\.\/commands\/(\S+)"/g)].map(([, file = ""]) => file);
  expect(files.length).toBeGreaterThan(20);
  expect(registered.toSorted()).toEqual(files.toSorted());
});

describe.each(files)("%s", (file) => {
  test("defines a command of its name", async () => {
    expect((await commandIn(file)).name()).toBe(file.replace(/\.ts$/, ""));
  });

  test("has a help text that begins with a verb, without full stops, and with exit codes", async () => {
    const command = await commandIn(file);
    const texts = [command.summary(), ...command.options.map(({ description }) => description)];
    expect(texts.filter((text) => text.endsWith(".") || text === "")).toEqual([]);
    // Help begins with the sentence that the list of commands has.
    expect(command.summary()).toMatch(/^[a-z]+ /);
    expect(command.description().toLowerCase()).toBe(command.summary().toLowerCase());
    expect(helpOf(command)).toMatch(/\nExit codes: 0 [a-z ]+, 1 [a-z ,]+, 2 usage\b.*\.\n/);
  });
});

function exits(exitCodes: string[]): string | undefined {
  return helpOf(hostCommand({ name: "x", summary: "do x", exitCodes }))
    .split("\n")
    .at(-2);
}

test("a command's own exit codes replace the usual ones", () => {
  expect(exits([])).toBe("Exit codes: 0 done, 1 failed, 2 usage.");
  expect(exits(["1 broken", "75 the host is busy"])).toBe("Exit codes: 0 done, 1 broken, 2 usage, 75 the host is busy.");
});

test("an error in the arguments of a registered command is thrown, not printed by commander", async () => {
  const program = reportedCommand("evenkeel");
  program.addCommand(
    hostCommand({ name: "x", summary: "do x" })
      .option(...sharedOptions.json)
      .action(() => {}),
  );
  await expect(program.parseAsync(["x", "--jsn"], { from: "user" })).rejects.toMatchObject({ message: expect.stringContaining("--json") });
});

test("a value is printed as text, or with --json as JSON", () => {
  const printed: unknown[] = [];
  const log = console.log;
  console.log = (text: unknown) => printed.push(text);
  try {
    print([1, 2], {}, (all) => all.join(" and "));
    print([1, 2], { json: true }, () => "never");
  } finally {
    console.log = log;
  }
  expect(printed).toEqual(["1 and 2", "[\n  1,\n  2\n]"]);
});
