import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { inLab } from "../lab/in-lab.ts";
import { buildWaits } from "../../lab/small-target.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";

/** Big enough for the runner to begin; made full by taking away its free inodes, so that no memory is spent. */
const roomy = "size=6g";

describe.skipIf(!inLab)("a file system that is full", () => {
  let server: LabServer;
  /** Waits to be measured. */
  let waiting: string;

  beforeAll(async () => {
    server = await LabServer.open({ benchmarks: ["steady"], disk: "own" });
    await server.evenkeelOk("run");
    waiting = await server.push("small: results full", { behaviour: { steady: { pause: 0.3 } } });
  });
  afterAll(() => server?.remove());
  afterEach(async () => {
    await server.settle();
    for (const folder of ["/srv/results", "/srv/state"]) {
      await server.root(
        `if mountpoint -q ${folder}; then cp -a ${folder} /root/kept; umount ${folder}; cp -a /root/kept/. ${folder}; rm -rf /root/kept; fi`,
      );
    }
  });

  /** Put a folder on a file system of its own, with what it holds. */
  const onItsOwn = (folder: string, options: string): Promise<string> =>
    server.root(`mv ${folder} /root/moved; mkdir ${folder}; chmod --reference=/root/moved ${folder}; mount -t tmpfs -o ${options} tmpfs ${folder}
      cp -a /root/moved/. ${folder}; rm -rf /root/moved`);
  /** No new file can be made there any more. */
  const fill = (folder: string): Promise<string> =>
    server.root(`mount -o remount,nr_inodes=$(df --output=iused ${folder} | tail -1 | tr -d " ") ${folder}`);
  const free = (folder: string): Promise<string> => server.root(`mount -o remount,nr_inodes=100000 ${folder}`);

  test.each(["/srv/results", "/srv/state"])(
    "%s too small to begin with: one line says how much is missing, nothing is measured",
    async (folder) => {
      await onItsOwn(folder, "size=100m");
      const run = await server.evenkeel("run");
      expect(run).toMatchObject({
        exitCode: 1,
        stderr: "",
        stdout: expect.stringMatching(new RegExp(`^\\S+Z not measuring: the file system of ${folder} has [\\d.]+ MB .*5 GB.*\\n$`)),
      });
      expect((await server.evenkeel("run --cron")).stdout).toMatch(/^\S+Z not measuring: the file system of .*\n$/);
    },
  );

  test("the results' file system fills up while measuring: the error names it, nothing is torn, the next run stores what was measured", async () => {
    await onItsOwn("/srv/results", roomy);
    const pid = await server.start(`measure ${waiting}`);
    await until(async () => (await server.list("/srv/state/journal")).length > 0);
    await fill("/srv/results");
    await server.ended(pid);
    expect(await server.output()).toMatch(/no space left on \/srv\/results \(tmpfs\)/);
    expect(await server.output()).not.toMatch(/^ +at /m);
    expect(await server.list("/srv/state/journal")).toHaveLength(1);
    expect(await server.root("find /srv/results -name '*.tmp'")).toBe("");

    const samples = await server.root("grep -c block /srv/state/journal/*");
    expect(Number(samples)).toBeGreaterThanOrEqual(2);
    await free("/srv/results");
    const log = await server.evenkeelOk("run");
    expect(log).toContain(`revision ${waiting.slice(0, 12)}: it is complete; storing`);
    expect(log).not.toMatch(new RegExp(`revision ${waiting.slice(0, 12)}: (checking out|resuming)`));
    expect(log).toContain("published 2 files");
    expect((await server.published()).sessions.map(subjectOf)).toContain(waiting);
    expect(await server.root("runuser -u benchmark -- git -C /srv/results fsck --full 2>&1")).not.toContain("error");
  });

  test("the results' file system fills up before publishing: told in one line, published by the next run", async () => {
    await onItsOwn("/srv/results", roomy);
    const revision = await server.push("small: no room to publish", { behaviour: {} });
    expect(await server.evenkeelOk("run --no-publish")).toMatch(/ steady \(compiled\) .* \(5 samples\)/);
    await fill("/srv/results");
    const full = await server.evenkeel("run");
    expect(full.stdout.split("\n").filter((line) => line.includes("not published; the next run will retry"))).toHaveLength(1);
    await free("/srv/results");
    expect(await server.evenkeelOk("run")).toContain("published 2 files");
    expect((await server.published()).sessions.map(subjectOf)).toContain(revision);
  });

  test("the state's file system fills up while building: no result, nothing left, and the next run builds again", async () => {
    await onItsOwn("/srv/state", roomy);
    const before = (await server.published()).sessions.length;
    const revision = await server.push("small: no room to build", { files: buildWaits });
    await server.holdBuilds();
    const pid = await server.start(`measure ${revision}`);
    await server.buildHeld();
    await fill("/srv/state");
    await server.releaseBuilds();
    await server.ended(pid);
    expect(await server.output()).toMatch(/infrastructure error; the next run will retry: .*(the disk is full|[Nn]o space left)/);
    expect((await server.published()).sessions).toHaveLength(before);
    expect([await server.list("/srv/state/work"), await server.list("/srv/state/journal")]).toEqual([[], []]);
    expect(await server.list("/srv/state/builds")).not.toContainEqual(expect.stringContaining(revision.slice(0, 12)));
    await free("/srv/state");
    await server.evenkeelOk(`measure ${revision}`);
    expect((await server.published()).sessions.map(subjectOf)).toContain(revision);
  });
});
