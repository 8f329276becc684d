import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { build } from "esbuild";
import * as z from "zod";
import type { Log } from "../lab/progress.ts";
import { buildPage } from "../page/build.ts";
import type { Bench, BenchResult } from "./bench.ts";
import { firstPaint } from "./report/first-paint.ts";
import { synthetic, writeResults } from "./report/synthetic.ts";
import { textTable } from "./table.ts";

const optionsSchema = z.object({ benchmarks: z.number(), revisions: z.number() });

const onceSchema = z.object({
  sessions: z.number(),
  files: z.number(),
  changed: z.number(),
  index: z.number(),
  megabytes: z.number(),
  suspected: z.number(),
  cpu: z.object({ reports: z.number(), scan: z.number() }),
  seconds: z.object({ read: z.number(), render: z.number(), write: z.number(), scan: z.number() }),
});

/** What one making of the reports took, and looking for changes. `wall` is the whole process, `work` without its start. Seconds. */
type Once = z.infer<typeof onceSchema> & { wall: number; work: number };

/** What is promised. Seconds and bytes. */
const limits = { cold: 5, warm: 1, paint: 1, page: 150_000, index: 50_000 };

export const report: Bench = {
  name: "report",
  summary: "time reports, page and search for changes, from nothing and with one revision added; measure the size of the page",
  options: (command) =>
    command
      .option("--benchmarks <n>", "benchmarks of the suite", wholeNumber, 111)
      .option("--revisions <n>", "revisions at the most", wholeNumber, 5000),
  async run(given, log) {
    const { benchmarks, revisions } = optionsSchema.parse(given);
    const root = mkdtempSync(join(tmpdir(), "evenkeel-report-"));
    try {
      return await compare(root, benchmarks, revisions, log);
    } finally {
      rmSync(root, { recursive: true });
    }
  },
};

async function compare(root: string, benchmarks: number, revisions: number, log: Log): Promise<BenchResult> {
  const program = await bundled(root);
  const page = await buildPage();
  const weight = Object.values(page.files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const counts = [500, 1000, 2000, 5000].map((share) => Math.round((share / 5000) * revisions));
  const rows: { count: number; cold: Once; warm: Once; same: boolean }[] = [];
  for (const count of counts) {
    log(`${benchmarks} benchmarks, ${count} revisions`);
    const place = join(root, String(count));
    mkdirSync(place);
    const made = synthetic(benchmarks, count);
    writeFileSync(join(place, "target.json"), JSON.stringify({ history: made.history, listed: made.listed }));
    const last = made.history.at(-1)?.id;
    const before = made.sessions.filter(({ subject }) => subject.kind === "baseline" || subject.revision !== last);
    await writeResults(join(place, "results"), { ...made, sessions: before });
    const cold = once(program, place, "out");
    await writeResults(join(place, "results"), made);
    const warm = once(program, place, "out");
    rmSync(join(place, "cache"), { recursive: true });
    once(program, place, "again");
    rows.push({ count, cold, warm, same: isSame(join(place, "out"), join(place, "again")) });
    log(`cold ${cold.work.toFixed(1)} s, warm ${warm.work.toFixed(1)} s`);
  }
  const [largest] = rows.slice(-1);
  if (!largest) throw new RangeError("nothing was measured");
  const folder = join(root, String(largest.count), "out", "docs");
  for (const [name, text] of Object.entries(page.files)) writeFileSync(join(folder, name), text);
  const paint = await firstPaint(join(folder, "index.html"), benchmarks, log);
  const { cold, warm } = largest;
  const figures = { cold: cold.work, warm: warm.work, paint, page: weight, index: warm.index };
  return {
    table: [
      textTable(
        ["revisions", "cold s", ...steps, "MB", "warm s", ...steps, "files changed", "cold = warm"],
        rows.map(({ count, cold, warm, same }) => [
          count,
          ...timesOf(cold),
          Math.round(cold.megabytes),
          ...timesOf(warm),
          `${warm.changed} of ${warm.files}`,
          same ? "yes" : "NO",
        ]),
      ),
      "",
      textTable(
        ["what", "is", "limit"],
        Object.entries(figures).map(([name, value]) => [name, rounded(value), limits[name as keyof typeof limits]]),
      ),
      "",
      `load average ${loadavg()[0]?.toFixed(1) ?? ""} on ${cpus().length} processors: seconds count what others take, cpu seconds do not`,
    ].join("\n"),
    figures: { ...figures, rows, load: loadavg()[0] },
    ok: rows.every(({ same }) => same) && Object.entries(figures).every(([name, value]) => value < limits[name as keyof typeof limits]),
  };
}

/** As a host has it: in one file. */
async function bundled(root: string): Promise<string> {
  const outfile = join(root, "once.cjs");
  const how = { bundle: true, platform: "node", target: "node18", format: "cjs", logLevel: "silent" } as const;
  await build({ ...how, entryPoints: [join(import.meta.dirname, "report", "once.ts")], outfile });
  return outfile;
}

function once(program: string, folder: string, out: string): Once {
  const started = performance.now();
  const printed = execFileSync(process.execPath, [program, join(folder, "results"), join(folder, out)], { encoding: "utf8" });
  const found = onceSchema.parse(JSON.parse(printed));
  const { read, render, write, scan } = found.seconds;
  return { ...found, wall: (performance.now() - started) / 1000, work: read + render + write + scan };
}

function isSame(one: string, other: string): boolean {
  try {
    execFileSync("diff", ["-rq", one, other]);
    return true;
  } catch {
    return false;
  }
}

/** What `timesOf` tells after the sum. */
const steps = ["read", "render", "write", "scan", "cpu s", "cpu scan"];

function timesOf({ work, cpu, seconds: { read, render, write, scan } }: Once): number[] {
  return [work, read, render, write, scan, cpu.reports, cpu.scan].map(rounded);
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 10) throw new InvalidArgumentError("write a whole number from 10 on.");
  return number;
}
