import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { inLab } from "../lab/in-lab.ts";
import { speedUpCron } from "../../lab/cron.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";
import type { Behaviour } from "../../lab/small-target.ts";

/** Seconds until the next minute of cron, and all that an upgrade asks for. */
const allOfAnUpgrade = 900;

const names = ["b1", "b2", "b3", "b4", "b5", "b6"];
const verified = z.object({
  verdict: z.string(),
  verification: z.object({ by: z.string(), verdict: z.object({ benchmarks: z.array(z.object({ verdict: z.string() })) }) }).optional(),
});

/** What every benchmark does, at a revision that is its own program. */
const behaving = (seconds: number): Record<string, Behaviour> =>
  Object.fromEntries([...names, "native"].map((name) => [name, { seconds, noise: 0.002 }]));

describe.skipIf(!inLab)("an upgrade of the environment", () => {
  let server: LabServer;
  const revisions: string[] = [];
  let before: string;
  let after: string;

  beforeAll(async () => {
    server = await LabServer.open({ name: "upgrade", benchmarks: names, allowEmptyCommits: true });
    await speedUpCron(server.host);
    for (let number = 1; number <= 7; number++) revisions.push(await server.commit(`small: ${number}`, { behaviour: behaving(0.004) }));
    await server.pushTarget();
    await server.evenkeelOk("run --no-publish");
  });
  afterAll(() => server?.remove());

  const sessionsFor = async (reason: string) => (await server.published()).sessions.filter((session) => session.reason === reason);
  const verify = async () => {
    const { stdout, exitCode } = await server.evenkeel("verify --json");
    return { exitCode, ...verified.parse(JSON.parse(stdout)) };
  };

  test("before it, pre-upgrade run measures what the next environment will be linked by", async () => {
    expect((await verify()).verdict).toBe("inconclusive");
    expect(await server.evenkeelOk("pre-upgrade --dry-run")).toContain("10 items");
    await server.evenkeelOk("pre-upgrade --no-publish");
    // Publishes them.
    expect(await server.evenkeelOk("pre-upgrade")).toContain("nothing to measure");
    const taken = await sessionsFor("pre-upgrade");
    const times = revisions.map((revision) => taken.filter((session) => subjectOf(session) === revision).length);
    expect(times).toEqual([0, 1, 1, 1, 1, 1, 5]);
    before = taken[0]?.environment ?? "";
  });

  test("after it, cron measures baselines and the bridge by itself, killed or not, and publishes the scaling factors", async () => {
    // The new environment is another machine to the benchmarks: 5 % slower.
    await server.slowDown(1.05);
    await server.change({ compiler: "cc", cron: "* * * * *" });
    await until(async () => (await sessionsFor("bridge")).length >= 2, allOfAnUpgrade);
    await server.root("kill -9 $(sed -n 's/.*\"pid\":\\([0-9]*\\).*/\\1/p' /run/evenkeel/holder.json)");
    await until(async () => (await server.published()).files.some((path) => path.startsWith("scaling/")), allOfAnUpgrade);
    const bridges = await sessionsFor("bridge");
    after = bridges[0]?.environment ?? "";
    expect(after).not.toBe(before);
    expect(bridges.every(({ environment }) => environment === after)).toBe(true);
    // The newest is held out.
    expect(new Set(bridges.map(subjectOf))).toEqual(new Set(revisions.slice(1, 6)));
    const baselines = (await sessionsFor("baseline")).filter(({ environment }) => environment === after);
    expect(baselines.length).toBeGreaterThan(0);
  });

  test("an empty commit shows that nothing else changed: the slow-down is absorbed, the verdict is continuous", async () => {
    const { stderr } = await server.evenkeel("verify --push-empty-commit");
    const id = /pushed the empty commit ([0-9a-f]{40})/.exec(stderr)?.[1] ?? stderr;
    // Asked in this order: a verdict takes longer than a count.
    await until(async () => (await sessionsFor("verify")).length >= 4 && (await verify()).verdict === "continuous", allOfAnUpgrade);
    const { exitCode, verification } = await verify();
    expect(exitCode).toBe(0);
    expect(verification?.by).toBe("empty-commit");
    expect((await sessionsFor("verify")).some((session) => subjectOf(session) === id)).toBe(true);
    expect(verification?.verdict.benchmarks.filter(({ verdict }) => verdict === "broken")).toEqual([]);
    expect(await server.evenkeelOk("verify")).toMatch(/^continuous: /);
  });

  test("the report shows one timeline: old values in new seconds, the transition named, the verdict", async () => {
    await server.evenkeelOk("run");
    const page = await server.report("reports/benchmarks/b1.md");
    // 4 ms before the transition are 4.2 ms after it.
    expect(page).toMatch(/older values × 1\.0[45]\d\d ± /);
    expect(page).not.toContain("not yet linked");
    expect(await server.report("README.md")).toMatch(/\| upgrade \| \[continuous\]/);
    expect(await server.report("reports/environments.md")).toContain("Verdict on the newest upgrade");
  });

  test("a slow-down after the upgrade is no part of it, and is reported as a change", async () => {
    await server.pullTarget();
    const slower = { ...behaving(0.004), b2: { seconds: 0.0042, noise: 0.002 } };
    await server.push("small: b2 is slower", { behaviour: slower });
    await server.evenkeelOk("run");
    const page = await server.report("reports/benchmarks/b2.md");
    const slowerByFive = /b2 is slower<br>\*\*confirmed: slower, \+(?:4\.[5-9]|5\.[0-5])\d? % ±/;
    expect(page).toMatch(slowerByFive);
    expect(await server.report("reports/benchmarks/b1.md")).not.toMatch(slowerByFive);
    expect((await verify()).verdict).toBe("continuous");
  });

  test("a bridge can be taken up again by hand: its finding takes the place of the first", async () => {
    expect(await server.evenkeelOk("bridge --dry-run")).toContain("nothing to measure");
    expect(await server.evenkeelOk("bridge b1 --no-publish")).toContain("bridge finished: ");
    await server.evenkeelOk("run");
    // Two sessions of each point of a bridge of eight, where five had one.
    const { files, sessions } = await server.published();
    expect(files.filter((path) => path.startsWith("scaling/"))).toHaveLength(2);
    expect(sessions.filter(({ reason, benchmarks }) => reason === "bridge" && Object.keys(benchmarks).length === 1)).toHaveLength(9);
  });

  test("going back needs no new bridge, and no revision is measured anew: only the noise and the verdict are asked for", async () => {
    await server.change({ compiler: "gcc" });
    const items = (await server.evenkeelOk("queue")).match(/^(?:baselines|revision [0-9a-f]{12}) +\w+/gm) ?? [];
    expect(items.filter((item) => !/ (baseline|verify)$/.test(item))).toEqual([]);
  });
});
