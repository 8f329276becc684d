import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleEras, sampleLayout } from "../../bench/import/sample.ts";
import { LabServer } from "../../lab/server.ts";
import type { ImportResult } from "../../runner/import/import.ts";
import type { ComparedSides } from "../../runner/commands/compare/compare.ts";

let server: LabServer;
const folder = "/root/mypyc";
const gone = Array.from({ length: 18 }, (_, index) => `gone_${String(index).padStart(2, "0")}`);

/** Three eras of another server, of 8 revisions each; steady and second are measured here too. */
beforeAll(async () => {
  server = await LabServer.open({ benchmarks: ["steady", "second"] });
  const revisions: string[] = [];
  for (let number = 1; number <= 24; number++) {
    const behaviour = { steady: { seconds: 0.004 + 0.0001 * (number % 3) } };
    revisions.push(await server.commit(`small: change ${number}`, { behaviour }));
  }
  await server.pushTarget();
  await server.fetchTarget();
  await server.root(`rm -rf ${folder} /root/out`);
  await mkdir(server.path(`${folder}/data`), { recursive: true });
  const eras = sampleEras((era) => revisions.slice(8 * era, 8 * era + 8));
  for (const [name, text] of sampleLayout({ seed: 5, benchmarks: ["steady", "second", ...gone], eras })) {
    await writeFile(join(server.path(folder), "data", name), text);
  }
});
afterAll(() => server?.remove());

describe("results of an older server", () => {
  test("with a line that cannot be read are not imported, and the line is told", async () => {
    const file = `${folder}/data/gone_03.csv`;
    await server.root(`sed -i.kept '5s/^20/AB/' ${file}`);
    const { exitCode, stderr } = await server.evenkeel(`import mypyc ${folder}`);
    await server.root(`mv ${file}.kept ${file}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/data\/gone_03\.csv:5: Timestamp: "AB/);
    expect(await server.list("/srv/results/runs")).toEqual([]);
  });

  test("are imported and published, and the report shows one line over all eras", async () => {
    const dry = await server.evenkeelOk(`import mypyc ${folder} --same-workload --dry-run`);
    expect(dry).toContain("would be added");
    expect(await server.list("/srv/results/runs")).toEqual([]);
    const result = JSON.parse(
      await server.evenkeelOk(`import mypyc ${folder} --same-workload --micro gone_01 gone_02 --json`),
    ) as ImportResult;
    expect(result).toMatchObject({ benchmarks: 20, environments: 4, notInHistory: 0, bad: [], unused: [] });
    expect(result.sessions).toBeGreaterThan(24);
    const clone = await server.root("git -C /srv/results -c safe.directory=* ls-tree -r --name-only origin/main runs | wc -l");
    expect(Number(clone)).toBe(result.sessions);
    const page = await server.report("reports/benchmarks/gone_03.md");
    expect(page).toMatch(/\*\*Python 3\.8\.5 → 3\.10\.12.*older values × 0\.\d+ \(error not known\)/);
    expect(page).toMatch(/change 24 \|[^]*change 1 \| [\d.]+ ms \| not known \|/);
    expect(page).toContain("Some values were imported");
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(await server.report("reports/summary-microbenchmarks.md")).toContain("[gone\\_02]");
  });

  test("are imported once, however often", async () => {
    const refs = await server.remoteRefs();
    expect(await server.evenkeelOk(`import mypyc ${folder} --same-workload`)).toContain("all sessions are already stored");
    expect(await server.remoteRefs()).toBe(refs);
  });

  test("can be exported again, as they came", async () => {
    expect(await server.evenkeelOk("export mypyc /root/out")).toMatch(/^\d+ rows and 18 factors in \d+ files\n$/);
    expect(await server.evenkeelOk("import mypyc /root/out --dry-run --same-workload")).toContain("all sessions are already stored");
    const rows = (of: string) => server.root(`cd ${of}/data && cat $(ls | grep -v scaling) | sort | sha256sum`);
    expect(await rows("/root/out")).toBe(await rows(folder));
    expect((await server.evenkeel("export mypyc /root/out")).stderr).toContain("already");
  });

  test("are bridged like any environment before, and go on in what is measured here", async () => {
    const queue = await server.evenkeelOk("queue");
    // What nobody has measured: a benchmark that the older server did not have, at the newest revision, and a revision; none of the imported.
    expect(queue.match(/^.* new .*$/gm)).toEqual([
      expect.stringContaining("1 benchmark added since"),
      expect.stringMatching(/all benchmarks .* unmeasured before/),
    ]);
    await server.push("small: change 25");
    await server.measureAll();
    const { sessions } = await server.published();
    expect(sessions.filter(({ reason }) => reason === "bridge").length).toBeGreaterThan(0);
    const page = await server.report("reports/benchmarks/steady.md");
    expect(page).toMatch(/\*\*Python 3\.10\.12 → 3\.13/);
    expect(page).toMatch(/change 25 \|[^]*change 24 \|[^]*change 1 \|/);
    expect(page).not.toContain("not yet linked");
  });
});

describe("compare", () => {
  test("tells what is faster between revisions, ranges and environments, over scaling factors where there are any", async () => {
    const revisions = await server.evenkeelOk("compare main~20 main");
    expect(revisions).toMatch(/^steady +[−+]?[\d.]+ % ± [\d?.]+/m);
    expect(revisions).toMatch(/^geometric mean/m);
    expect(revisions).toContain("not compared, ");
    // Where nobody says how wide it may be, nothing is cut.
    expect(revisions).not.toContain("…");
    const ranges = JSON.parse(await server.evenkeelOk("compare main~8..main~4 main~4..main --json")) as ComparedSides;
    expect(ranges.values.compared.find(({ benchmark }) => benchmark === "steady")).toMatchObject({
      points: [4, 3],
      scalingFactors: 0,
      elsewhere: 1,
    });
    const ids = (await server.published()).environments.filter(({ machine }) => machine === undefined).map(({ id }) => id);
    const environments = await server.evenkeelOk(`compare ${ids[0]?.slice(0, 6)} ${ids[1]}`);
    expect(environments).toMatch(/the interpreter itself\n[^]*steady/);
  });

  test("says what a name that is none should be", async () => {
    const { exitCode, stderr } = await server.evenkeel("compare main nosuch");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error: nosuch is neither a revision of the target nor an environment\nhint: write a commit/);
    expect((await server.evenkeel("compare main")).exitCode).toBe(2);
  });
});
