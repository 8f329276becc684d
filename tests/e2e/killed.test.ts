import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseJournal, type JournalContents } from "../../runner/store/journal-contents.ts";
import { inLab } from "../lab/in-lab.ts";
import { buildWaits } from "../../lab/small-target.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";

const benchmarks = ["steady", "second", "third"];
/** A sample takes long enough to be hit in the middle. */
const slow = { steady: { pause: 0.15 }, second: { pause: 0.15 }, third: { pause: 0.15 } };

const works = '#include <stdio.h>\nint main(void) { puts("0.0001"); return 0; }\n';
const fails = "int main(void) { return 1; }\n";

/** Samples of a benchmark that a journal holds. */
function samplesIn({ blocks }: JournalContents, benchmark: string): number[] {
  return blocks.filter((block) => block.benchmark === benchmark).flatMap(({ samples }) => samples);
}

describe.skipIf(!inLab)("a runner that is killed", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open({ benchmarks, samples: 10 });
    await server.evenkeelOk("run");
  });
  afterAll(() => server?.remove());
  afterEach(() => server.settle());

  /** The journal of the session that is being measured. */
  const journal = async (): Promise<JournalContents | undefined> => {
    const [name] = (await server.list("/srv/state/journal")).filter((entry) => entry.endsWith(".jsonl"));
    if (name === undefined) return undefined;
    const path = `/srv/state/journal/${name}`;
    const read = parseJournal(path, Buffer.from(await server.root(`cat ${path}`)));
    return read.kind === "contents" ? read.contents : undefined;
  };
  /** Builds that are not complete: a complete one may be kept. */
  const halfBuilds = (): Promise<string> =>
    server.root("find /srv/state/builds -mindepth 1 -maxdepth 1 ! -exec test -e {}/build.json ';' -print");
  const blocks = async (): Promise<number> => (await journal())?.blocks.length ?? 0;

  /** The one session of a revision on the remote, with its samples. */
  async function publishedOf(revision: string) {
    const { sessions, samples } = await server.published();
    const session = sessions.filter((one) => subjectOf(one) === revision);
    expect(session).toHaveLength(1);
    return { session: session[0], samples: samples.find(({ id }) => id === session[0]?.id)?.samples ?? {} };
  }

  test("with kill -9 while measuring, loses no finished block: the next run goes on with the missing ones", async () => {
    const revision = await server.push("small: killed while measured", { behaviour: slow });
    const pid = await server.start("run");
    await until(async () => (await blocks()) >= 4);
    await server.root(`kill -9 ${pid}`);
    await server.ended(pid);
    const left = await journal();
    expect(left?.finished).toBe(false);
    const status = await server.evenkeelOk("status");
    expect(status).toMatch(
      /^unfinished +revision \w{12} \(new\), \d+ of 40 samples, begun .*; the next run resumes it, `evenkeel discard \S+` drops it$/m,
    );

    const next = await server.evenkeelOk("run");
    expect(next).toContain(`revision ${revision.slice(0, 12)}: resuming after ${left?.blocks.length} finished blocks`);
    expect(next).not.toContain("building:");
    const { session, samples } = await publishedOf(revision);
    expect(session?.id).toBe(left?.header.id);
    for (const benchmark of [...benchmarks, "native"]) {
      const taken = samples[benchmark]?.compiled ?? [];
      expect(taken).toHaveLength(10);
      const before = left ? samplesIn(left, benchmark) : [];
      expect(taken.slice(0, before.length)).toEqual(before);
    }
    // Each sample prints its number: none is there twice, none is missing.
    expect(samples["third"]?.compiled?.map((seconds) => Math.round((seconds / 0.004 - 1) * 1000))).toEqual(
      Array.from({ length: 10 }, (_, n) => n + 1),
    );
    expect(await server.list("/srv/state/journal")).toEqual([]);
    expect(await halfBuilds()).toBe("");
  });

  test("with a session that nobody wants to be gone on with, drops it by hand, and its revision is measured anew", async () => {
    const revision = await server.push("small: discarded", { behaviour: slow });
    const pid = await server.start("run");
    await until(async () => (await blocks()) >= 3);
    await server.root(`kill -9 ${pid}`);
    await server.ended(pid);
    const id = (await journal())?.header.id ?? "";
    expect(await server.evenkeelOk("discard")).toMatch(
      new RegExp(`^discarded ${id}: revision ${revision.slice(0, 12)} \\(new\\), \\d+ of 40`),
    );
    expect(await server.list("/srv/state/journal")).toEqual([]);
    expect(await server.evenkeel("discard")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("there is no unfinished session"),
    });
    expect(await server.evenkeelOk("run")).toContain(`revision ${revision.slice(0, 12)}: newest revision`);
    expect((await publishedOf(revision)).session?.id).not.toBe(id);
  });

  test("with another number of samples by then, finishes the session as it was planned; what is no longer declared stays out of it", async () => {
    const revision = await server.push("small: planned otherwise", { behaviour: slow });
    const pid = await server.start("run");
    await until(async () => (await blocks()) >= 4);
    await server.root(`kill -9 ${pid}`);
    await server.ended(pid);
    await server.change({ samples: 5, benchmarks: ["steady", "third"] });
    expect(await server.evenkeelOk("run")).toMatch(new RegExp(`revision ${revision.slice(0, 12)}: resuming after \\d+ finished blocks`));
    const { samples } = await publishedOf(revision);
    expect(samples["steady"]?.compiled).toHaveLength(10);
    expect(samples["third"]?.compiled).toHaveLength(10);
    expect(samples["second"]).toBeUndefined();
  });

  test("in the first session of a benchmark, goes on with the number of samples that its pilot led to", async () => {
    await server.change({ samples: 0, budgetMinutes: 1, benchmarks: [...benchmarks, "fresh"] });
    await server.push("small: a new benchmark", { behaviour: { ...slow, fresh: { pause: 0.15 } } });
    const pid = await server.start("run");
    await until(async () => ((await journal())?.chosen.length ?? 0) > 0);
    await server.root(`kill -9 ${pid}`);
    await server.ended(pid);
    const left = await journal();
    const chosen = left?.chosen.find(({ benchmark }) => benchmark === "fresh");
    expect(chosen?.samples).toBeGreaterThan(5);
    expect(await server.evenkeelOk("run")).not.toContain("measured for the first time");
    const samples = (await server.published()).samples.find(({ id }) => id === left?.header.id)?.samples ?? {};
    expect(samples["fresh"]?.compiled).toHaveLength(chosen?.samples ?? 0);
    expect(samples["steady"]?.compiled).toHaveLength(10);
    await server.change({ samples: 10, benchmarks });
  });

  test("with kill -9 while building, leaves nothing behind: no process, no tree, no result", async () => {
    const before = (await server.published()).sessions.length;
    const revision = await server.push("small: killed while built", { files: buildWaits });
    await server.holdBuilds();
    const pid = await server.start("run");
    await server.buildHeld();
    await server.root(`kill -9 ${pid}`);
    await server.ended(pid);
    expect(await server.list("/srv/state/journal")).toEqual([]);

    await server.releaseBuilds();
    const mended = await server.push("small: builds again");
    await server.evenkeelOk(`measure ${mended}`);
    expect(await server.strays()).toEqual([]);
    expect(await halfBuilds()).toBe("");
    expect(await server.list("/srv/state/work")).toEqual([]);
    const { sessions } = await server.published();
    expect(sessions).toHaveLength(before + 1);
    expect(sessions.map(subjectOf)).not.toContain(revision);
  });

  test("with SIGTERM, ends at once and cleanly; the next run resumes", async () => {
    const revision = await server.push("small: asked to end", {
      behaviour: slow,
      files: { "native.c": works },
    });
    const pid = await server.start("run");
    await until(async () => (await blocks()) >= 3);
    await server.root(`kill ${pid}`);
    await server.ended(pid);
    expect(await server.output()).toMatch(/stopped by a signal; the next run resumes\n$/);
    expect(await server.strays()).toEqual([]);
    expect(await server.list("/run/evenkeel")).toEqual(["lock"]);
    const left = await journal();
    expect(left?.header.subject).toEqual({ kind: "revision", revision });

    expect(await server.evenkeelOk("run")).toContain(`resuming after ${left?.blocks.length} finished blocks`);
    const { samples } = await publishedOf(revision);
    expect(samples["steady"]?.compiled).toHaveLength(10);
  });

  test("with SIGTERM while building, ends without a result and without a complaint", async () => {
    await server.push("small: a build that takes for ever", { files: buildWaits });
    await server.holdBuilds();
    const pid = await server.start("run");
    await server.buildHeld();
    await server.root(`kill ${pid}`);
    await server.ended(pid);
    await server.releaseBuilds();
    expect(await server.output()).toMatch(/stopped by a signal; the next run resumes\n$/);
    expect(await server.output()).not.toContain("infrastructure error");
    expect(await server.strays()).toEqual([]);
    expect([await server.list("/srv/state/journal"), await server.list("/srv/state/work")]).toEqual([[], []]);
    expect(await halfBuilds()).toBe("");
  });

  test("between storing the session and removing its journal, stores it once", async () => {
    const revision = await server.push("small: killed at the very end", {
      behaviour: { steady: { pause: 0.6 } },
      files: { "native.c": fails },
    });
    const pid = await server.start("run");
    await until(async () => (await blocks()) >= 1);
    const path = (await journal())?.path ?? "";
    // A mounted file cannot be removed: the runner gets as far as that, and no further.
    await server.root(`mount --bind ${path} ${path}`);
    await server.ended(pid);
    expect(await server.output()).toContain("EBUSY");
    await server.root(`umount ${path}`);
    expect((await journal())?.finished).toBe(true);
    const stored = await server.root("sha256sum /srv/results/runs/*/*/*.json");

    await server.evenkeelOk("run");
    expect(await server.root("sha256sum /srv/results/runs/*/*/*.json")).toContain(stored.trimEnd());
    const { session, samples } = await publishedOf(revision);
    expect(samples["steady"]?.compiled).toHaveLength(10);
    expect(session?.benchmarks["native"]?.compiled).toMatchObject({ status: "failed" });
    expect(await server.list("/srv/state/journal")).toEqual([]);
  });

  test("between storing a part of a session and removing its journal, does not go on with what is stored", async () => {
    const slower = Object.fromEntries(benchmarks.map((name) => [name, { pause: 0.2 }]));
    const revision = await server.push("small: a part of it is stored", { behaviour: slower, files: { "native.c": works } });
    const pid = await server.start("run");
    await until(async () => (await blocks()) >= 1);
    const path = (await journal())?.path ?? "";
    await server.root(`mount --bind ${path} ${path}`);
    // No doing of the benchmarks' own: what is not complete yet stays owed.
    await until(async () => (await server.output()).includes("(10 samples)"));
    await server.root("mv /usr/bin/bwrap /usr/bin/bwrap.away");
    await server.ended(pid);
    await server.root("mv /usr/bin/bwrap.away /usr/bin/bwrap");
    expect(await server.output()).toContain("EBUSY");
    await server.root(`umount ${path}`);
    expect((await journal())?.finished).toBe(false);
    const stored = await server.root("sha256sum /srv/results/runs/*/*/*.json");

    await server.evenkeelOk("run");
    expect(await server.root("sha256sum /srv/results/runs/*/*/*.json")).toContain(stored.trimEnd().split("\n").at(-1));
    const { sessions } = await server.published();
    const measured = sessions.filter((session) => subjectOf(session) === revision).map(({ benchmarks }) => Object.keys(benchmarks));
    expect(measured).toHaveLength(2);
    expect(measured.flat().sort()).toEqual(["native", "second", "steady", "third"]);
    expect(await server.list("/srv/state/journal")).toEqual([]);
  });
});
