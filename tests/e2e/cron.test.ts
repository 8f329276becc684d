import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inLab } from "../lab/in-lab.ts";
import { speedUpCron } from "../../lab/cron.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";

/** Seconds until the next minute of cron, and a run. */
const aRunOfCron = 180;

describe.skipIf(!inLab)("a host that cron measures on", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open({ cron: "* * * * *" });
    await speedUpCron(server.host);
  });
  afterAll(() => server?.remove());

  const log = (): Promise<string> => readFile(server.path("/srv/log/evenkeel.log"), "utf8").catch(() => "");
  const isMeasured = async (revision: string): Promise<boolean> =>
    (await server.remoteRefs()).includes("refs/heads/main") &&
    (await server.published()).sessions.some((session) => subjectOf(session) === revision);
  /** What the line that cron runs says, run now: a minute of cron's is long. */
  const nextRun = async (): Promise<string> => {
    await server.root(": >/srv/log/evenkeel.log; sed -n 's/^.* root //p' /etc/cron.d/evenkeel | env -i PATH=/usr/bin:/bin sh || true");
    return log();
  };

  test("a pushed revision appears measured and reported on the results remote, without anyone's help", async () => {
    const revision = await server.push("small: twice as fast", { behaviour: { steady: { seconds: 0.002 } } });
    await until(() => isMeasured(revision), aRunOfCron);
    // Reports follow the baselines, the newest revision and, at the end, the older one.
    await until(async () => (await log()).split("\n").filter((line) => line.includes("reports:")).length === 3);

    const { sessions, samples, environments, files, commits } = await server.published();
    const [baseline, newest, first] = sessions;
    expect(sessions.map(subjectOf)).toEqual(["baseline", revision, expect.stringMatching(/^[0-9a-f]{40}$/)]);
    expect(Object.keys(newest?.benchmarks ?? {})).toEqual(["native", "second", "steady"]);
    expect(newest?.benchmarks["steady"]?.compiled).toMatchObject({ status: "ok", samples: 5, seconds: expect.closeTo(0.002006, 5) });
    expect(first?.benchmarks["steady"]?.compiled).toMatchObject({ status: "ok", samples: 5, seconds: expect.closeTo(0.004012, 5) });
    expect(samples[1]?.samples["steady"]?.compiled).toEqual([0.002002, 0.002004, 0.002006, 0.002008, 0.00201]);
    expect(environments.map(({ id }) => id)).toEqual([baseline?.environment]);
    expect(files.filter((path) => path.startsWith("runs/"))).toHaveLength(6);
    expect(commits).toEqual([
      `baselines: 1 benchmark (baseline) on ${server.host.name}`,
      `small ${revision.slice(0, 12)}: 3 benchmarks (new) on ${server.host.name}`,
      `small ${first && subjectOf(first).slice(0, 12)}: 3 benchmarks (new) on ${server.host.name}`,
    ]);
    expect(await server.report("README.md")).toContain("2 of 2");
    expect(await server.report("reports/benchmarks/steady.md")).toContain("twice as fast");
  });

  test("the log has one line a finished benchmark, all lines with their time, and nothing of the key", async () => {
    const lines = (await log()).trimEnd().split("\n");
    expect(lines.filter((line) => / samples(, warning: all samples equal)?\), \d+ to go$/.test(line))).toHaveLength(1 + 3 + 3);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [^ ]/);
    const key = await server.root("cat /home/benchmark/.ssh/id_ed25519");
    for (const line of key.split("\n").filter((one) => one.length > 20)) expect(lines.join("\n")).not.toContain(line);
    expect(lines.join("\n")).not.toContain("PRIVATE KEY");
  });

  test("with nothing new, a run logs one line", async () => {
    // The same line, at a time that does not come while this is tested.
    await server.change({ cron: "0 0 29 2 *" });
    // cron may have looked while the change was applied: the reports then tell that the host was blocked, and that it no longer is.
    await nextRun();
    expect(await nextRun()).toMatch(/^\S+Z nothing to measure\n$/);
  });

  test("a pause stops the schedule, in one line, until it is lifted", async () => {
    expect(await server.evenkeelOk("pause --why 'the fan is being replaced'")).toContain("the fan is being replaced");
    const revision = await server.push("small: pushed while paused");
    expect(await nextRun()).toMatch(/^\S+Z paused since \S+Z: the fan is being replaced\n$/);
    expect(await server.evenkeelOk("status")).toMatch(/paused +since \S+Z: the fan is being replaced/);
    expect(await server.root("/opt/evenkeel/current/evenkeel run --cron; echo exit code $?")).toMatch(/paused since .*\nexit code 0\n$/);
    expect(await isMeasured(revision)).toBe(false);

    expect(await server.evenkeelOk("resume")).toContain("the fan is being replaced");
    await nextRun();
    expect(await isMeasured(revision)).toBe(true);
    expect(await server.evenkeelOk("status")).toMatch(/paused +no\n/);
  });

  test("a host that differs from its declaration is not measured: one line names the difference, exit code 1", async () => {
    await until(async () => (await log()).includes("reports:"), aRunOfCron);
    await server.root(
      'cp -p /etc/evenkeel/config.json /root/config.json; sed -i \'s/"samples": 5/"samples": 6/\' /etc/evenkeel/config.json',
    );
    const revision = await server.push("small: pushed while the host was edited");
    expect(await nextRun()).toMatch(/^\S+Z not measuring: files: \/etc\/evenkeel\/config.json measure.samples: is 6, declared 5\n$/);
    expect(await server.evenkeel("run --no-wait")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/^\S+Z not measuring: files: .*\n$/),
    });
    expect(await server.evenkeel(`measure ${revision}`)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("not measuring: files:"),
    });
    expect(await server.evenkeel("doctor")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("measure.samples: is 6, declared 5"),
    });
    expect((await server.published()).sessions.map(subjectOf)).not.toContain(revision);
    // What differs is for the operator; that something does is for all who read the reports.
    const readme = await server.report("README.md");
    expect(readme).toContain("| blocked | this host differs from its declaration in 1 place;");
    expect(readme).not.toContain("measure.samples");

    await server.root("rm /etc/evenkeel/config.json");
    expect(await nextRun()).toMatch(/^\S+Z not measuring: .*config.json is missing.*\n$/);
    await server.root("cp -p /root/config.json /etc/evenkeel/config.json");
    await nextRun();
    expect(await isMeasured(revision)).toBe(true);
  });
});
