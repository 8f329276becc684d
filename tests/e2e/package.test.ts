import { execFile, type ExecFileException } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillIn } from "../../config/fill-in.ts";
import { knownHostsLine, removeHost, sshEnvironment, sshOk, upHost, type Host } from "../../lab/host.ts";
import { serveMypy } from "../../lab/mypy-server.ts";
import { never } from "../../lab/place-settings.ts";
import { silent } from "../../lab/progress.ts";
import { equipped } from "../../lab/recipes.ts";
import { authorizeKey, urlOf } from "../../lab/remote.ts";
import { snapshot } from "../../lab/snapshot.ts";
import { root } from "../../config/root.ts";
import { engine, packageFields } from "../../provision/engine/pulumi-home.ts";
import { inLab } from "../lab/in-lab.ts";

const name = "package";
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

  /** Runs a program in the folder to its end. */
  const run = (command: string, args: readonly string[], changes: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const ended = (error: ExecFileException | null, stdout: string, stderr: string): void =>
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: stdout + stderr });
      execFile(command, args, { cwd: folder, env: { ...environment, ...changes } }, ended).stdin?.end();
    });
  const mustRun = async (command: string, args: readonly string[]): Promise<void> => {
    const { exitCode, output } = await run(command, args);
    if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${output}`);
  };
  const evenkeel = (...args: string[]): Promise<Ended> => run("npx", ["evenkeel", ...args]);
  const read = (path: string): Promise<string> => readFile(join(folder, path), "utf8");

  beforeAll(async () => {
    host = await upHost({ name, fresh: true, layers: await snapshot(equipped("trixie")) });
    await serveMypy(host, 1, silent, { modules: ["puzzles"] });
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
    await mustRun("npm", ["install", "--save-exact", ...quietly, join(scratch, `evenkeel-${packageFields().version}.tgz`)]);
  });

  afterAll(async () => {
    await removeHost(name);
    await rm(scratch, { recursive: true, force: true });
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
    expect(await evenkeel("--version")).toEqual({ exitCode: 0, output: `${packageFields().version}\n` });
  });

  test("every command explains itself as it is typed", async () => {
    const commands = ["init", "setup", "preview", "plan", "apply", "up", "destroy", "key", "secret", "pulumi"];
    const helps = await Promise.all(commands.map((command) => run("node_modules/.bin/evenkeel", [command, "--help"])));
    expect(helps.map(({ exitCode, output }) => [exitCode, /^usage: (npx evenkeel \w+)/i.exec(output)?.[1]])).toEqual(
      commands.map((command) => [0, `npx evenkeel ${command}`]),
    );
  });

  test("where there is no project, a command names the one that begins one", async () => {
    const { exitCode, output } = await evenkeel("up");
    expect(exitCode).toBe(1);
    expect(output).toMatch(/ has no Pulumi\.yaml\n.* begin one here: npx evenkeel init\n$/);
  });

  test("init writes a repository, and a preview shows what is missing on the host and changes nothing", async () => {
    const known = ["--host", name, "--address", host.address, "--host-key", host.hostKey, "--known-hosts", knownHostsLine(host)];
    const repositories = ["--target", urlOf(host, "mypy"), "--suite", urlOf(host, "suite"), "--results", urlOf(host, "results")];
    const init = await evenkeel("init", ...known, ...repositories);
    expect(init).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining(`\n  npx evenkeel setup\n  npx evenkeel preview ${file}\n  npx evenkeel up ${file}\n`),
    });
    // What an admin edits then: the lab's host is Debian, small, and at another port.
    const edited = fillIn(await read(file), {
      "os.release": "13",
      "packages[0]": "gcc",
      "python.version": "3.13",
      "target.branch": "main",
      "suite.branch": "main",
      "results.branch": "main",
      "schedule.cron": never,
      "measure.compiler": "gcc",
    });
    const small = edited.replace(/^( +)address: .*$/m, `$&\n$1port: ${host.port}`).replace(/^measure:$/m, "measure:\n  samples: 5");
    await writeFile(join(folder, file), small);
    expect(await evenkeel("setup")).toMatchObject({ exitCode: 0 });
    const preview = await evenkeel("preview", file);
    expect(preview).toMatchObject({ exitCode: 0, output: expect.stringMatching(/\d+ to create/) });
    expect(await sshOk(host, "ls /srv /opt")).not.toContain("evenkeel");
  });

  test("up provisions the host from the package alone: keys, facts and state are the folder's", async () => {
    const first = await evenkeel("up", file, "--yes", "--skip-preview");
    expect(first.exitCode).toBe(1);
    expect(first.output).toContain(`Then run: npx evenkeel up ${file}`);
    await authorizeKey(host, await sshOk(host, "cat ~benchmark/.ssh/id_ed25519.pub"));
    expect(await evenkeel("up", file, "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
    expect(await read("Pulumi.benchmarks.yaml")).toContain(`evenkeel:config: ${file}`);
    expect(JSON.parse(await read(`facts/${name}.json`))).toMatchObject({ host: name });
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

  test("evenkeel run on the host measures the sample suite and publishes a first result", async () => {
    const log = await sshOk(host, "evenkeel run");
    expect(log).toMatch(/ queens \(compiled\) .* samples\)/);
    const git = "git -c safe.directory=* --git-dir=/home/git/results.git";
    expect(await sshOk(host, `${git} ls-tree -r --name-only main`)).toMatch(/-new-.*\.json$/m);
    expect(await sshOk(host, `${git} show reports:reports/summary-main.md`)).toContain("[queens]");
  });
});
