import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitAll } from "../../lab/git.ts";
import { ssh, upHost, type Host, type SshResult } from "../../lab/host.ts";
import { localRepositories, provision, removeServer, serveMypy, writeConfiguration } from "../../lab/mypy-server.ts";
import { silent } from "../../lab/progress.ts";
import { withQuickNode } from "../../lab/recipes.ts";
import { cloneInto, pushFolder } from "../../lab/remote.ts";
import { snapshot } from "../../lab/snapshot.ts";
import type { Session } from "../../runner/model.ts";
import { readSessions } from "../../runner/store/sessions.ts";
import { inLab } from "../lab/in-lab.ts";

const name = "broken-suite";
const torn = "from benchmarking import benchmark\n\n\n@benchmark()\ndef torn() -> None:\n    def (:\n";
const mended = "from benchmarking import benchmark\n\n\n@benchmark()\ndef torn() -> None:\n    sum(range(1000))\n";

describe.skipIf(!inLab)("a suite that cannot be listed", () => {
  let host: Host;
  let scratch: string;
  let suite: string;
  let commits = 0;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "evenkeel-broken-suite-"));
    await removeServer(name, silent);
    host = await upHost({ name, layers: await snapshot(withQuickNode("trixie")) });
    await serveMypy(host, 2, silent, { modules: ["text"], optimization: 0 });
    suite = join(localRepositories(host), "suite");
    const config = await writeConfiguration(host, { "schedule.enabled": false, "measure.budgetMinutes": 0.02 });
    // Each benchmark has its own number of samples, which the budget leaves small.
    await writeFile(config, (await readFile(config, "utf8")).replace(/^ {2}samples: .*$/m, ""));
    await push({ "benchmarking.py": "raise ImportError('half a commit')\n" });
    await provision(host, config, silent);
  });

  afterAll(async () => {
    await removeServer(name, silent);
    await rm(scratch, { recursive: true, force: true });
  });

  const evenkeel = (args: string): Promise<SshResult> => ssh(host, `/opt/evenkeel/current/evenkeel ${args}`);

  /** Give the suite another revision. */
  async function push(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) await writeFile(join(suite, path), text);
    await commitAll(suite, "A suite", Date.UTC(2025, 11, 1) / 1000 + ++commits * 3600);
    await pushFolder(host, "suite", suite);
  }

  /** Sessions of revisions on the results remote, oldest first. */
  async function measured(): Promise<Session[]> {
    const folder = await mkdtemp(join(scratch, "results-"));
    await cloneInto(host, "results", folder);
    return (await readSessions(folder)).sessions.filter(({ subject, reason }) => subject.kind === "revision" && reason !== "control");
  }

  test("stores nothing, is told with its reason, and is not asked for each revision", async () => {
    const { stdout, exitCode } = await evenkeel("run");
    const reason = "the suite cannot be listed: ImportError: half a commit";
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining(`not measuring anything new: ${reason}`)]);
    expect(stdout).not.toContain("checking out");
    const shown = "the suite cannot be listed since \\S+, so nothing new is measured: ImportError: half a commit \\(suite \\w{12}\\)";
    expect((await evenkeel("status")).stdout).toMatch(new RegExp(`^warnings +${shown}$`, "m"));
    expect((await evenkeel("queue")).stderr).toMatch(new RegExp(`^warning: ${shown}$`, "m"));
    expect((await evenkeel("doctor")).stdout).toMatch(new RegExp(`^warning: ${shown}$`, "m"));
    const baselines = await evenkeel("baselines");
    expect([baselines.exitCode, baselines.stdout]).toEqual([
      1,
      expect.stringContaining(`<< failed >> no baseline was measured: ${reason}`),
    ]);
    const published = "git -c safe.directory=* --git-dir=/home/git/results.git ls-tree -r --name-only main runs/";
    expect((await ssh(host, published)).stdout).toBe("");
  });

  test("in one module only: all others are measured, and what is broken is owed once it is repaired", async () => {
    const sound = await readFile(join(import.meta.dirname, "../../lab/sample-suite/benchmarking.py"), "utf8");
    await push({ "benchmarking.py": sound, "benchmarks/torn.py": torn, "benchmarks/run-local.py": "raise SystemExit\n" });
    const first = await evenkeel("run");
    expect([first.exitCode, first.stdout]).toEqual([0, expect.stringMatching(/measured for the first time: \d+( to \d+)? samples/)]);
    const sessions = await measured();
    expect(sessions).toHaveLength(2);
    for (const { listed, benchmarks } of sessions) {
      expect(listed.map(({ name: benchmark }) => benchmark)).toContain("torn");
      expect(Object.keys(benchmarks).sort()).toEqual(listed.map(({ name: benchmark }) => benchmark).filter((one) => one !== "torn"));
    }
    const { stdout: status } = await evenkeel("status");
    expect(status).toMatch(/^warnings +.*benchmarks\/run-local\.py is not measured: its name is not the name of a module/m);
    expect(status).toMatch(/benchmarks\/torn\.py is not measured: SyntaxError: .* \(torn\)/);
    expect((await evenkeel("run")).stdout).toMatch(/ nothing to measure\n/);

    await push({ "benchmarks/torn.py": mended });
    expect((await evenkeel("run")).exitCode).toBe(0);
    const [newest] = (await measured()).filter(({ benchmarks }) => benchmarks["torn"]?.compiled?.status === "ok");
    expect(newest).toBeDefined();
    expect((await evenkeel("status")).stdout).not.toContain("torn.py");
  });
});
