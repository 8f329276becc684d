import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Session } from "../../runner/model.ts";
import { gitIn } from "../../lab/git.ts";
import { inLab } from "../lab/in-lab.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";

const bad = ["exits", "crashes", "hangs", "nonsense", "silent", "negative", "daemon", "chatty", "endless"];
const works = '#include <stdio.h>\nint main(void) { puts("0.0001"); return 0; }\n';

/** A benchmark's failure while it was run. */
function failed(message: RegExp, output = ""): object {
  return { status: "failed", stage: "run", message: expect.stringMatching(message), output: expect.stringContaining(output) };
}

describe.skipIf(!inLab)("what goes wrong while a revision is built and measured", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open({ benchmarks: ["steady", ...bad], timeoutSeconds: 2, targetRequirements: ["requirements.txt"] });
  });
  afterAll(() => server?.remove());

  const sessionsOf = async (revision: string): Promise<Session[]> =>
    (await server.published()).sessions.filter((session) => subjectOf(session) === revision);
  const queue = async (): Promise<unknown> => JSON.parse(await server.evenkeelOk("queue --json"));

  test("a benchmark's failure is its own result, with its sentence: every other benchmark is measured, and nothing goes on running", async () => {
    const revision = await server.push("small: full of trouble", {
      behaviour: {
        exits: { exit: 3 },
        crashes: { prints: "crash" },
        hangs: { pause: 600 },
        nonsense: { prints: "all is well" },
        silent: { prints: "" },
        negative: { prints: "-1" },
        daemon: { daemon: true },
        chatty: { prints: "0.001 s, or was it 1e9" },
        endless: { prints: "1e9" },
      },
      files: {
        "bench.py": (await readFile(join(server.target, "bench.py"), "utf8")).replace(
          'if "prints" in how:',
          'if how.get("prints") == "crash":\n    os.abort()\nif "prints" in how:',
        ),
      },
    });
    const log = await server.evenkeelOk("run --no-publish");
    await server.evenkeelOk("run");
    const [session] = await sessionsOf(revision);
    const compiled = Object.fromEntries(Object.entries(session?.benchmarks ?? {}).map(([name, variants]) => [name, variants.compiled]));
    expect(compiled).toMatchObject({
      steady: { status: "ok", samples: 5 },
      native: { status: "ok", samples: 5 },
      exits: failed(/^it ended with exit code 3: exits gives up$/, "exits gives up"),
      crashes: failed(/^it (crashed with SIGABRT|ended with exit code 134)(: Aborted)?$/),
      hangs: failed(/^it was killed at the time limit of 2 s$/),
      nonsense: failed(/^it printed "all is well", which is not exactly one number of seconds;/, "all is well"),
      silent: failed(/^it printed nothing; print seconds as the last line/),
      negative: failed(/^it printed "-1"; seconds are above zero;/),
      daemon: failed(/^it left processes running: (python3|sleep)/),
      chatty: failed(/^it printed "0\.001 s, or was it 1e9", which is not exactly one number of seconds;/),
      endless: failed(/^it reported 1000000000 s but was gone after/),
    });
    expect(log).toMatch(/native \(compiled\) 100\.0 µs \(5 samples, warning: all samples equal\)/);
    for (const name of bad) expect(log).toMatch(new RegExp(`${name} \\(compiled\\) failed: it `));
    expect(await server.strays()).toEqual([]);
    const since = revision.slice(0, 12);
    expect(await server.evenkeelOk("status")).toMatch(
      new RegExp(`^(failing)? +exits since ${since}: run: it ended with exit code 3: exits gives up$`, "m"),
    );
    const readme = await server.report("README.md");
    expect(readme).toMatch(/exits\]\(\S+\) since .*: run: it ended with exit code 3&#58; exits gives up$/m);
    expect(readme).toContain("it was killed at the time limit of 2 s");
  });

  test("show tells why a benchmark failed, with the end of its output, and a line of each benchmark", async () => {
    const all = await server.evenkeelOk("show main");
    expect(all).toMatch(/^steady +\S+ ± \S+ ms/m);
    expect(all).toMatch(/^exits +failed: run: it ended with exit code 3: exits gives up$/m);
    const one = await server.evenkeelOk("show main exits");
    expect(one).toMatch(/^ {2}run +python3 bench\.py exits$/m);
    expect(one).toMatch(/^failed +run: it ended with exit code 3: exits gives up\noutput:\n( {2}.*\n)* {2}exits gives up\n/m);
  });

  test("values of equal samples are shown with a warning by status and reports", async () => {
    expect(await server.evenkeelOk("status")).toMatch(/^warning +all samples equal, possibly not times: native;/m);
    expect(await server.report("reports/benchmarks/native.md")).toContain("Warning: all its samples are equal");
  });

  test("a trial shows command, output and the number or why there is none, and stores nothing", async () => {
    const before = await server.fingerprint();
    const good = await server.evenkeel("measure --trial steady");
    expect(good).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/python3 bench.py steady[^]*\nnumber read {2}0\.00\d+ s\n$/) });
    const bad = await server.evenkeel("measure --trial chatty");
    expect(bad).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        / {2}0\.001 s, or was it 1e9\n[^]*\nrefused +it printed "0\.001 s, or was it 1e9", which is not exactly one number/,
      ),
    });
    const gone = await server.evenkeel("measure --trial exits main --json");
    expect(JSON.parse(gone.stdout)).toMatchObject({
      ran: { process: { exitCode: 3 }, problem: "it ended with exit code 3: exits gives up" },
    });
    expect(await server.evenkeel("measure --trial stedy")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("did you mean steady?"),
    });
    expect(await server.fingerprint()).toBe(before);
    expect(await server.list("/srv/state/work")).toEqual([]);
  });

  test("a revision that fails as a whole is named by the run's last line and by status, and measure exits 1 for it", async () => {
    const submodule = '[submodule "gone"]\n\tpath = gone\n\turl = "file:///srv/results"\n';
    // From here on one benchmark besides the C program is enough.
    await server.change({ benchmarks: ["steady"], timeoutSeconds: 20 });
    await mkdir(join(server.target, "gone"));
    await gitIn(server.target)`git update-index --add --cacheinfo 160000,${"1".repeat(40)},gone`;
    const broken = await server.push("small: a submodule that nobody has", { behaviour: {}, files: { ".gitmodules": submodule } });
    const asked = await server.evenkeel(`measure ${broken}`);
    const id = broken.slice(0, 12);
    expect(asked).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(new RegExp(`revision ${id}: failed as a whole: checkout: `)),
    });
    expect(asked.stdout.trimEnd().split("\n").at(-1)).toMatch(
      new RegExp(`failed as a whole: 1 of 1 session: revision ${id} \\(checkout: `),
    );
    const status = await server.evenkeelOk("status");
    expect(status).toMatch(new RegExp(`^failed +1 revision failed as a whole, the last one ${id} \\(checkout: `, "m"));
    expect(status).toMatch(new RegExp(`^failures +1 in the last session: revision ${id} as a whole: checkout, `, "m"));
    expect(await server.evenkeelOk(`show ${id}`)).toMatch(/^failed +checkout: checking out .* failed: \S.*\noutput:\n {2}/m);
    // Removed by the next commit.
    for (const path of ["gone", ".gitmodules"]) await rm(join(server.target, path), { recursive: true });
  });

  test("a revision that does not compile is stored as failed with the compiler's last lines, and tried again on another day only", async () => {
    const broken = await server.push("small: does not compile", {
      behaviour: {},
      files: { "native.c": "int main(void) { return undeclared; }\n" },
    });
    const good = await server.push("small: compiles again", { files: { "native.c": works } });
    await server.evenkeelOk("run --no-publish");
    // Today's failures are not in the queue.
    expect(await server.evenkeelOk("run")).toContain("nothing to measure");
    const [session] = await sessionsOf(broken);
    expect(session?.benchmarks["native"]?.compiled).toMatchObject({
      status: "failed",
      stage: "compile",
      message: expect.stringMatching(/^`gcc -O1 -o native native\.c` failed with exit code 1: native\.c:1:\d+: \S+/),
      output: expect.stringContaining("error: ‘undeclared’ undeclared"),
    });
    expect(session?.benchmarks["steady"]?.compiled).toMatchObject({ status: "ok" });
    const [next] = await sessionsOf(good);
    expect(next?.benchmarks["native"]?.compiled).toMatchObject({ status: "ok" });
    expect(await queue()).toEqual([]);
    expect(await sessionsOf(broken)).toHaveLength(1);
  });

  test("a compiler that is gone is no result: nothing is measured, until it is back", async () => {
    const revision = await server.push("small: while the compiler was gone");
    await server.root("mv /usr/bin/gcc /usr/bin/gcc.away");
    try {
      const run = await server.evenkeel("run");
      expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^\S+Z not measuring: .*gcc.*\n$/) });
    } finally {
      await server.root("mv /usr/bin/gcc.away /usr/bin/gcc");
    }
    expect(await sessionsOf(revision)).toEqual([]);
    await server.evenkeelOk("run");
    expect(await sessionsOf(revision)).toHaveLength(1);
  });

  test("what the machine stops while it is measured is no result: the next run measures it", async () => {
    const revision = await server.push("small: while the shell was gone", { behaviour: { steady: { pause: 1 } } });
    const pid = await server.start("run");
    await until(async () => (await server.list("/srv/state/journal")).length > 0);
    await server.root("mv /usr/bin/sh /usr/bin/sh.away");
    try {
      await until(async () => (await server.output()).includes("infrastructure error"));
    } finally {
      await server.root("mv /usr/bin/sh.away /usr/bin/sh");
    }
    await server.ended(pid);
    const output = await server.output();
    // Which step it stops depends on the moment: the scope, the sampler's namespace or a sandbox.
    expect(output).toMatch(/infrastructure error; the next run will retry: .*(cannot|could not) (be started|be made|open|create)/);
    for (const session of await sessionsOf(revision)) {
      for (const { compiled } of Object.values(session.benchmarks)) expect(compiled?.status).toBe("ok");
    }
    await server.evenkeelOk("run");
    const names = (await sessionsOf(revision)).flatMap(({ benchmarks }) => Object.keys(benchmarks));
    expect(names.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(names).toContain("steady");
  });

  test("a revision that needs what never answers delays no other, and has failed after days of it", async () => {
    const files = { "requirements.txt": "--index-url http://127.0.0.1:9/simple\nnothing==1\n" };
    const stuck = await server.push("small: needs an index that is gone", { behaviour: {}, files });
    const next = await server.push("small: needs nothing", { files: { "requirements.txt": undefined } });
    const run = await server.evenkeel("run");
    expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("infrastructure error; the next run will retry") });
    expect(await sessionsOf(next)).toHaveLength(1);
    const about = `revision ${stuck.slice(0, 12)}`;
    expect(await server.evenkeelOk("status")).toMatch(
      new RegExp(`problems +cannot measure ${about} since .* \\(1 time\\): the network failed`),
    );

    const sinceMonths = 's/"since":"[^"]*"/"since":"2026-01-01T00:00:00.000Z"/';
    await server.root(`sed -i '${sinceMonths}; s/"times":1/"times":3/' /srv/state/problems.json`);
    expect(await server.evenkeelOk("run --cron")).toContain("1 item postponed after infrastructure errors");
    expect(await sessionsOf(stuck)).toEqual([]);
    // Another configuration may be the correction: it is tried at once.
    await server.change({ timeoutSeconds: 3 });
    expect((await server.evenkeel("run --cron")).stdout).toMatch(/infrastructure error; the next run will retry: .*the network failed/);
    await server.root(`sed -i '${sinceMonths}; s/"times":1/"times":3/' /srv/state/problems.json`);
    expect((await server.evenkeel("run")).stdout).toContain(`${about}: stored as a failure: the network failed`);
    const [session] = await sessionsOf(stuck);
    expect(session?.failure).toMatchObject({
      stage: "prepare",
      message: expect.stringMatching(/127\.0\.0\.1.*the last of 4 attempts since 2026-01-01/),
    });
    expect(await server.evenkeelOk("status")).not.toContain("problems");
    expect(await queue()).toEqual([]);
  });
});
