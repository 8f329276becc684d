import { execFile, type ExecFileException } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { quote } from "zx/core";
import { fillIn } from "../../config/fill-in.ts";
import { knownHostsLine, removeHost, ssh, sshArguments, sshEnvironment, sshOk, upHost, type Host } from "../../lab/host.ts";
import { serveMypy } from "../../lab/mypy-server.ts";
import { never } from "../../lab/server-settings.ts";
import { silent } from "../../lab/progress.ts";
import { equipped } from "../../lab/recipes.ts";
import { authorizeKey, urlOf } from "../../lab/remote.ts";
import { snapshot } from "../../lab/snapshot.ts";
import { root } from "../../config/root.ts";
import { engine, packageFields } from "../../provision/engine/pulumi-home.ts";
import { commandsOf, exampleValues, likeLine, withOwnValues, type PageCommand } from "../docs/page-commands.ts";
import { blocksOf, textOf } from "../docs/pages.ts";
import { inLab } from "../lab/in-lab.ts";

const name = "package";
const page = textOf("docs/getting-started.md");
const pageCommands = commandsOf(page);
const file = "config/benchmarks.yaml";
const oldestNode = packageFields().engines.node.replace(">=", "");

/** Variables that npm, this checkout and its tests set, but for the registry. */
const ofThisProcess =
  /^(npm_(?!config_(registry|cache|userconfig)$)|INIT_CWD$|NODE_COMPILE_CACHE$|NODE_OPTIONS$|EVENKEEL|PULUMI_(BACKEND|CONFIG))/;

interface Ended {
  exitCode: number;
  output: string;
}

