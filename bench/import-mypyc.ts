import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { accountOf } from "../runner/system/account.ts";
import { readLayout } from "../runner/import/import.ts";
import { planImport } from "../runner/import/plan.ts";
import type { Revision } from "../runner/model.ts";
import { listedIn } from "../runner/run/reporting.ts";
import { hostNames } from "../runner/report/hosts.ts";
import { renderReports } from "../runner/report/markdown.ts";
import { readResults } from "../runner/store/cache.ts";
import { readScalingFactors, writeScalingFactors } from "../runner/store/scaling-factors.ts";
import { readEnvironments, writeEnvironment, writeSession } from "../runner/store/sessions.ts";
import type { Bench } from "./bench.ts";
import { largeSample, sampleLayout } from "./import/sample.ts";
import { textTable } from "./table.ts";

/** Seconds that the import and the first report after it may take, together. */
const most = 60;

/** A large layout of ten thousands of rows imported, stored and reported, step by step. */
export const importMypyc: Bench = {
  name: "mypyc",
  summary: "import 100 benchmarks x 3 eras x 200 revisions of the older CSV layout, report them, and time both",
  options: (command) => command,
  async run(_given, log) {
    const root = await mkdtemp(join(tmpdir(), "evenkeel-bench-mypyc-"));
    const times: [string, number][] = [];
    const timed = async <T>(step: string, work: () => T | Promise<T>): Promise<T> => {
      const started = performance.now();
      const value = await work();
      times.push([step, (performance.now() - started) / 1000]);
      log(`${step}: ${times.at(-1)?.[1].toFixed(2)} s`);
      return value;
    };
    try {
      const settings = largeSample();
      await writeSample(settings, join(root, "mypyc/data"));
      const account = await accountOf(userInfo().username);
      const results = join(root, "results");
      await mkdir(results);
      const layout = await timed("read", () => readLayout(join(root, "mypyc")));
      const plan = await timed("plan", () =>
        planImport({
          layout,
          stored: { sessions: [], environments: [], scalingFiles: [] },
          host: "bench",
          groupOf: () => "main",
          workloadOf: () => "imported",
        }),
      );
      await timed("write", async () => {
        for (const environment of plan.environments) await writeEnvironment(results, account, environment);
        for (const session of plan.sessions) await writeSession(results, account, session);
        for (const file of plan.scalingFiles) await writeScalingFactors(results, account, file);
      });
      const stored = await timed("read back", () => readBack(results, join(root, "cache")));
      const history = historyOf(settings);
      const files = await timed("report", () =>
        renderReports({
          target: { name: "sample" },
          hosts: hostNames(stored.results.sessions, []).map((name) => ({ name, ...listedIn(stored.results.sessions, ""), backlog: 0 })),
          history,
          ...stored,
          environments: new Map(stored.environments.map((one) => [one.id, one])),
          now: stored.results.sessions.at(-1)?.ended ?? "",
        }),
      );
      const sessions = stored.results.sessions.length;
      const total = times.reduce((sum, [, seconds]) => sum + seconds, 0);
      const rows = [...times, ["all", total] as const].map(([step, seconds]) => [step, seconds.toFixed(2)]);
      return {
        table: `${layout.rows.length} rows, ${layout.scaling.length} factors: ${plan.sessions.length} sessions, ${files.size} files of reports\n\n${textTable(["step", "seconds"], rows)}`,
        figures: { rows: layout.rows.length, sessions, reports: files.size, seconds: Object.fromEntries(times), total },
        ok: total < most && sessions === plan.sessions.length,
      };
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

type Sample = ReturnType<typeof largeSample>;

function historyOf({ eras }: Sample): Revision[] {
  return eras.flatMap(({ revisions }) => revisions).map(revisionOf);
}

async function writeSample(settings: Sample, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of sampleLayout(settings)) await writeFile(join(folder, name), text);
}

/** All that reports are made of, as it is stored. */
async function readBack(results: string, cache: string) {
  return {
    results: (await readResults(results, cache)).results,
    decisions: [],
    withdrawn: [],
    scalingFiles: (await readScalingFactors(results)).files,
    environments: (await readEnvironments(results)).environments,
  };
}

function revisionOf(id: string, number: number): Revision {
  const committed = new Date(Date.UTC(2020, 9, 1) + number * 24 * 3_600_000).toISOString();
  return { id, committed, author: "Ann", title: `Change number ${number}`, isEmpty: false };
}
