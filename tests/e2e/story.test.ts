import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { inLab } from "../lab/in-lab.ts";
import { builtPython } from "../lab/provision/built-python.ts";
import { placePythons, quickBuild } from "../../lab/built-python.ts";
import { speedUpCron } from "../../lab/cron.ts";
import { runEngine } from "../../lab/engine.ts";
import { gitIn } from "../../lab/git.ts";
import { ssh, sshOk, upHost, type Host } from "../../lab/host.ts";
import { localRepositories, provision, removeServer, serveMypy, writeConfiguration } from "../../lab/mypy-server.ts";
import { until } from "../../lab/within.ts";
import { silent } from "../../lab/progress.ts";
import { pythonSource, serveFile } from "../../lab/python-source.ts";
import { withQuickNode } from "../../lab/recipes.ts";
import { snapshot } from "../../lab/snapshot.ts";
import { pushFolder } from "../../lab/remote.ts";

const name = "story";
const revisions = 3;
/** Until cron has measured some revisions of mypy, or all that an upgrade asks for, on a busy machine. */
const long = 2400;
/** The first of them builds a Python, where none is kept from an earlier test. */
const buildMilliseconds = 3_600_000;

const statusSchema = z.object({ queued: z.number(), progress: z.unknown().optional() });

// The story that docs/upgrading.md tells of an upgrade, with really compiled benchmarks: Debian 12 with its Python 3.11 goes over to a built 3.13.
describe.skipIf(!inLab)("a server of mypy's that gets another Python", () => {
  let host: Host;
  let config: string;
  let before: string;
  let python: { url: string; close: () => void; sha256: string };

  beforeAll(async () => {
    await removeServer(name, silent);
    host = await upHost({ name, release: "bookworm", layers: await snapshot(withQuickNode("bookworm")) });
    await speedUpCron(host);
    await builtPython();
    await placePythons(host);
    await serveMypy(host, revisions, silent, { modules: ["puzzles"], optimization: 0 });
    const source = await pythonSource();
    python = { ...(await serveFile(source.content, `Python-${source.version}.tar.xz`)), sha256: source.sha256 };
    config = await writeConfiguration(host, { "python.version": "3.11", "measure.budgetMinutes": 0.1, "measure.samples": 5 });
    before = await readFile(config, "utf8");
    await provision(host, config, silent);
  });

  afterAll(async () => {
    python?.close();
    await removeServer(name, silent);
  });

  const up = async (): Promise<string> => {
    const { exitCode, output } = await runEngine(["up", config, "--yes", "--skip-preview"], { quiet: true });
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    return output;
  };
  const evenkeel = (args: string) => ssh(host, `/opt/evenkeel/current/evenkeel ${args}`);
  /** Cron has done all there was. */
  const isIdle = async (): Promise<boolean> => {
    const { stdout, exitCode } = await evenkeel("status --json");
    if (exitCode !== 0) return false;
    const status = statusSchema.parse(JSON.parse(stdout));
    return status.queued === 0 && status.progress === undefined;
  };
  const onRemote = (branch: string, path: string) =>
    sshOk(host, `git -c safe.directory=* --git-dir=/home/git/results.git show ${branch}:${path}`);
  const filesOf = async (branch: string) =>
    (await sshOk(host, `git -c safe.directory=* --git-dir=/home/git/results.git ls-tree -r --name-only ${branch}`)).trim().split("\n");
  const sessionsFor = async (reason: string) =>
    (await filesOf("main")).filter((path) => path.includes(`-${reason}-`) && !path.endsWith(".samples.json"));

  test("cron measures its revisions with the distribution's Python", async () => {
    await until(async () => (await sessionsFor("new").catch(() => [])).length === revisions && (await isIdle()), long);
    expect(await onRemote("reports", "README.md")).toContain("Python 3.11");
  });

  test("the file is edited: a preview says what follows, and changes nothing", async () => {
    const { configure, profileTask } = quickBuild;
    const build = { url: python.url, sha256: python.sha256, configure, profileTask };
    await writeFile(config, before.replace('version: "3.11"', `version: "3.13"\n  build: ${JSON.stringify(build)}`));
    const { output } = await runEngine(["preview", config, "--diff"], { quiet: true });
    expect(output).toMatch(/~ version +: "3\.11" => "3\.13"/);
    expect(await sshOk(host, "readlink -f /srv/venv/bin/python")).toBe("/usr/bin/python3.11\n");
  });

  test("up makes it so; cron measures baselines and the bridge by itself", { timeout: buildMilliseconds }, async () => {
    await up();
    expect(await sshOk(host, "readlink -f /srv/venv/bin/python")).toMatch(/^\/opt\/evenkeel\/python\/3\.13\./);
    await until(async () => (await filesOf("main")).some((path) => path.startsWith("scaling/")), long);
    expect((await sessionsFor("bridge")).length).toBeGreaterThanOrEqual(revisions - 1);
    expect((await sessionsFor("baseline")).length).toBeGreaterThanOrEqual(2);
  });

  test("an empty commit is pushed, and the verdict comes, with its numbers", async () => {
    const target = join(localRepositories(host), "mypy");
    await gitIn(target)`git -c user.name=Ann -c user.email=ann@example.org commit --quiet --allow-empty -m ${"Nothing at all"}`;
    await pushFolder(host, "mypy", target);
    const id = (await gitIn(target)`git rev-parse HEAD`).stdout.trim();
    await until(async () => (await sessionsFor("new")).length === revisions + 1 && (await isIdle()), long);
    const { stdout, exitCode } = await evenkeel("verify");
    // Whether a noisy machine can tell is another question: what is never said is that it went on where that is not known.
    expect({ 0: "continuous", 1: "broken", 3: "inconclusive" }[exitCode] ?? `exit code ${exitCode}`).toBe(stdout.split(":")[0]);
    expect(stdout).toContain(`the empty commit ${id.slice(0, 12)}`);
    const benchmarks = stdout.split("\n").filter((line) => /^ {2}\S/.test(line));
    expect(benchmarks.length).toBeGreaterThanOrEqual(2);
    // Where noise leaves no number, there is a reason.
    for (const line of benchmarks) expect(line).toMatch(/ ± \d+\.\d\d % \(standard error\)| inconclusive +\S/);
  });

  test("the report shows one timeline, with a labelled transition", async () => {
    const page = await onRemote("reports", "reports/benchmarks/queens.md");
    expect(page).toMatch(/\*\*Python 3\.11\.\d+ → 3\.13\.\d+.*older values × [\d.]+ (±|…|\(error above) /);
    expect(page).not.toContain("not yet linked");
    expect(await onRemote("reports", "reports/benchmarks/queens.svg")).toContain("3.13");
    expect(await onRemote("reports", "README.md")).toMatch(/\| upgrade \| \[(continuous|broken|inconclusive)\]/);
  });

  test("the edit is reverted: the old environment is back in seconds, and owes nothing", async () => {
    await writeFile(config, before);
    expect(await up()).not.toContain("building Python");
    expect(await sshOk(host, "readlink -f /srv/venv/bin/python")).toBe("/usr/bin/python3.11\n");
    expect((await evenkeel("queue")).stdout).not.toContain("bridge");
  });
});