describe.skipIf(!inLab)("the package, in an empty folder, under the oldest Node", () => {
  let scratch: string;
  let folder: string;
  let host: Host;
  let environment: NodeJS.ProcessEnv;
  const typed = new Set<PageCommand>();

  /** Runs a program in the folder to its end. */
  const run = (command: string, args: readonly string[], changes: NodeJS.ProcessEnv = {}, cwd = folder): Promise<Ended> =>
    new Promise((resolve) => {
      const ended = (error: ExecFileException | null, stdout: string, stderr: string): void =>
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: stdout + stderr });
      execFile(command, args, { cwd, env: { ...environment, ...changes } }, ended).stdin?.end();
    });
  const mustRun = async (command: string, args: readonly string[]): Promise<void> => {
    const { exitCode, output } = await run(command, args);
    if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${output}`);
  };

  /** Values that replace the example values of the page. */
  const ownValues = (): Map<string, string> =>
    new Map([
      ["203.0.113.10", host.address],
      ["ssh-ed25519 AAAA…", host.hostKey],
      ["https://github.com/python/mypy", urlOf(host, "mypy")],
      ["https://github.com/mypyc/mypyc-benchmarks", urlOf(host, "suite")],
      ["branch: master", "branch: main"],
      ["git@github.com:OWNER/benchmark-results.git", urlOf(host, "results")],
      ["deltablue", "queens"],
    ]);
  /** A command in the lab: its port, its keys and the package's file are no reader's, and nobody answers questions. */
  const inLabs = (command: string): string =>
    command
      .replace(/^ssh (?=root@)/, `ssh ${sshArguments(host).map(quote).join(" ")} `)
      .replace(/^ssh-keyscan /, `ssh-keyscan -p ${host.port} `)
      .replace(/^(npm install --save-exact) evenkeel$/, `$1 ${join(scratch, `evenkeel-${packageFields().version}.tgz`)}`)
      .replace(/^npx evenkeel (?:up|destroy) .*$/, "$& --yes");
  /** Runs the commands of a section as they stand. Each has to succeed and to print what the page shows. Returns what they printed. */
  const follow = async (section: string): Promise<string[]> => {
    const commands = pageCommands.filter((one) => one.section === section);
    if (commands.length === 0) throw new Error(`getting-started.md has no command under ${section}`);
    const outputs: string[] = [];
    for (const one of commands) {
      const command = withOwnValues(one.command, ownValues());
      const { exitCode, output } = one.isOnHost ? await onHost(command) : await run("bash", ["-c", inLabs(command)]);
      // The one command that stops, as the page says: the reader adds the key then.
      const stops = one.output?.startsWith("The deploy key is not accepted yet.") === true;
      if (exitCode !== (stops ? 1 : 0)) throw new Error(`${command} ended with ${exitCode}:\n${output}`);
      if (one.output !== undefined) expect(output).toMatch(likeLine(one.output.split("\n")[0] ?? ""));
      if (stops) await authorizeKey(host, await sshOk(host, "cat ~benchmark/.ssh/id_ed25519.pub"));
      typed.add(one);
      outputs.push(output);
    }
    return outputs;
  };
  const onHost = async (command: string): Promise<Ended> => {
    const { exitCode, stdout, stderr } = await ssh(host, command);
    return { exitCode, output: stdout + stderr };
  };
  const read = (path: string): Promise<string> => readFile(join(folder, path), "utf8");

  beforeAll(async () => {
    host = await upHost({ name, fresh: true, layers: await snapshot(equipped("trixie")) });
    await serveMypy(host, 1, silent, { modules: ["puzzles"], optimization: 0 });
    scratch = await mkdtemp(join(tmpdir(), "evenkeel-package-"));
    folder = join(scratch, "servers");
    await mkdir(folder);
    environment = Object.fromEntries(Object.entries(await sshEnvironment()).filter(([key]) => !ofThisProcess.test(key)));
    const quietly = ["--no-audit", "--no-fund", "--loglevel=error"];
    const node = `node-linux-${process.arch}`;
    await mustRun("npm", ["install", "--prefix", join(scratch, "node"), ...quietly, `${node}@${oldestNode}`]);
    await mustRun("npm", ["pack", root, "--pack-destination", scratch, ...quietly]);
    const path = (environment["PATH"] ?? "").split(":").filter((one) => !one.includes("node_modules"));
    environment["PATH"] = [join(scratch, "node/node_modules", node, "bin"), ...path].join(":");
  });

  afterAll(async () => {
    await removeHost(name);
    await rm(scratch, { recursive: true, force: true });
  });

  test("getting-started.md, 1: installs, and init writes a repository that the reader edits as the page shows", async () => {
    expect([...ownValues().keys()]).toEqual(exampleValues(page));
    await follow("1. Write the file");
    const [example = ""] = blocksOf(page, "yaml");
    const edited = fillIn(await read(file), {
      ...Object.fromEntries(scalarsOf(load(withOwnValues(example, ownValues())))),
      // Besides, for the lab: its git server's key, another port, few samples, and a first run that the test starts.
      "git.knownHosts[0]": knownHostsLine(host),
      "schedule.cron": never,
    });
    const small = edited.replace(/^( +)address: .*$/m, `$&\n$1port: ${host.port}`).replace(/^measure:$/m, "measure:\n  samples: 5");
    await writeFile(join(folder, file), small);
  });

  test("has what its commands need, and no source, test or tool of the checkout", async () => {
    const files = (await readdir(join(folder, "node_modules/evenkeel"), { recursive: true })).sort();
    expect(files.filter((path) => path.endsWith(".ts"))).toEqual([]);
    expect(new Set(files.map((path) => path.split("/")[0]))).toEqual(
      new Set(["CHANGELOG.md", "LICENSE", "README.md", "config", "dist", "evenkeel.js", "package.json", "start.js", "tools"]),
    );
    for (const heavy of ["esbuild", "typescript", "ssh2", "playwright-core"])
      expect(existsSync(join(folder, "node_modules", heavy))).toBe(false);
    expect(await run("node", ["--version"])).toEqual({ exitCode: 0, output: `v${oldestNode}\n` });
    expect(await run("npx", ["evenkeel", "--version"])).toEqual({ exitCode: 0, output: `${packageFields().version}\n` });
  });

  test("every command explains itself as it is typed", async () => {
    const commands = ["init", "setup", "preview", "plan", "apply", "up", "destroy", "key", "secret", "pulumi"];
    const helps = await Promise.all(commands.map((command) => run("node_modules/.bin/evenkeel", [command, "--help"])));
    expect(helps.map(({ exitCode, output }) => [exitCode, /^usage: (npx evenkeel \w+)/i.exec(output)?.[1]])).toEqual(
      commands.map((command) => [0, `npx evenkeel ${command}`]),
    );
  });

  test("where there is no project, a command names the one that begins one", async () => {
    const { exitCode, output } = await run(join(folder, "node_modules/.bin/evenkeel"), ["up"], {}, scratch);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/ has no Pulumi\.yaml\n.* create one here: npx evenkeel init\n$/);
  });

  test("getting-started.md, 2 and 3: a preview shows what is missing on the host and changes nothing", async () => {
    await follow("2. Set up your machine");
    const [preview] = await follow("3. Look");
    expect(preview).toMatch(/\d+ to create/);
    expect(await sshOk(host, "ls /srv /opt")).not.toContain("evenkeel");
  });

  test("getting-started.md, 4: up provisions the host from the package alone: keys, facts and state are the folder's", async () => {
    await follow("4. Apply");
    expect(await read("Pulumi.benchmarks.yaml")).toContain(`evenkeel:config: ${file}`);
    expect(JSON.parse(await read("facts/bench1.json"))).toMatchObject({ host: "bench1" });
    expect(await readdir(join(folder, ".evenkeel"))).toEqual(expect.arrayContaining(["passphrase", "state"]));
    expect(await readdir(join(folder, "node_modules/evenkeel"))).not.toContain(".evenkeel");
  });

  test("plain pulumi finds nothing to change, in another folder too: the state depends on no path of this machine", async () => {
    const moved = join(scratch, "moved");
    await rename(folder, moved);
    folder = moved;
    const own = join(folder, ".evenkeel");
    const unchanged = await run(engine, ["preview", "--stack", "benchmarks", "--expect-no-changes", "--non-interactive"], {
      PATH: `${dirname(engine)}:${environment["PATH"]}`,
      PULUMI_BACKEND_URL: pathToFileURL(join(own, "state")).href,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(own, "passphrase"),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    });
    expect(unchanged).toMatchObject({ exitCode: 0, output: expect.stringMatching(/\d+ unchanged/) });
  });

  test("getting-started.md, 5: a run on the host measures the sample suite and publishes a first result", async () => {
    const [log] = await follow("5. Leave it alone");
    expect(log).toMatch(/ queens \(compiled\) .* samples\)/);
    const git = "git -c safe.directory=* --git-dir=/home/git/results.git";
    expect(await sshOk(host, `${git} ls-tree -r --name-only main`)).toMatch(/-new-.*\.json$/m);
    expect(await sshOk(host, `${git} show reports:reports/summary-main.md`)).toContain("[queens]");
  });

  test("getting-started.md, 6: destroy removes the schedule and keeps the data", async () => {
    await follow("6. Remove it");
    expect(await sshOk(host, "ls /etc/cron.d")).not.toContain("evenkeel");
    expect(await sshOk(host, "ls /srv/results/runs")).not.toBe("");
  });

  test("getting-started.md has no command that was not run, but for the demo's", () => {
    const left = pageCommands.filter((command) => !typed.has(command));
    expect(new Set(left.map(({ section }) => section))).toEqual(new Set(["Try the demo"]));
  });
});

/** Values of a part of a configuration, by path: `[["hosts[0].name", "bench1"]]`. */
function scalarsOf(value: unknown, path = ""): [string, string | number][] {
  if (typeof value === "string" || typeof value === "number") return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((part, index) => scalarsOf(part, `${path}[${index}]`));
  const parts = Object.entries(z.record(z.string(), z.unknown()).parse(value));
  return parts.flatMap(([key, part]) => scalarsOf(part, path === "" ? key : `${path}.${key}`));
}
