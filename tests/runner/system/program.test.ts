import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError } from "../../../config/load.ts";
import { root } from "../../../config/root.ts";
import { UsageError, UserError } from "../../../config/user-error.ts";
import { InfrastructureError } from "../../../runner/system/infrastructure-error.ts";
import { LockBusyError } from "../../../runner/system/lock.ts";
import { errorText, reportError, reportedCommand } from "../../../runner/system/program.ts";

interface Reported {
  exitCode: number;
  printed: string[];
}

function reported(error: unknown): Reported {
  const printed: string[] = [];
  return { exitCode: reportError(error, (text) => printed.push(text)), printed };
}

async function parsed(args: string[]): Promise<Reported> {
  const program = reportedCommand("evenkeel");
  program
    .command("measure")
    .argument("<revision>")
    .option("--force")
    .action(() => {});
  return program.parseAsync(args, { from: "user" }).then(() => ({ exitCode: 0, printed: [] }), reported);
}

test.each([
  ["a mistake", new UserError("there is no host a", "write b"), 1],
  ["a wrong command line", new UsageError("there is no host a", "write b"), 2],
  ["a busy host", new LockBusyError("there is no host a", "write b"), 75],
])("%s is printed as message and hint, with its exit code", (_, error, exitCode) => {
  expect(reported(error)).toEqual({ exitCode, printed: ["error: there is no host a\nhint: write b"] });
});

test("a wrong configuration is printed with all its mistakes and exits 2", () => {
  const error = new ConfigError("a.yaml", [{ line: 3, column: 5, message: "unknown setting", hint: "remove it" }]);
  const { exitCode, printed } = reported(error);
  expect({ exitCode, lines: printed.join("\n").split("\n") }).toEqual({
    exitCode: 2,
    lines: ["error: a.yaml:3:5: unknown setting", "    remove it", expect.stringMatching(/^hint: correct the file/)],
  });
});

test("a failure of the machine or the network is printed with the output of what failed", () => {
  expect(reported(new InfrastructureError("git fetch failed", "fatal: no route"))).toEqual({
    exitCode: 1,
    printed: ["error: git fetch failed\nfatal: no route"],
  });
  expect(errorText(new InfrastructureError("git fetch failed"))).toBe("error: git fetch failed");
});

test("a bug is printed with its stack and its cause", () => {
  const { exitCode, printed } = reported(new TypeError("x is undefined", { cause: new Error("no y") }));
  expect(exitCode).toBe(1);
  expect(printed.join("")).toMatch(/^TypeError: x is undefined\n {4}at .*program\.test\.ts[^]*cause[^]*Error: no y/);
});

test("what others wrote into an error controls no terminal", () => {
  expect(errorText(new UserError("git says \u001B[2J\u0007gone", "look\u202E"))).toBe("error: git says gone\nhint: look");
  expect(errorText(new Error("\u0007gone"))).not.toContain("\u0007");
});

test.each([
  [["measure"], "error: missing required argument 'revision'\nhint: add --help for usage"],
  [["measure", "main", "--forze"], "error: unknown option '--forze'\nhint: did you mean --force?"],
  [["measrue"], "error: unknown command 'measrue'\nhint: did you mean measure?"],
])("a wrong command line has the format of every error: %j", async (args, text) => {
  expect(await parsed(args)).toEqual({ exitCode: 2, printed: [text] });
});

test.each([
  ["the host's", "runner/main.ts", ["--nothing"]],
  ["the admin's", "evenkeel.js", ["nothing"]],
  ["the admin's, by a command's own options", "evenkeel.js", ["plan", "--nothing"]],
  ["the lab's", "lab/main.ts", ["nothing"]],
  ["the benches'", "bench/main.ts", ["nothing"]],
  ["the demo's", "lab/demo.ts", ["--nothing"]],
])("every program prints errors in that format: %s", async (_, program, args) => {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, ".evenkeel/compiled") };
  const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
  expect(ended).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^error: unknown (option|command) '?(--)?nothing'?\nhint: .+\n$/),
  });
});

// A second place would have a second format.
test("no other file prints an error", () => {
  const files = ["config", "runner", "provision", "lab", "bench"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const printing = /console\.error\((?:error\b|`error:|"error:)|console\.error\([^)]*\bhint\b/;
  // A script for a host that has no program yet.
  const others = files.filter((file) => !file.endsWith("provision/program/node.ts") && printing.test(readFileSync(file, "utf8")));
  expect(others).toEqual([]);
});
