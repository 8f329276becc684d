import { randomUUID } from "node:crypto";
import { appendFile, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leftovers } from "../../bench/crash/leftovers.ts";
import { commitAll, gitIn } from "../../lab/git.ts";
import { ssh, sshOk, upHost, type Host, type SshResult } from "../../lab/host.ts";
import { Inside, type InsideProcess } from "../../lab/inside.ts";
import { localRepositories, provision, removeServer, serveMypy, writeConfiguration } from "../../lab/mypy-server.ts";
import { until } from "../../lab/within.ts";
import { silent } from "../../lab/progress.ts";
import { withQuickNode } from "../../lab/recipes.ts";
import { cloneInto, pushFolder } from "../../lab/remote.ts";
import { snapshot } from "../../lab/snapshot.ts";
import type { Outcome, Session } from "../../runner/model.ts";
import { readSessions } from "../../runner/store/sessions.ts";
import { inLab } from "../lab/in-lab.ts";

const name = "hostile";
const timeoutSeconds = 15;
const processes = 64;
/** Small, so that what hangs and forks ends soon. */
const limits = `  timeoutSeconds: ${timeoutSeconds}
  memoryGigabytes: 3
  processes: ${processes}
  diskGigabytes: 4
`;

/** Files that every account of the host can read. */
const secretFiles = ["/home/benchmark/.ssh/somebodys-secret", "/etc/evenkeel/somebodys-secret", "/srv/state/somebodys-secret"];
const secret = `secret ${randomUUID()}`;

/** What every account of the host may talk to: Docker's socket, one that has no file, one of the network. */
const services = String.raw`
import os, signal, socket, sys
network = socket.socket()
network.bind((sys.argv[1], 0))
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\0evenkeel-somebodys-service")
docker = socket.socket(socket.AF_UNIX)
docker.bind("/run/docker.sock")
os.chmod("/run/docker.sock", 0o666)
for service in (network, abstract, docker):
    service.listen(100)
while True:
    signal.pause()
`;

/** Interpreted and compiled, it fails with this sentence. */
function both(sentence: RegExp): string[] {
  return [expect.stringMatching(sentence), expect.stringMatching(sentence)];
}

