import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../../config/load.ts";
import { root } from "../../../config/root.ts";
import { packageFields } from "../../../provision/engine/pulumi-home.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const { version } = packageFields();

describe("evenkeel init", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "evenkeel-init-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  function init(...args: string[]): Promise<{ exitCode: number; output: string }> {
    const { INIT_CWD: _, ...env } = process.env;
    return new Promise((resolve) => {
      execFile(process.execPath, [join(root, "evenkeel.js"), "init", ...args], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });
  }
  const read = (path: string): Promise<string> => readFile(join(folder, path), "utf8");

  test("writes a complete repository with the given values, and names the next three commands", async () => {
    const host = ["--host", "fast1", "--address", "fast1.example.org", "--host-key", hostKey];
    const known = ["--known-hosts", `git.example.org ${hostKey}`];
    const target = ["--target", "git@git.example.org:group/tool.git", "--since", "v2"];
    const others = ["--suite", "https://git.example.org/suite", "--results", "git@git.example.org:group/results.git"];
    const { exitCode, output } = await init("config/tool.yaml", ...host, ...known, ...target, ...others);
    expect(exitCode).toBe(0);
    expect(parseConfig(await read("config/tool.yaml"), "config/tool.yaml")).toMatchObject({
      hosts: [{ name: "fast1", address: "fast1.example.org", hostKey }],
      target: { name: "tool", repository: "git@git.example.org:group/tool.git", web: "https://git.example.org/group/tool", since: "v2" },
      suite: { adapter: "runbench", repository: "https://git.example.org/suite" },
      results: { repository: "git@git.example.org:group/results.git" },
    });
    expect(await read(".gitignore")).toMatch(/^\.evenkeel\/$/m);
    expect(JSON.parse(await read("package.json"))).toEqual({ private: true, type: "module", dependencies: { evenkeel: version } });
    expect(load(await read("Pulumi.yaml"))).toMatchObject({ name: "evenkeel", main: "start.mjs" });
    expect(await read("start.mjs")).toContain('import("evenkeel")');
    expect(output.split("\n").filter((line) => line.startsWith("  "))).toEqual([
      "  npm install && npx evenkeel setup",
      "  npx evenkeel preview config/tool.yaml",
      "  npx evenkeel up config/tool.yaml",
    ]);
  });

  test("starts from either example, with the package's commands", async () => {
    for (const example of ["mypyc", "jq"]) {
      const file = `${example}.yaml`;
      expect((await init(file, "--example", example)).exitCode).toBe(0);
      const text = await read(file);
      expect(parseConfig(text, file).target.name).toBe(example === "jq" ? "jq" : "mypy");
      expect(text).toContain("npx evenkeel preview");
      expect(text).not.toContain("npm run");
    }
  });

  test("plans on pull requests, with pinned actions, no rights and no secret outside an environment", async () => {
    await init("config/tool.yaml");
    const workflow = await read(".github/workflows/evenkeel.yml");
    expect(load(workflow)).toMatchObject({
      on: "pull_request",
      permissions: { contents: "read" },
      jobs: { plan: { environment: "evenkeel", steps: expect.arrayContaining([{ run: "npm ci" }, { run: "npx evenkeel setup" }]) } },
    });
    expect(workflow.match(/uses: .*/g)).toSatisfy((uses: string[]) => uses.every((use) => /@v\d+\.\d+\.\d+$/.test(use)));
    expect(workflow).toContain("npx evenkeel plan config/tool.yaml $offline --out plan.md");
  });

  test("keeps existing files, and names them and their missing lines", async () => {
    await mkdir(join(folder, "config"));
    const mine = { "config/benchmarks.yaml": "mine: true\n", ".gitignore": "node_modules\n", "package.json": "{}\n" };
    for (const [path, content] of Object.entries(mine)) await writeFile(join(folder, path), content);
    const { exitCode, output } = await init();
    expect(exitCode).toBe(0);
    for (const [path, content] of Object.entries(mine)) expect(await read(path)).toBe(content);
    expect(output.split("\n").slice(0, 6)).toEqual([
      "kept     config/benchmarks.yaml, which exists",
      "kept     .gitignore, which exists; add the line .evenkeel/ to it: the folder has the state and its passphrase",
      "written  .github/workflows/evenkeel.yml",
      `kept     package.json, which exists; pin this version: npm install --save-exact evenkeel@${version}`,
      "written  Pulumi.yaml",
      "written  start.mjs",
    ]);
  });

  test.each([
    [["--host", "a b"], "config/benchmarks.yaml:9:11: hosts[0].name"],
    [["--host-key", "ssh-rsa AAAA"], "hosts[0].hostKey"],
    [["notes.txt"], "notes.txt is not a YAML file"],
    [["--example", "jq", "--suite", "https://git.example.org/suite"], "the example jq has no suite repository"],
    [["--exampel", "jq"], "hint: did you mean --example?"],
  ])("%j is refused before anything is written", async (args, message) => {
    const { exitCode, output } = await init(...args);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: expect.stringContaining(message) });
    expect(await readdir(folder)).toEqual([]);
  });
});
