import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";
import { openStack, startTool } from "../../lab/stack.ts";
import { inLab } from "../lab/in-lab.ts";

const benchmarks = ["steady", "second"];
/** Two rounds. */
const samples = 10;
const slow = { steady: { pause: 0.6 }, second: { pause: 0.6 } };

describe.skipIf(!inLab)("pausing at once", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open({ name: "env-pause", benchmarks, samples, cron: "0 0 29 2 *" });
    await server.evenkeelOk("run");
  });
  afterAll(() => server?.remove());

  const blocks = async (): Promise<number> =>
    Number(await server.root("cat /srv/state/journal/*.jsonl 2>/dev/null | tr -d '\\000' | grep -c '\"line\":\"block\"' || true"));

  test("interrupts what is measured, waits until it has ended, and nothing is lost", async () => {
    const revision = await server.push("small: measured while somebody needs the machine", { behaviour: slow });
    const pid = await server.startShell("flock -n -E 75 /run/evenkeel/lock /opt/evenkeel/current/evenkeel run --cron");
    await until(async () => (await blocks()) >= 2);
    expect(await server.evenkeelOk("pause --now --why 'the disk is being replaced'")).toMatch(
      /^paused since \S+Z: the disk is being replaced; evenkeel run --cron was interrupted; the next run resumes it\n$/,
    );
    // Not a moment later: it was waited for.
    expect(await server.strays()).toEqual([]);
    expect(await server.list("/run/evenkeel")).toEqual(["lock"]);
    await server.root("flock -n /run/evenkeel/lock true");
    await server.ended(pid);
    const taken = await blocks();
    expect(taken).toBeGreaterThanOrEqual(2);

    const held = await server.evenkeelOk("run --cron");
    expect(held).toMatch(/^\S+Z paused since \S+Z: the disk is being replaced\n$/);
    expect(await server.report("README.md")).toContain("| schedule | paused since");
    expect(await server.evenkeelOk("doctor")).toMatch(/^this host matches its declaration\npaused since .*: the disk is being replaced\n$/);
    expect(await server.evenkeelOk("status")).toMatch(/^schedule +paused since .*: the disk is being replaced$/m);

    await server.evenkeelOk("resume");
    expect(await server.evenkeelOk("run --cron")).toContain(`revision ${revision.slice(0, 12)}: resuming after ${taken} finished blocks`);
    const { sessions, samples: all } = await server.published();
    const [session, ...others] = sessions.filter((one) => subjectOf(one) === revision);
    expect(others).toEqual([]);
    const taking = all.find(({ id }) => id === session?.id)?.samples ?? {};
    for (const benchmark of [...benchmarks, "native"]) expect(taking[benchmark]?.compiled).toHaveLength(samples);
    expect(await server.report("README.md")).not.toContain("| schedule |");
  });

  test("up says what it waits for and when that ends; with --interrupt it stops it at its next block, and the next run resumes it", async () => {
    const revision = await server.push("small: measured while up is wanted", { behaviour: slow });
    const pid = await server.startShell("flock -n -E 75 /run/evenkeel/lock /opt/evenkeel/current/evenkeel run --cron");
    await until(async () => (await blocks()) >= 2);
    await server.configure({ timeoutSeconds: 21 });
    const up = await startTool(await openStack(server.stack.name, server.stack.folder), "up", ["--yes", "--skip-preview", "--interrupt"]);
    const { exitCode, output } = await up.done;
    expect([exitCode, output]).toEqual([0, expect.stringContaining("interrupting evenkeel run --cron (process ")]);
    expect(output).toMatch(/`up` waits for measure of revision \w{12}, block \d+ of \d+, until about .* left\); --interrupt stops it/);
    await server.ended(pid);
    expect(await server.list("/run/evenkeel")).not.toContain("interrupt");
    const taken = await blocks();
    expect(taken).toBeGreaterThanOrEqual(2);
    await server.push("small: waits for what is resumed", { behaviour: slow });
    const next = await server.startShell("evenkeel run >/root/run.log");
    await until(async () => /^queue +1 item of evenkeel run after this one$/m.test(await server.evenkeelOk("status")));
    await server.ended(next);
    expect(await server.root("cat /root/run.log")).toContain(`revision ${revision.slice(0, 12)}: resuming after ${taken} finished blocks`);
  });

  test("with nothing at work is a pause like any other; up at work is not interrupted", async () => {
    expect(await server.evenkeelOk("pause --now --why idle")).toMatch(/: idle; nothing was running\n$/);
    await server.evenkeelOk("resume");
    // The lock goes with flock itself.
    const start = await server.startShell("flock --close /run/evenkeel/lock sleep 600");
    const name = await server.root(`echo ${start}.$(cut -d' ' -f22 /proc/${start}/stat)`);
    const holder = { pid: start, process: name.trim(), command: "ensure venv", since: "2026-01-01T00:00:00Z" };
    await server.root(`echo '${JSON.stringify(holder)}' >/run/evenkeel/holder.json`);
    const refused = await server.evenkeel("pause --now --why hasty");
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("error: ensure venv (process") });
    await server.root(`test -d /proc/${start} && kill ${start} && rm /run/evenkeel/holder.json`);
    await server.ended(start);
    await server.evenkeelOk("resume");
  });

  test("if every declaration changed, the complete part is stored, and the revision is measured anew", async () => {
    const revision = await server.push("small: measured while every command is edited", { behaviour: slow });
    const pid = await server.startShell("flock -n -E 75 /run/evenkeel/lock /opt/evenkeel/current/evenkeel run --cron");
    await until(async () => (await blocks()) >= 2);
    await server.evenkeelOk("pause --now --why 'every command is edited'");
    await server.ended(pid);
    await server.change({ prefix: "nice " });
    const obstacle = "none of its benchmarks is left \\(declaration changed: [^)]*\\)";
    expect(await server.evenkeelOk("status")).toMatch(new RegExp(`; the next run stores its complete part: ${obstacle}, `));
    await server.evenkeelOk("resume");
    const log = await server.evenkeelOk("run --cron --no-publish");
    await server.evenkeelOk("run --cron");
    expect(log).toMatch(new RegExp(`revision ${revision.slice(0, 12)}: ${obstacle}; storing the complete part of`));
    expect(log).not.toContain("resuming after");
    const session = (await server.published()).sessions.findLast((one) => subjectOf(one) === revision && one.reason === "new");
    for (const name of [...benchmarks, "native"]) expect(session?.benchmarks[name]?.compiled).toMatchObject({ status: "ok", samples });
  });

  test("a resumed session leaves out benchmarks that are no longer declared; status and log name them", async () => {
    const revision = await server.push("small: measured while a benchmark is dropped", { behaviour: slow });
    const pid = await server.startShell("flock -n -E 75 /run/evenkeel/lock /opt/evenkeel/current/evenkeel run --cron");
    await until(async () => (await blocks()) >= 2);
    await server.evenkeelOk("pause --now --why 'a benchmark is dropped'");
    await server.ended(pid);
    await server.change({ benchmarks: ["steady"] });
    expect(await server.evenkeelOk("status")).toMatch(
      /; the next run resumes it without some benchmarks \(no longer declared: second\), `evenkeel discard/,
    );
    await server.evenkeelOk("resume");
    const log = await server.evenkeelOk("run --cron");
    expect(log).toContain("dropped from the unfinished session: no longer declared: second");
    expect(log).toMatch(/resuming after \d+ finished blocks/);
    const sessions = (await server.published()).sessions.filter((one) => subjectOf(one) === revision);
    expect(sessions.map((one) => Object.keys(one.benchmarks).toSorted((a, b) => (a < b ? -1 : 1)))).toEqual([["native", "steady"]]);
  });
});
