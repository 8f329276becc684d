import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { speedUpCron } from "../../lab/cron.ts";
import { sshEnvironment, upHost } from "../../lab/host.ts";
import { withQuickNode } from "../../lab/recipes.ts";
import { snapshot } from "../../lab/snapshot.ts";
import { commandsOf } from "../docs/page-commands.ts";
import { root, textOf } from "../docs/pages.ts";
import { inLab } from "../lab/in-lab.ts";

const name = "demo-test";
const reports = join(root, ".evenkeel", `${name}-reports`);

interface Run {
  exitCode: number | null;
  output: string;
  seconds: number;
}

/** The first command of README.md, which is that of getting-started.md too. */
const [command = ""] = commandsOf(textOf("README.md")).map((shown) => shown.command);

/** The program that `npm run demo` runs once everything is installed. */
function demoProgram(): string {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const script = scripts[/^npm run (\S+)$/.exec(command)?.[1] ?? ""] ?? "";
  const program = /^node tools\/setup\.js && node_modules\/\.bin\/node (\S+)$/.exec(script)?.[1];
  if (program === undefined) throw new Error(`README.md's first command is no demo: ${command}`);
  return program;
}

describe.skipIf(!inLab)("npm run demo", () => {
  let environment: NodeJS.ProcessEnv;
  let first: Run;

  const demo = (...args: string[]): Run => {
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [demoProgram(), "--name", name, "--quick", ...args], {
      cwd: root,
      env: environment,
      encoding: "utf8",
    });
    return { exitCode: status, output: `${stdout}${stderr}`, seconds: (performance.now() - started) / 1000 };
  };

  beforeAll(async () => {
    environment = await sshEnvironment();
    demo("--clean");
    // The demo takes an existing host: packages and Node are installed on it, and cron's minute is short.
    await speedUpCron(await upHost({ name, layers: await snapshot(withQuickNode("trixie")) }));
    first = demo("--releases", "2");
  });
  afterAll(() => demo("--clean"));

  test("is the demo of both pages, as they show it", () => {
    const shown = commandsOf(textOf("docs/getting-started.md")).filter(({ section }) => section === "Try the demo");
    expect(shown.map((one) => one.command)).toEqual([command]);
  });

  test("measures mypy's releases with really compiled benchmarks and publishes the reports", () => {
    expect(first.output).toContain("published");
    if (first.exitCode !== 0) throw new Error(first.output);
    const summary = readFileSync(join(reports, "reports/summary-main.md"), "utf8");
    for (const benchmark of ["orbits", "queens", "search\\_tree", "tokenize", "word\\_count"]) {
      expect(summary).toMatch(
        new RegExp(
          `^\\| \\[${benchmark.replace("\\", "\\\\")}\\].* (± .* [mµ]s|… .* [mµ]s|[mµ]s \\(error above .*\\)) \\| [\\d.]+× \\|`,
          "m",
        ),
      );
    }
    const page = readFileSync(join(reports, "reports/benchmarks/queens.md"), "utf8");
    expect(page.match(/^\| \d{4}-\d\d-\d\d \| `[0-9a-f]{12}` mypy \d/gm)).toHaveLength(2);
    expect(readdirSync(join(reports, "reports/benchmarks")).filter((file) => file.endsWith(".svg"))).toHaveLength(10);
  });

  test("a second run finds nothing to do and shows the same, in under a minute", () => {
    const second = demo();
    if (second.exitCode !== 0) throw new Error(second.output);
    expect(second.output).toMatch(/\d+ unchanged/);
    expect(second.output).not.toMatch(/\d+ (created|updated|replaced)/);
    expect(second.seconds).toBeLessThan(60);
  });

  test("a release pushed later is found by cron and appears in the report", () => {
    const more = demo("--more");
    if (more.exitCode !== 0) throw new Error(more.output);
    expect(readFileSync(join(reports, "reports/benchmarks/queens.md"), "utf8")).toContain("mypy 2.1.0");
  });

  test("--clean leaves nothing of it", () => {
    expect(demo("--clean").exitCode).toBe(0);
    expect(existsSync(reports)).toBe(false);
    expect(existsSync(join(root, ".evenkeel", `${name}.yaml`))).toBe(false);
    expect(existsSync(join(root, `Pulumi.${name}.yaml`))).toBe(false);
  });
});