describe.skipIf(!inLab)("a suite that attacks who runs it", () => {
  let host: Host;
  let inside: Inside;
  let scratch: string;
  let mountsBefore: string[];
  /** Most processes the run had at a time. */
  let mostProcesses = 0;
  let run: SshResult;
  let sessions: Session[];

  const root = (command: string, input = ""): Promise<string> => sshOk(host, command, { input });
  const evenkeel = (args: string): Promise<SshResult> => ssh(host, `/opt/evenkeel/current/evenkeel ${args}`);
  const filesNamed = async (pattern: string): Promise<string[]> =>
    (await root(`find / /run /tmp /dev/shm -xdev -name '${pattern}'`)).split("\n").filter(Boolean);

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "evenkeel-hostile-"));
    await removeServer(name, silent);
    host = await upHost({ name, layers: await snapshot(withQuickNode("trixie")), disk: "own" });
    await serveMypy(host, 1, silent, { instead: join(import.meta.dirname, "hostile-suite"), isCompiled: true, optimization: 0 });
    const config = await writeConfiguration(host, { "schedule.enabled": false, "measure.samples": 5 });
    // Its last section is `measure`.
    await appendFile(config, limits);
    await provision(host, config, silent);
    await root(`tee ${secretFiles.join(" ")} >/dev/null; chmod 0644 ${secretFiles.join(" ")}`, `${secret}\n`);
    await root("cat >/root/services.py", services);
    await root(`systemd-run --quiet --unit=somebodys-services python3 /root/services.py ${host.address}`);
    await until(async () => (await ssh(host, "test -S /run/docker.sock")).exitCode === 0);
    inside = new Inside(host);
    mountsBefore = inside.mounts();
    run = await watchedRun();
    await cloneInto(host, "results", join(scratch, "results"));
    const read = await readSessions(join(scratch, "results"));
    // Any build may be drawn to be measured again as a control.
    sessions = read.sessions.filter(({ reason }) => reason !== "control");
  });

  afterAll(async () => {
    await removeServer(name, silent);
    await rm(scratch, { recursive: true, force: true });
  });

  /** Baselines and a revision: every attack interpreted, and every attack compiled. */
  async function watchedRun(): Promise<SshResult> {
    let isOver = false;
    let runner: InsideProcess | undefined;
    const running = evenkeel("run").finally(() => (isOver = true));
    await until(async () => {
      runner ??= inside.processes().find(({ command }) => command.includes("evenkeel run"));
      if (runner) mostProcesses = Math.max(mostProcesses, inside.descendants(runner.pid).length);
      return isOver;
    }, 1200);
    return running;
  }

  /** What the results remote has of a benchmark, interpreted and compiled. */
  function outcomesOf(benchmark: string): Outcome[] {
    return sessions.flatMap(({ benchmarks }) => Object.values(benchmarks[benchmark] ?? {}));
  }

  /** The same in words: how it failed, or that it has a value. An attack that notices that it cannot get through has one. */
  function verdictsOf(benchmark: string): string[] {
    return outcomesOf(benchmark).map((one) =>
      one.status !== "failed" ? one.status : "seconds" in one ? "failed with a value" : one.message,
    );
  }

  /** Run an attack as the account that measures, in no sandbox. */
  async function outside(module: string, benchmark: string): Promise<SshResult> {
    await root("rm -rf /tmp/outside; runuser -u benchmark -- cp -r /srv/suite /tmp/outside");
    const program = `import benchmarks.${module}; import benchmarking; benchmarking.run_once("${benchmark}")`;
    const result = await ssh(host, `cd /tmp/outside && runuser -u benchmark -- /srv/venv/bin/python -c '${program}'`);
    await root("rm -rf /tmp/outside");
    return result;
  }

  test("no attack says that it got through, and the run knows of no fault of the machine", () => {
    expect(JSON.stringify(sessions).match(/attack succeeded: [^"]*/g) ?? []).toEqual([]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(sessions.map(({ subject }) => subject.kind).toSorted()).toEqual(["baseline", "revision"]);
  });

  test("the honest benchmarks are measured all the same, published, and in the reports", async () => {
    for (const benchmark of ["honest_numbers", "honest_words"]) {
      expect(verdictsOf(benchmark)).toEqual(["ok", "ok"]);
      for (const outcome of outcomesOf(benchmark))
        expect(outcome).toHaveProperty(
          "seconds",
          expect.toSatisfy((seconds) => seconds < 0.5),
        );
    }
    const summary = (await gitIn(join(scratch, "results"))`git show origin/reports:reports/summary-main.md`).stdout;
    for (const benchmark of ["honest\\\\_numbers", "honest\\\\_words"])
      expect(summary).toMatch(new RegExp(`^\\| \\[${benchmark}\\].* (± .*s|… .*s|[mµ]?s \\(error above .*\\)) \\| [\\d.]+× \\|`, "m"));
  });

  test("keys: no key, password or file of the runner is read, and none is in any result, report, log or history", async () => {
    const free = await outside("keys", "read_keys");
    expect(free.stderr).toMatch(/attack succeeded: read .*\/home\/benchmark\/\.ssh\/id_ed25519,.*\/etc\/evenkeel\/somebodys-secret/);
    expect(free.stdout).toContain(secret);

    expect(verdictsOf("read_keys")).toEqual(["ok", "ok"]);
    const key = (await root("cat /home/benchmark/.ssh/id_ed25519")).split("\n").filter((line) => line.length === 70);
    // The first lines of all such keys are much the same, and hold the public half.
    const secrets = [secret, ...key.slice(2)];
    expect(secrets.length).toBeGreaterThan(2);
    const history = (await gitIn(join(scratch, "results"))`git log --all --patch`).stdout;
    expect(history).toContain("honest_words");
    const journal = await root("journalctl --quiet");
    for (const one of secrets) for (const text of [history, journal, run.stdout, run.stderr]) expect(text).not.toContain(one);
    const holders = await root(
      "grep -rlF --exclude=somebodys-secret -f - /srv /var/log /run/evenkeel /opt/evenkeel /etc/evenkeel /tmp /home/git || true",
      `${secrets.join("\n")}\n`,
    );
    expect(holders).toBe("");
  });

  test("network: there is no interface, no route, and nobody to connect to", async () => {
    expect((await outside("network", "reach_network")).stderr).toMatch(/attack succeeded: reached .*127\./);
    expect(verdictsOf("reach_network")).toEqual(["ok", "ok"]);
  });

  test("bus: neither D-Bus, systemd, the journal and Docker nor sockets without a file can be reached", async () => {
    expect((await outside("bus", "ask_services")).stderr).toMatch(
      /attack succeeded: connected to '\/run\/dbus\/system_bus_socket'.*'\/run\/docker\.sock'.*'\\x00evenkeel-somebodys-service'/,
    );
    expect(verdictsOf("ask_services")).toEqual(["ok", "ok"]);
  });

  test("imported: who attacks while the suite is listed reads, reaches and writes nothing", async () => {
    expect((await outside("imported", "attack_succeeded_at_import")).stderr).toMatch(
      /attack succeeded: while it was imported, .*\/home\/benchmark\/\.ssh\/id_ed25519,.*127\..*docker\.sock.*\/tmp\/outside\/hostile-imported/,
    );
    expect(sessions.flatMap(({ benchmarks }) => Object.keys(benchmarks)).filter((one) => one.startsWith("attack"))).toEqual([]);
    expect(verdictsOf("imported")).toEqual(["ok", "ok"]);
  });

  test("compiling: who attacks from a plugin of the compiler gets nothing, and the other modules are compiled", () => {
    expect(verdictsOf("compiling").toSorted()).toEqual([
      expect.stringMatching(/^compiling benchmarks\.compiling failed with exit code 1: \S/),
      "ok",
    ]);
    expect(JSON.stringify(outcomesOf("compiling"))).toContain("the attack on the compiler got nothing");
    expect(verdictsOf("honest_numbers")).toEqual(["ok", "ok"]);
  });

  test("daemon: what a benchmark leaves running is named and ended, and does not outlive the run", async () => {
    expect(verdictsOf("leave_daemon")).toEqual(both(/^it left processes running: sleep$/));
    expect(await root("ps -eo args= | grep '^hostile-' || true")).toBe("");
  });

  test("disk: who takes 10 GB is stopped, and nothing of it stays", async () => {
    expect(verdictsOf("fill_disk")).toEqual(both(/^it was killed: it filled more than 4 GB of the disk$/));
    // Where it finds a place, that has a limit of its own.
    expect(verdictsOf("fill_elsewhere")).toEqual(["ok", "ok"]);
    expect(await filesNamed("hostile-fill-*")).toEqual([]);
  });

  test("noise: who prints 1 GB is stopped early, and little of it is kept", () => {
    expect(verdictsOf("print_gigabyte")).toEqual(both(/^it was killed: it printed more than 32 MB$/));
    for (const outcome of outcomesOf("print_gigabyte")) expect(JSON.stringify(outcome).length).toBeLessThan(25_000);
  });

  test.each([
    ["figure_nan", /^it printed "elapsed: nan", which is not exactly one number of seconds;/],
    ["figure_infinite", /^it printed "elapsed: inf", which is not exactly one number of seconds;/],
    ["figure_negative", /^it printed "elapsed: -0\.001"; seconds are above zero;/],
    ["figure_zero", /^it printed "elapsed: 0\.0"; seconds are above zero;/],
    ["figure_huge", /^it reported 1e\+300 s but was gone after [\d.]+ s$/],
    ["figure_word", /^it printed "elapsed: fast", which is not exactly one number of seconds;/],
    ["figure_injected", /^it printed "elapsed: 0\.001, \\"status\\": \\"ok\\"}", which is not exactly one number of seconds;/],
    ["figure_second", /^it printed 2 lines that report seconds: "elapsed: [\d.e-]+", "elapsed: 0\.000001";/],
  ])("figures: %s is a failure with a sentence, and no value", (benchmark, sentence) => {
    expect(verdictsOf(benchmark)).toEqual(both(sentence));
  });

  test("silent: who ends well and prints nothing has failed, and has no value", () => {
    expect(verdictsOf("exit_silently")).toEqual(both(/^it printed nothing;/));
  });

  test("hang: who listens to no signal is ended at the time limit", () => {
    expect(verdictsOf("hang")).toEqual(both(new RegExp(`^it was killed at the time limit of ${timeoutSeconds} s$`)));
  });

  test("forks: processes are refused beyond the limit, and those that were left are gone", async () => {
    expect(verdictsOf("fork_bomb")).toEqual(["ok", "ok"]);
    // Those that start and watch the sandbox are none of its own.
    expect(mostProcesses).toBeLessThan(processes + 16);
    expect(await root("ps -o args= -u benchmark,evenkeel-sandbox,evenkeel-sampler || true")).toBe("");
  });

  test("parent: what started it cannot be killed", () => {
    expect(verdictsOf("kill_parents")).toEqual(["ok", "ok"]);
  });

  test("forge: what takes its samples cannot be read, traced, signalled or spoken for", () => {
    expect(verdictsOf("forge_report")).toEqual(["ok", "ok"]);
  });

  test("traps: FIFOs, links, sparse files and deep folders among its program hang nobody", () => {
    expect(verdictsOf("leave_traps")).toEqual(["ok", "ok"]);
  });

  test("posing: who says that the disk is full has failed, and moves no cursor", () => {
    expect(verdictsOf("pose_as_full_disk")).toEqual(both(/^it ended with exit code 1: .*No space left on device/));
    expect(JSON.stringify(outcomesOf("pose_as_full_disk"))).not.toMatch(/\\u001b|\\u0007/);
  });

  test("leaving: nothing but regular files and folders leaves a compilation", async () => {
    expect(verdictsOf("leaving")).toEqual(["ok", "ok"]);
    expect(await root("ls -d /srv/state/builds/*/modules/benchmarks.leaving")).not.toBe("");
    expect(await root("find /srv/state/builds/*/modules ! -type f ! -type d")).toBe("");
    expect(await root("find /srv/state/builds/*/modules -name '*[[:cntrl:]]*'")).toBe("");
  });

  test("meddle: who changes harness and neighbours changes its own copy, and is refused", async () => {
    expect(verdictsOf("change_others")).toEqual(both(/^it reported 1\.5 s but was gone after [\d.]+ s$/));
    expect(await filesNamed("sitecustomize.py")).not.toContainEqual(expect.stringMatching(/^\/srv|^\/opt/));
    expect(await root("runuser -u benchmark -- git -C /srv/suite status --porcelain")).toBe("");
    expect(await root("grep -rl --include=honest.py 'attack succeeded' /srv || true")).toBe("");
    expect(await root("find /srv/state/builds -path '*/benchmarks/honest.*.so'")).toMatch(/honest\.\S+\.so/);
  });

  test("planted: git configurations reach no clone, and run nothing when the next run fetches, builds and publishes", async () => {
    expect(verdictsOf("plant_git_config")).toEqual(["ok", "ok"]);
    const again = await evenkeel("measure v1.19.1 --benchmark plant_git_config --benchmark honest_words");
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/published \d+ files?/) });
    for (const clone of ["target", "suite", "results"]) await root(`runuser -u benchmark -- git -C /srv/${clone} status`);
    expect(await filesNamed("hostile-git-ran")).toEqual([]);
    const planted = ["config", "HEAD", ".gitattributes", ".gitconfig", "post-checkout", "pre-commit"].map((file) => `--include=${file}`);
    expect(await root(`grep -rl ${planted.join(" ")} -e hostile-git-ran -e filter=planted /srv /home /root /opt /etc || true`)).toBe("");
  });

  test("afterwards doctor is content, nothing is left to measure, and nothing is left behind", async () => {
    expect(await evenkeel("doctor")).toMatchObject({ exitCode: 0 });
    expect(await evenkeel("run")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("nothing to measure") });
    expect(await leftovers(inside)).toEqual([]);
    expect(inside.mounts()).toEqual(mountsBefore);
    expect(await filesNamed("hostile-*")).toEqual([]);
    expect(await root("ps -o args= -u benchmark,evenkeel-sandbox,evenkeel-sampler || true")).toBe("");
  });

  test("links: a suite with one that leads out of it is not built, and what the link names is as it was", async () => {
    const settings = await root("cat /home/benchmark/.ssh/config");
    const suite = join(localRepositories(host), "suite");
    await symlink("/home/benchmark/.ssh/config", join(suite, "benchmarks/payload.so"));
    await gitIn(suite)`git add --force benchmarks/payload.so`;
    await commitAll(suite, "A link", 1_800_000_000);
    await pushFolder(host, "suite", suite);
    const measure = "measure v1.19.1 --benchmark honest_words --force";
    const linked = await evenkeel(measure);
    expect(await root("cat /home/benchmark/.ssh/config")).toBe(settings);
    expect(linked.stdout).toContain("benchmarks/payload.so -> /home/benchmark/.ssh/config");
    // git runs as the key's account, with whatever its settings are now.
    await evenkeel(measure);
    expect(await filesNamed("hostile-git-ran")).toEqual([]);
    await rm(join(suite, "benchmarks/payload.so"));
    await commitAll(suite, "No link", 1_800_000_100);
    await pushFolder(host, "suite", suite);
    const unlinked = await evenkeel(measure);
    // Whether its value is plausible after the last one is another question, on a busy machine.
    expect(unlinked.stdout + unlinked.stderr).toMatch(/ compiled benchmarks\.honest \(1 of 1\)[^]* published \d+ files/);
  });
});
