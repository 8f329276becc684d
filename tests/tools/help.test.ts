import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../config/root.ts";

/** Every script of package.json that is ours, by what it starts. */
const commands: [string, string[]][] = [
  ["npm run up", ["evenkeel.js", "up"]],
  ["npm run preview", ["evenkeel.js", "preview"]],
  ["npm run destroy", ["evenkeel.js", "destroy"]],
  ["npm run pulumi", ["evenkeel.js", "pulumi"]],
  ["npm run plan", ["evenkeel.js", "plan"]],
  ["npm run apply", ["evenkeel.js", "apply"]],
  ["npm run key", ["evenkeel.js", "key"]],
  ["npm run secret", ["evenkeel.js", "secret"]],
  ["npm run setup", ["tools/setup.js"]],
  ["npm run setup", ["evenkeel.js", "setup"]],
  ["npx evenkeel init", ["evenkeel.js", "init"]],
  ["node evenkeel.js", ["evenkeel.js"]],
  ["npm run check", ["tools/test.ts", "--check"]],
  ["npm run demo", ["lab/demo.ts"]],
  ["npm run lab", ["lab/main.ts"]],
  ["npm run bench", ["bench/main.ts"]],
  ["npm run screenshots", ["lab/screenshots.ts"]],
];

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

describe("on the command line", () => {
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), "evenkeel-help-"));
    await writeFile(join(project, "Pulumi.yaml"), "name: evenkeel\n");
    for (const stack of ["one", "two"])
      await writeFile(join(project, `Pulumi.${stack}.yaml`), `config:\n  evenkeel:config: config/${stack}.yaml\n`);
  });

  afterAll(async () => {
    await rm(project, { recursive: true });
  });

  /** In a project with two configurations, without Pulumi. */
  function call(args: readonly string[]): Promise<Ended> {
    const env = {
      ...process.env,
      EVENKEEL_PROJECT: project,
      PULUMI_BACKEND_URL: "file:///nowhere",
      NODE_COMPILE_CACHE: join(root, ".evenkeel/compiled"),
    };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
      child.stdin?.end();
    });
  }

  test.each(commands)("%s explains itself with --help, and does nothing", async (name, args) => {
    const before = await readdir(project);
    const { exitCode, stdout } = await call([...args, "--help"]);
    expect({ exitCode, firstLine: stdout.split("\n")[0] }).toEqual({
      exitCode: 0,
      firstLine: expect.stringMatching(new RegExp(`^usage: ${name}\\b`, "i")),
    });
    expect(await readdir(project)).toEqual(before);
  });

  test.each([
    ["npm run up --", ["evenkeel.js", "up"]],
    ["npm run preview --", ["evenkeel.js", "preview"]],
    ["npm run destroy --", ["evenkeel.js", "destroy"]],
    ["npm run plan --", ["evenkeel.js", "plan"]],
    ["npm run apply --", ["evenkeel.js", "apply"]],
    ["npm run key -- put", ["evenkeel.js", "key", "put", "host"]],
    ["npm run secret -- put", ["evenkeel.js", "secret", "put", "host", "ping"]],
  ])("%s without a file is a usage error that lists the configurations where there are several", async (name, args) => {
    const { exitCode, stderr } = await call(args);
    expect({ exitCode, lines: stderr.trim().split("\n") }).toEqual({
      exitCode: 2,
      lines: [
        "error: there are 2 configuration files; name one",
        "hint: run one of these:",
        `  ${name} config/one.yaml`,
        `  ${name} config/two.yaml`,
      ],
    });
  });
});
