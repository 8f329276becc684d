import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { inLab } from "../lab/in-lab.ts";
import { buildWaits } from "../../lab/small-target.ts";
import { Place } from "../../lab/place.ts";
import { subjectOf } from "../../lab/published.ts";
import { until } from "../../lab/within.ts";

/** Big enough for the runner to begin; made full by taking away its free inodes, so that no memory is spent. */
const roomy = "size=6g";

describe.skipIf(!inLab)("a file system that is full", () => {
  let place: Place;

  beforeAll(async () => {
    place = await Place.open({ benchmarks: ["steady"], disk: "own" });
    await place.evenkeelOk("run");
  });
  afterAll(() => place?.remove());
  afterEach(async () => {
    await place.settle();
    for (const folder of ["/srv/results", "/srv/state"]) {
      await place.root(
        `if mountpoint -q ${folder}; then cp -a ${folder} /root/kept; umount ${folder}; cp -a /root/kept/. ${folder}; rm -rf /root/kept; fi`,
      );
    }
  });

  /** Put a folder on a file system of its own, with what it holds. */
  const onItsOwn = (folder: string, options: string): Promise<string> =>
    place.root(`mv ${folder} /root/moved; mkdir ${folder}; chmod --reference=/root/moved ${folder}; mount -t tmpfs -o ${options} tmpfs ${folder}
      cp -a /root/moved/. ${folder}; rm -rf /root/moved`);
  /** No new file can be made there any more. */
  const fill = (folder: string): Promise<string> =>
    place.root(`mount -o remount,nr_inodes=$(df --output=iused ${folder} | tail -1 | tr -d " ") ${folder}`);
  const free = (folder: string): Promise<string> => place.root(`mount -o remount,nr_inodes=100000 ${folder}`);

  test.each(["/srv/results", "/srv/state"])(
    "%s too small to begin with: one line says how much is missing, nothing is measured",
    async (folder) => {
      await onItsOwn(folder, "size=100m");
      await place.push(`small: too little room in ${folder}`);
      const run = await place.evenkeel("run");
      expect(run).toMatchObject({
        exitCode: 1,
        stderr: "",
        stdout: expect.stringMatching(new RegExp(`^\\S+Z not measuring: the file system of ${folder} has 0.1 GB .*5 GB.*\\n$`)),
      });
      expect((await place.evenkeel("run --cron")).stdout).toMatch(/^\S+Z not measuring: the file system of .*\n$/);
    },
  );

  test("the results' file system fills up while measuring: the error names it, nothing is torn, the next run stores what was measured", async () => {
    await onItsOwn("/srv/results", roomy);
    const revision = await place.push("small: results full", { behaviour: { steady: { pause: 0.3 } } });
    const pid = await place.start(`measure ${revision}`);
    await until(async () => (await place.list("/srv/state/journal")).length > 0);
    await fill("/srv/results");
    await place.ended(pid);
    expect(await place.output()).toMatch(/no space left on \/srv\/results \(tmpfs\)/);
    expect(await place.output()).not.toMatch(/^ +at /m);
    expect(await place.list("/srv/state/journal")).toHaveLength(1);
    expect(await place.root("find /srv/results -name '*.tmp'")).toBe("");

    const samples = await place.root("grep -c block /srv/state/journal/*");
    expect(Number(samples)).toBeGreaterThanOrEqual(2);
    await free("/srv/results");
    const log = await place.evenkeelOk("run");
    expect(log).toContain(`revision ${revision.slice(0, 12)}: it is complete; storing`);
    expect(log).not.toMatch(new RegExp(`revision ${revision.slice(0, 12)}: (checking out|going on)`));
    expect(log).toContain("published 2 files");
    expect((await place.published()).sessions.map(subjectOf)).toContain(revision);
    expect(await place.root("runuser -u benchmark -- git -C /srv/results fsck --full 2>&1")).not.toContain("error");
  });

  test("the results' file system fills up before publishing: told in one line, published by the next run", async () => {
    await onItsOwn("/srv/results", roomy);
    const revision = await place.push("small: no room to publish");
    expect(await place.evenkeelOk("run --no-publish")).toMatch(/ steady \(compiled\) .* \(5 samples\)/);
    await fill("/srv/results");
    const full = await place.evenkeel("run");
    expect(full.stdout.split("\n").filter((line) => line.includes("not published, kept for the next run"))).toHaveLength(1);
    await free("/srv/results");
    expect(await place.evenkeelOk("run")).toContain("published 2 files");
    expect((await place.published()).sessions.map(subjectOf)).toContain(revision);
  });

  test("the state's file system fills up while building: no result, nothing left, and the next run builds again", async () => {
    await onItsOwn("/srv/state", roomy);
    const before = (await place.published()).sessions.length;
    const revision = await place.push("small: no room to build", { files: buildWaits });
    await place.holdBuilds();
    const pid = await place.start(`measure ${revision}`);
    await place.buildHeld();
    await fill("/srv/state");
    await place.releaseBuilds();
    await place.ended(pid);
    expect(await place.output()).toMatch(/not this revision's fault, tried again by the next run: .*(the disk is full|[Nn]o space left)/);
    expect((await place.published()).sessions).toHaveLength(before);
    expect([await place.list("/srv/state/work"), await place.list("/srv/state/journal")]).toEqual([[], []]);
    expect(await place.list("/srv/state/builds")).not.toContainEqual(expect.stringContaining(revision.slice(0, 12)));
    await free("/srv/state");
    await place.evenkeelOk(`measure ${revision}`);
    expect((await place.published()).sessions.map(subjectOf)).toContain(revision);
  });
});
