import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { gitIn } from "../../lab/git.ts";
import { ssh } from "../../lab/host.ts";
import { inLab } from "../lab/in-lab.ts";
import { LabServer } from "../../lab/server.ts";
import { buildWaits } from "../../lab/small-target.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";
import { readSessions } from "../../runner/store/sessions.ts";

const commands = [
  "run",
  "queue",
  "measure",
  "collect",
  "baselines",
  "show",
  "report",
  "status",
  "doctor",
  "pause",
  "resume",
  "prune",
  "ensure",
  "check",
  "unschedule",
];

const ratioSchema = z.object({ benchmark: z.string(), ratio: z.object({ value: z.number() }) });

describe.skipIf(!inLab)("the commands on the host", () => {
  let server: LabServer;
  let revisions: string[];

  beforeAll(async () => {
    server = await LabServer.open({ benchmarks: ["steady", "second"] });
    revisions = [];
    for (const title of ["one", "two", "three"]) revisions.push(await server.commit(`small: ${title}`));
    revisions.push(await server.push("small: documents only", { files: { "docs/index.md": "words\n" } }));
    await server.fetchTarget();
  });
  afterAll(() => server?.remove());
  afterEach(() => server.settle());

  const queue = async (): Promise<{ subject: { revision?: string } }[]> => JSON.parse(await server.evenkeelOk("queue --json"));
  const sessionsOf = async (revision: string) => (await server.published()).sessions.filter((session) => subjectOf(session) === revision);
  /** The same on the host, published or not. */
  const storedOf = async (revision: string) =>
    (await readSessions(server.path("/srv/results"))).sessions.filter((session) => subjectOf(session) === revision);

  test("every command explains itself", async () => {
    expect(await server.evenkeelOk("--help")).toMatch(new RegExp(commands.join("[^]*")));
    for (const command of commands) expect(await server.evenkeelOk(`${command} --help`)).toMatch(/^Usage: evenkeel /);
  });

  test("a mistyped command or option is a usage error that names what was meant", async () => {
    expect(await server.evenkeel("messure abc")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("did you mean measure?") });
    expect(await server.evenkeel("run --dry-rum")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("did you mean --dry-run?"),
    });
    expect(await server.evenkeel("measure")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("missing required argument") });
    expect(await server.evenkeel("run --max-minutes soon")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("whole number") });
  });

  test("an ordinary account is told to use sudo, whatever it runs", async () => {
    for (const command of ["status", "run", "queue", "doctor"]) {
      const { exitCode, stderr } = await ssh(server.host, `runuser -u nobody -- evenkeel ${command}`);
      expect(stderr).toBe(`error: evenkeel ${command} needs root\nhint: run it as root: sudo evenkeel ${command}\n`);
      expect(exitCode).toBe(1);
    }
  });

  test("nothing that only looks, and no dry run, changes anything", async () => {
    const before = await server.fingerprint();
    const refs = await server.remoteRefs();
    for (const command of [
      "queue",
      "queue --json",
      "status",
      "status --json",
      "doctor",
      "doctor --json",
      "run --dry-run",
      "run --dry-run --json",
      "run --cron --dry-run",
      "baselines --dry-run",
      "measure v0 --dry-run",
      "collect v0..main --dry-run",
      "show v0",
      "show main steady",
      "show v0 --json",
      "report --dry-run",
      "report --no-publish",
      "prune --dry-run",
      "prune --dry-run --json",
    ]) {
      const { exitCode, stdout, stderr } = await server.evenkeel(command);
      expect([command, exitCode, stderr]).toEqual([command, 0, ""]);
      if (command.includes("--json")) JSON.parse(stdout);
    }
    expect(await server.fingerprint()).toBe(before);
    expect(await server.remoteRefs()).toBe(refs);
  });

  test("measure measures one revision, or some benchmarks of it, and refuses names the target or the suite do not have", async () => {
    const log = await server.evenkeelOk(`measure ${revisions[1]?.slice(0, 10)} --benchmark steady native`);
    expect(log).toContain("requested by command");
    const [session, ...others] = await sessionsOf(revisions[1] ?? "");
    expect(others).toEqual([]);
    expect(session?.reason).toBe("manual");
    expect(Object.keys(session?.benchmarks ?? {})).toEqual(["native", "steady"]);

    expect(await server.evenkeel("measure no-such-tag")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("error: there is no revision no-such-tag"),
    });
    expect(await server.evenkeel("measure main --benchmark stedy")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/no benchmark stedy[^]*did you mean steady\?/),
    });
    // What a revision with a session still owes comes with the next run.
    expect((await queue()).map(({ subject }) => subject.revision)).toContain(revisions[1]);
  });

  test("measure prints JSON alone where that is asked for, the log beside it", async () => {
    const { stdout, stderr } = await server.evenkeel("measure v0 --benchmark steady --no-publish --json");
    const result: unknown = JSON.parse(stdout);
    expect(result).toMatchObject({ exitCode: 0, sessions: [{ failures: [], interrupted: [], aborted: false }] });
    expect(stderr).toMatch(/steady \(compiled\) \S+ ± \S+ ms \(5 samples\), 0 to go/);
  });

  test("show tells what is known of a revision: what it was measured with and compared with, or why it is not measured", async () => {
    const waiting = await server.evenkeelOk(`show ${revisions[0]?.slice(0, 10)}`);
    expect(waiting).toMatch(
      new RegExp(`^revision +${revisions[0]} small: one\n(.*\n)*on \\S+ +waiting: \\d of \\d items in the queue \\(new: `),
    );
    const measured: unknown = JSON.parse(await server.evenkeelOk("show v0 steady --json"));
    const samples = Array.from({ length: 5 }, () => expect.any(Number));
    const outcome = {
      outcome: { status: "ok", conditions: { throttled: expect.any(Number) } },
      samples,
      commands: { run: "python3 bench.py steady" },
    };
    expect(measured).toMatchObject({ sessions: [{ reason: "manual" }], benchmarks: [{ benchmark: "steady", outcomes: [outcome] }] });
    const compared = await server.evenkeelOk(`show ${revisions[1]} steady`);
    expect(compared).toMatch(/^ {2}run +python3 bench\.py steady$/m);
    expect(compared).toMatch(/^samples +5, minimum .*, median .* ms; .*\n {2}\S/m);
    expect(compared).toMatch(/^previous +\S+ ± \S+ ms at [0-9a-f]{12} in environment [0-9a-f]{8}: [+−]?\d/m);
    expect(await server.evenkeelOk(`show ${revisions[1]}`)).toMatch(/^native +100\.0 µs$/m);
    expect(await server.evenkeel("show no-such-tag")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("error: there is no revision no-such-tag"),
    });
    expect(await server.evenkeel("show v0 stedy")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("did you mean steady?") });
  });

  test("collect measures what a range lacks, restricted to paths where given", async () => {
    expect(await server.evenkeelOk("collect v0..main --only-paths docs --dry-run")).toContain("1 item, ");
    await server.evenkeelOk("collect v0..main --only-paths docs --no-publish");
    const [session] = await storedOf(revisions[3] ?? "");
    expect(session?.reason).toBe("backfill");
    expect(await storedOf(revisions[0] ?? "")).toEqual([]);
    await server.evenkeelOk(`collect v0..${revisions[2]} --no-publish`);
    for (const revision of revisions) expect(await storedOf(revision)).not.toEqual([]);
    expect(await server.evenkeel("collect main")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("main is not a valid range"),
    });
    expect(await server.evenkeel("collect main..v0")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("no revision lies between"),
    });
  });

  test("compare takes any measured revision on either side, names what measures the rest, and refuses one side twice", async () => {
    await gitIn(server.target)`git checkout -q -b feature`;
    const feature = await server.commit("small: feature", { behaviour: { steady: { seconds: 0.008 } } });
    await gitIn(server.target)`git checkout -q main`;
    await server.pushTarget("feature");
    const unknown = await server.evenkeel("compare main feature");
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/feature is neither a revision[^]*`evenkeel measure`/) });
    await server.fetchTarget();
    expect(await server.evenkeel("compare main feature")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/no measurements of feature \([^]*run `evenkeel measure feature`/),
    });

    await server.evenkeelOk("measure feature --benchmark steady --no-publish");
    const text = await server.evenkeelOk("compare main feature");
    expect(text).toMatch(/^steady +\+(99|100)\.\d+ % ± /m);
    expect(text).toContain("not compared, not measured at feature: native, second");
    expect(text).toContain("\n  evenkeel measure feature --benchmark native second\n");
    const { values } = z
      .object({ values: z.object({ compared: z.array(ratioSchema) }) })
      .parse(JSON.parse(await server.evenkeelOk(`compare ${feature} ${revisions[1]} --json`)));
    expect(values.compared.map(({ benchmark, ratio }) => [benchmark, Math.round(100 * ratio.value)])).toEqual([["steady", 50]]);

    // A second session tells what sessions of one program differ: now it can be judged.
    await server.evenkeelOk("measure feature --benchmark steady --no-publish");
    const judged = await server.evenkeelOk("compare main feature");
    expect(judged).toMatch(/^steady +\+(99|100)\.\d+ % ± \S+ % +differs/m);
    expect(judged).not.toContain("not judged");

    const [environment] = (await server.published()).environments;
    expect(await server.evenkeel(`compare ${environment?.id} ${environment?.id.slice(0, 8)}`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("both sides are environment"),
    });
  });

  test("report writes the reports to a folder, whole", async () => {
    const out = await server.evenkeelOk("report --out /tmp/reports");
    const count = Number(out.split(" ")[0]);
    expect(count).toBe(Number(await server.root("find /tmp/reports -type f | wc -l")));
    expect(await server.root("cat /tmp/reports/README.md")).toContain("small: benchmarks");
    expect(await server.root("ls /tmp/reports/reports/benchmarks")).toContain("steady.svg");
    await server.evenkeelOk("report");
    expect(await server.root("cat /tmp/reports/reports/summary-main.md")).toBe(await server.report("reports/summary-main.md"));
  });

  test("while another run is at work, --no-wait exits 75 at once, a plain run waits its turn, and status shows what is done", async () => {
    // Long enough for any machine to ask for five commands meanwhile.
    const revision = await server.push("small: slow", { behaviour: { steady: { pause: 2 }, second: { pause: 2 } } });
    const pid = await server.start(`measure ${revision}`);
    await until(async () => (await server.list("/srv/state/journal")).length > 0);
    for (const command of ["run", "measure main", "baselines", "collect v0..main", "report"]) {
      const { exitCode, stderr } = await server.evenkeel(`${command} --no-wait`);
      expect([command, exitCode]).toEqual([command, 75]);
      expect(stderr).toContain(`the host is busy with evenkeel measure (process ${pid}`);
    }
    expect(await server.evenkeelOk("status")).toMatch(
      new RegExp(`doing +measure of revision ${revision.slice(0, 12)} \\(manual\\), since .*: block \\d+ of \\d+`),
    );
    const waited = await server.evenkeel("run");
    expect(waited.stderr).toMatch(/waiting for evenkeel measure \(process \d+, since \S+\)(: .+)?; giving up in \d+ (min|s)/);
    expect(waited.exitCode).toBe(0);
    expect(await server.output()).toMatch(/native \(compiled\) \S+ µs \(5 samples, warning: all samples equal\), \d to go/);
  });

  test("a run makes way for pulumi up after the item it is at; the next one goes on", async () => {
    const first = await server.push("small: first of two");
    // Measured first, being the newest.
    const second = await server.push("small: second of two", { files: buildWaits });
    await server.holdBuilds();
    const pid = await server.start("run");
    await server.buildHeld();
    const up = server.up({ timeoutSeconds: 21 });
    await until(async () => (await server.list("/run/evenkeel")).includes("wanted"));
    await server.releaseBuilds();
    await up;
    await server.ended(pid);
    expect(await server.output()).toMatch(/another command is waiting for this host; stopping\n$/);
    expect(await sessionsOf(second)).toHaveLength(1);
    expect(await sessionsOf(first)).toHaveLength(0);
    await server.evenkeelOk("run");
    expect(await sessionsOf(first)).toHaveLength(1);
  });

  test("baselines ends with << success >>, and with exit code 0, only if every benchmark has its result", async () => {
    const good = await server.evenkeel("baselines");
    expect(good.exitCode).toBe(0);
    expect(good.stdout).toMatch(/\n<< success >>\n$/);
    const { stdout } = await server.evenkeel("baselines --json --no-publish");
    expect(() => JSON.parse(stdout)).not.toThrow();

    await server.root(
      'cp -p /etc/evenkeel/config.json /root/config.json; sed -i \'s/"samples": 5/"samples": 6/\' /etc/evenkeel/config.json',
    );
    const undeclared = await server.evenkeel("baselines");
    await server.root("cp -p /root/config.json /etc/evenkeel/config.json");
    expect(undeclared).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/\n<< failed >> no baseline was measured\n$/) });

    await server.change({ commands: [{ name: "broken", run: "echo 0.0001", baseline: "exit 1" }] });
    const broken = await server.evenkeel("baselines");
    expect(broken).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/\n<< failed >> without a baseline: broken\n$/) });
  });
});
