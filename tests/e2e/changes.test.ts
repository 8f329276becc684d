import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { alertSchema } from "../../runner/alerts/alert.ts";
import type { Decision } from "../../runner/model.ts";
import { inLab } from "../lab/in-lab.ts";
import { readDecisions } from "../../runner/store/decisions.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";
import type { Behaviour } from "../../lab/small-target.ts";

/** Seconds until the next minute of cron, and all that a suspected change asks for. */
const allOfAChange = 900;

/** So quiet that no moment of the machine passes for a drift of it. */
const noisy = { seconds: 0.004, noise: 0.0005 };
/** Every revision is a program of its own, for all benchmarks. */
const behaving = (number: number, changes: Record<string, Behaviour> = {}): Record<string, Behaviour> => ({
  b1: noisy,
  b2: noisy,
  native: {},
  ...changes,
  revision: { prints: String(number) },
});

const isConfirmed = ({ outcome }: Decision): boolean => outcome === "confirmed";

describe.skipIf(!inLab)("a host that confirms changes", () => {
  let server: LabServer;
  let good: string;

  beforeAll(async () => {
    server = await LabServer.open({ name: "detect-changes", benchmarks: ["b1", "b2"], alerts: { webhook: true } });
    for (let number = 1; number <= 12; number++) {
      good = await server.commit(`small: ${number}`, { behaviour: behaving(number) });
    }
    await server.pushTarget();
    // Nobody listens there.
    await server.root("echo http://127.0.0.1:9/ | evenkeel secret put webhook");
    await server.measureAll();
  });
  afterAll(() => server?.remove());

  /** Oldest first. */
  const decisions = async () =>
    (await readDecisions(await server.otherHost())).decisions.toSorted((a, b) => Date.parse(a.written) - Date.parse(b.written));
  const cronLog = () => readFile(server.path("/srv/log/evenkeel.log"), "utf8").catch(() => "");
  /** Titles of the changes of which an alert waits to be delivered: nobody takes it. */
  const alerts = async () =>
    z
      .array(z.object({ alert: alertSchema }))
      .parse(JSON.parse(await server.evenkeelOk("notify --json")))
      .flatMap(({ alert: { about, title } }) => (about === "change" ? [title] : []));
  /** Oldest first: ids tell the second only, in which two may be taken. */
  const confirmations = async () =>
    (await server.published()).sessions
      .filter(({ reason }) => reason === "confirm")
      .toSorted((a, b) => Date.parse(a.started) - Date.parse(b.started));

  test("noise alone asks for nothing that a fresh session does not reject", async () => {
    expect((await decisions()).filter(({ outcome }) => outcome !== "rejected")).toEqual([]);
    expect(await server.evenkeelOk("queue")).toContain("nothing to measure");
  });

  test("a slow-down is suspected as soon as it is measured, and the queue says why what comes next", async () => {
    const slow = await server.push("small: b1 is slower", { behaviour: behaving(13, { b1: { ...noisy, seconds: 0.0042 } }) });
    // It alone: the queue would go on with what it makes suspect.
    await server.evenkeelOk(`measure ${slow} --no-publish`);
    const queue = await server.evenkeelOk("queue");
    expect(queue).toMatch(
      new RegExp(
        `revision ${slow.slice(0, 12)} +confirm +1 benchmark .*confirm b1 \\+[345]\\.\\d+ % at ${slow.slice(0, 12)}: session 1 of at most 19`,
      ),
    );
    expect(await server.evenkeelOk("status")).toMatch(/suspected +b1 \+[345]\.\d+ % at .* \(0 of at most 19 sessions\)/);
  });

  test("cron confirms it by sessions of cached builds, and publishes the decision", async () => {
    await server.change({ cron: "* * * * *" });
    await until(async () => /b1 slower at \w+: confirmed/.test(await cronLog()), allOfAChange);
    await until(async () => (await decisions()).some(isConfirmed));
    const [confirmed, ...others] = (await decisions()).filter(isConfirmed);
    expect(others).toEqual([]);
    expect(confirmed).toMatchObject({ benchmark: "b1", direction: "slower", lastGood: good, skipped: 0 });
    expect(Math.abs((confirmed?.change?.phi ?? 0) - Math.log(1.05))).toBeLessThan(0.01);
    const sessions = (await confirmations()).filter(({ id }) => confirmed?.sessions.includes(id));
    // Three pairs at least, the one first and then the other.
    const first = sessions.slice(0, 6).map((session) => subjectOf(session) === good);
    expect(first).toEqual([false, true, true, false, false, true]);
    expect(await cronLog()).not.toContain("building:");
    expect(sessions.every(({ benchmarks }) => Object.keys(benchmarks).join() === "b1")).toBe(true);
  });

  test("the reports mark it, and nothing else", async () => {
    await until(async () => (await server.report("reports/benchmarks/b1.md")).includes("confirmed: slower"), allOfAChange);
    const page = await server.report("reports/benchmarks/b1.md");
    expect(page.match(/\*\*confirmed/g)).toHaveLength(1);
    expect(page).toMatch(/b1 is slower<br>\*\*confirmed: slower, \+[45]\.\d+ % ± /);
    expect(await server.report("reports/benchmarks/b1.svg")).toContain('class="change"');
    const summary = await server.report("reports/summary-main.md");
    expect(summary).toMatch(/## Confirmed changes[^]*\[b1\][^]*b1 is slower/);
    // What changed comes first.
    const rows = summary
      .slice(0, summary.indexOf("## "))
      .split("\n")
      .filter((line) => line.startsWith("| [b"));
    expect(rows.map((row) => row.slice(3, 5))).toEqual(["b1", "b2"]);
    expect(await server.report("reports/benchmarks/b2.md")).not.toContain("confirmed");
  });

  test("an outlier that was the machine's is rejected, and stays unmarked", async () => {
    // A changed schedule would be refused, and `up` takes longer.
    await server.root("kill -STOP $(cat /run/crond.pid); flock -w 300 /run/evenkeel/lock true");
    await server.slowDown(1.08);
    await server.pullTarget();
    const calm = await server.push("small: nothing of the code", { behaviour: behaving(14, { b1: { ...noisy, seconds: 0.0042 } }) });
    await server.evenkeelOk(`measure ${calm} --benchmark b2 --no-publish`);
    await server.slowDown(1);
    await server.evenkeelOk("run");
    const about = (await decisions()).filter(({ firstBad, benchmark }) => firstBad === calm && benchmark === "b2");
    expect(about).toEqual([expect.objectContaining({ outcome: "rejected" })]);
    expect(about[0]?.sessions).toHaveLength(1);
    expect(await server.report("reports/benchmarks/b2.md")).not.toContain("confirmed");
    expect(await server.evenkeelOk("queue")).toContain("nothing to measure");
  });

  test("a revert two revisions later is confirmed as well", async () => {
    const reverted = await server.push("small: revert b1 is slower", { behaviour: behaving(15) });
    await server.evenkeelOk("run");
    const confirmed = (await decisions()).filter(({ outcome }) => outcome === "confirmed");
    expect(confirmed.map(({ benchmark, direction, skipped }) => [benchmark, direction, skipped])).toEqual([
      ["b1", "slower", 0],
      ["b1", "faster", 0],
    ]);
    expect(confirmed.at(-1)?.firstBad).toBe(reverted);
    expect(await server.report("reports/benchmarks/b1.md")).toMatch(/revert b1 is slower<br>\*\*confirmed: faster, −[45]\.\d+ % ± /);
  });

  test("a machine that drifts is reported as such at each benchmark, and nobody is alerted", async () => {
    await server.evenkeel("run --cron");
    const [confirmed, pending] = [(await decisions()).filter(isConfirmed), await alerts()];
    expect(pending).not.toEqual([]);
    // An outlier that was rejected a moment ago is waited for: these are beyond it.
    for (let number = 16; number < 22; number++) await server.commit(`small: ${number}`, { behaviour: behaving(number) });
    await server.pushTarget();
    await server.evenkeelOk("run --no-publish");
    await server.slowDown(1.06);
    const innocent = await server.push("small: innocent", { behaviour: behaving(22) });
    await server.evenkeelOk("run --cron");
    const all = await decisions();
    const about = all.filter(({ noticed }) => noticed === innocent);
    const found = about.map(({ benchmark, firstBad, outcome }) => `${benchmark} ${firstBad} ${outcome}`);
    expect(found.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([`b1 ${innocent} drifted`, `b2 ${innocent} drifted`]);
    expect(all.filter(({ outcome }) => outcome === "drifted")).toHaveLength(2);
    expect(all.filter(isConfirmed)).toEqual(confirmed);
    await server.evenkeel("run --cron");
    expect(await alerts()).toEqual(pending);
    for (const name of ["b1", "b2"]) {
      expect(await server.report(`reports/benchmarks/${name}.md`)).toMatch(/innocent<br>drift of the machine/);
    }
    // The level after it is the new one.
    await server.push("small: after the drift", { behaviour: behaving(23) });
    await server.evenkeelOk("run");
    expect((await decisions()).filter(({ outcome }) => outcome !== "rejected")).toHaveLength(4);
  });
});
