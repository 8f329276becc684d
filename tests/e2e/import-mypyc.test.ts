import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleEras, sampleLayout } from "../../bench/import/sample.ts";
import { Place } from "../../lab/place.ts";
import type { ImportResult } from "../../runner/import/import.ts";
import type { ComparedSides } from "../../runner/commands/compare/compare.ts";

let place: Place;
const folder = "/root/mypyc";
const gone = Array.from({ length: 18 }, (_, index) => `gone_${String(index).padStart(2, "0")}`);

/** Three eras of another server, of 8 revisions each; steady and second are measured here too. */
beforeAll(async () => {
  place = await Place.open({ benchmarks: ["steady", "second"] });
  const revisions: string[] = [];
  for (let number = 1; number <= 24; number++) {
    const behaviour = { steady: { seconds: 0.004 + 0.0001 * (number % 3) } };
    revisions.push(await place.commit(`small: change ${number}`, { behaviour }));
  }
  await place.pushTarget();
  await place.fetchTarget();
  await place.root(`rm -rf ${folder} /root/out`);
  await mkdir(place.path(`${folder}/data`), { recursive: true });
  const eras = sampleEras((era) => revisions.slice(8 * era, 8 * era + 8));
  for (const [name, text] of sampleLayout({ seed: 5, benchmarks: ["steady", "second", ...gone], eras })) {
    await writeFile(join(place.path(folder), "data", name), text);
  }
});
afterAll(() => place?.remove());

describe("results of an older server", () => {
  test("with a line that cannot be read are not imported, and the line is told", async () => {
    const file = `${folder}/data/gone_03.csv`;
    await place.root(`sed -i.kept '5s/^20/AB/' ${file}`);
    const { exitCode, stderr } = await place.evenkeel(`import mypyc ${folder}`);
    await place.root(`mv ${file}.kept ${file}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/data\/gone_03\.csv:5: Timestamp: "AB/);
    expect(await place.list("/srv/results/runs")).toEqual([]);
  });

  test("are imported and published, and the report shows one line over all eras", async () => {
    const dry = await place.evenkeelOk(`import mypyc ${folder} --same-workload --dry-run`);
    expect(dry).toContain("would be added");
    expect(await place.list("/srv/results/runs")).toEqual([]);
    const result = JSON.parse(
      await place.evenkeelOk(`import mypyc ${folder} --same-workload --micro gone_01 gone_02 --json`),
    ) as ImportResult;
    expect(result).toMatchObject({ benchmarks: 20, environments: 4, notInHistory: 0, bad: [], unused: [] });
    expect(result.sessions).toBeGreaterThan(24);
    const clone = await place.root("git -C /srv/results -c safe.directory=* ls-tree -r --name-only origin/main runs | wc -l");
    expect(Number(clone)).toBe(result.sessions);
    const page = await place.report("reports/benchmarks/gone_03.md");
    expect(page).toMatch(/\*\*Python 3\.8\.5 → 3\.10\.12.*older values × 0\.\d+ \(error not known\)/);
    expect(page).toMatch(/change 24 \|[^]*change 1 \| [\d.]+ ms \| not known \|/);
    expect(page).toContain("Some values were imported");
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(await place.report("reports/summary-microbenchmarks.md")).toContain("[gone\\_02]");
  });

  test("are imported once, however often", async () => {
    const refs = await place.remoteRefs();
    expect(await place.evenkeelOk(`import mypyc ${folder} --same-workload`)).toContain("no session that is not there already");
    expect(await place.remoteRefs()).toBe(refs);
  });

  test("can be exported again, as they came", async () => {
    expect(await place.evenkeelOk("export mypyc /root/out")).toMatch(/^\d+ rows and 18 factors in \d+ files\n$/);
    expect(await place.evenkeelOk("import mypyc /root/out --dry-run --same-workload")).toContain("no session that is not there already");
    const rows = (of: string) => place.root(`cd ${of}/data && cat $(ls | grep -v scaling) | sort | sha256sum`);
    expect(await rows("/root/out")).toBe(await rows(folder));
    expect((await place.evenkeel("export mypyc /root/out")).stderr).toContain("already");
  });

  test("are bridged like any environment before, and go on in what is measured here", async () => {
    const queue = await place.evenkeelOk("queue");
    // What nobody has measured: a benchmark that the older server did not have, at the newest revision, and a revision; none of the imported.
    expect(queue.match(/^.* new .*$/gm)).toEqual([
      expect.stringContaining("1 benchmark added since"),
      expect.stringMatching(/all benchmarks .* unmeasured before/),
    ]);
    await place.push("small: change 25");
    await place.evenkeelOk("run");
    const { sessions } = await place.published();
    expect(sessions.filter(({ reason }) => reason === "bridge").length).toBeGreaterThan(0);
    const page = await place.report("reports/benchmarks/steady.md");
    expect(page).toMatch(/\*\*Python 3\.10\.12 → 3\.13/);
    expect(page).toMatch(/change 25 \|[^]*change 24 \|[^]*change 1 \|/);
    expect(page).not.toContain("not yet linked");
  });
});

describe("compare", () => {
  test("tells what is faster between revisions, ranges and environments, over scaling factors where there are any", async () => {
    const revisions = await place.evenkeelOk("compare main~20 main");
    expect(revisions).toMatch(/^steady +[−+]?[\d.]+ % ± [\d?.]+/m);
    expect(revisions).toMatch(/^geometric mean/m);
    expect(revisions).toContain("not compared, ");
    // Where nobody says how wide it may be, nothing is cut.
    expect(revisions).not.toContain("…");
    const ranges = JSON.parse(await place.evenkeelOk("compare main~8..main~4 main~4..main --json")) as ComparedSides;
    expect(ranges.values.compared.find(({ benchmark }) => benchmark === "steady")).toMatchObject({
      points: [4, 3],
      scalingFactors: 0,
      elsewhere: 1,
    });
    const ids = (await place.published()).environments.filter(({ machine }) => machine === undefined).map(({ id }) => id);
    const environments = await place.evenkeelOk(`compare ${ids[0]?.slice(0, 6)} ${ids[1]}`);
    expect(environments).toMatch(/the interpreter itself\n[^]*steady/);
  });

  test("says what a name that is none should be", async () => {
    const { exitCode, stderr } = await place.evenkeel("compare main nosuch");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error: nosuch is no revision of the target, and no environment\nhint: write a commit/);
    expect((await place.evenkeel("compare main")).exitCode).toBe(2);
  });
});
