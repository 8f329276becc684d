import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gitIn } from "../../lab/git.ts";
import { inLab } from "../lab/in-lab.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";

describe.skipIf(!inLab)("a backlog of revisions", () => {
  let server: LabServer;
  let revisions: string[];

  beforeAll(async () => {
    server = await LabServer.open({ benchmarks: ["steady"], prefix: "tme " });
    await server.evenkeelOk("run");
  });
  afterAll(() => server?.remove());

  const measured = async (): Promise<string[]> => (await server.published()).sessions.map(subjectOf);

  test("a first configuration whose commands are wrong measures nothing; once it is corrected, the next run measures all of them", async () => {
    const second = await server.push("small: the second revision", { files: { "src/version": "second\n" } });
    for (const said of ["all 2 benchmarks failed", "nothing to measure"]) {
      expect(await server.evenkeel("run")).toMatchObject({ exitCode: 65, stdout: expect.stringContaining(said) });
    }
    await server.change({ prefix: "" });
    const because = "newest revision, which failed with an earlier configuration or environment";
    expect(await server.evenkeelOk("queue")).toMatch(new RegExp(`^revision ${second.slice(0, 12)} +new .*${because}$`, "m"));
    expect(await server.evenkeelOk("run --no-publish")).toContain(`revision ${second.slice(0, 12)}: ${because}`);
    expect(await server.evenkeelOk("run")).toContain("nothing to measure");
    const works = (await server.published()).sessions.filter(({ subject }) => subject.kind === "revision").slice(-2);
    const first = (await gitIn(server.target)`git rev-parse v0`).stdout.trim();
    expect(works.map(subjectOf)).toEqual([second, first]);
    for (const { benchmarks } of works) {
      expect(benchmarks).toMatchObject({ steady: { compiled: { status: "ok" } }, native: { compiled: { status: "ok" } } });
    }
  });

  test("only revisions that touch the configured paths are measured", async () => {
    revisions = [];
    for (let number = 1; number <= 8; number++) {
      const files = number % 4 === 0 ? { "docs/index.md": `${number}\n` } : { "src/version": `${number}\n` };
      revisions.push(await server.commit(`small: ${number}`, { files }));
    }
    await server.pushTarget();
    await server.change({ paths: ["docs"] });
    expect(await server.evenkeelOk("run --no-publish")).toContain("measured");
    const log = await server.evenkeelOk("run");
    expect(log).toContain("nothing to measure");
    const done = await measured();
    expect(revisions.filter((revision) => done.includes(revision))).toEqual([revisions[3], revisions[7]]);
    await server.change({ paths: [] });
  });

  test("the newest first, then the middle of the longest gap, again and again, until none is left", async () => {
    const newest = await server.push("small: 9", { files: { "src/version": "9\n" } });
    const before = await measured();
    await server.evenkeelOk("run --no-publish");
    expect(await server.evenkeelOk("run")).toContain("nothing to measure");
    const order = (await measured()).slice(before.length).map((id) => [...revisions, newest].indexOf(id) + 1);
    expect(order[0]).toBe(9);
    // 1 2 3 lie before what was measured already, 5 6 7 behind it: the middles come first, the newer one before the older.
    expect(order.slice(1, 3)).toEqual([6, 2]);
    expect(order.slice(3).toSorted((a, b) => a - b)).toEqual([1, 3, 5, 7]);
  });

  test("a benchmark that is added is measured at the newest revision at once, and at older ones by collect; one that is removed is owed by none", async () => {
    const ids = (await gitIn(server.target)`git log -2 --format=%H`).stdout.trim().split("\n");
    const [newest = "", older = ""] = ids;
    const before = (await server.published()).sessions.length;
    await server.change({ benchmarks: ["steady", "second"] });
    expect(await server.evenkeelOk("queue")).toMatch(
      new RegExp(`^revision ${newest.slice(0, 12)} +new +1 benchmark .*1 benchmark added since$`, "m"),
    );
    expect(await server.evenkeelOk("run --no-publish")).toContain(`revision ${newest.slice(0, 12)}: 1 benchmark added since`);
    await server.evenkeelOk(`collect ${older}~1..${newest}`);
    const added = (await server.published()).sessions.slice(before);
    expect(added.map((session) => [subjectOf(session), session.reason, Object.keys(session.benchmarks)])).toEqual([
      [newest, "new", ["second"]],
      [older, "backfill", ["second"]],
    ]);
    await server.change({ benchmarks: ["steady"] });
    expect(await server.evenkeelOk("run")).toContain("nothing to measure");
  });

  test("after a force-push, what was measured stays, is told as not in history, and the new history is measured", async () => {
    const git = gitIn(server.target);
    const gone = (await git`git rev-parse HEAD`).stdout.trim();
    await git`git reset --quiet --hard HEAD~1`;
    const instead = await server.commit("small: 9, written again", { files: { "src/version": "nine\n" } });
    await server.pushTarget("+main");
    const before = await server.published();
    expect(await server.evenkeelOk("run")).toContain(`revision ${instead.slice(0, 12)}: newest revision`);
    const after = await server.published();
    expect(after.sessions.map(subjectOf)).toEqual([...before.sessions.map(subjectOf), instead]);
    expect(after.sessions.slice(0, before.sessions.length)).toEqual(before.sessions);
    const readme = await server.report("README.md");
    expect(readme).toMatch(/not in history/i);
    expect(readme.slice(readme.search(/not in history/i))).toContain(gone.slice(0, 12));
    expect(await server.root(`runuser -u benchmark -- git -C /srv/target cat-file -t ${gone}`)).toBe("commit\n");
  });
});
