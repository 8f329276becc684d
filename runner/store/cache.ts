import { lstatSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import * as z from "zod";
import { timeSchema } from "../formats/fields.ts";
import { headFields, listedSchema, sessionSchema } from "../formats/session.ts";
import { writeAtomically } from "../system/atomic.ts";
import { selected } from "../timeline/selected.ts";
import { ResultsBuilder } from "../timeline/results-builder.ts";
import type { Head, Results } from "../timeline/results.ts";
import { columnBytes, rowsIn } from "./column-file.ts";
import { inTheirEnvironments } from "./shifted-sessions.ts";
import { readResultText } from "./result-file.ts";
import { damagedSchema, parseAs, readEnvironments, readWithdrawals, sessionFiles, type Damaged } from "./sessions.ts";
import { countingIn } from "./withdrawn-values.ts";
import { sha256Of } from "../text/sha256.ts";

/**
 * Cache of the results for reports, in a folder that may be deleted at any time: `sessions.json`, and one file of columns for each benchmark.
 * Session files never change, so only new ones are read, and each is validated then.
 */

const schema = 2;

const index = z.number().int().nonnegative();

/** A session without its outcomes. Values that many sessions share are indexes into `shared`. */
const headSchema = z.object({
  ...headFields,
  ended: timeSchema,
  counts: z.object({ ok: index, imported: index, reused: index, failed: index }),
  listed: index,
  hostFacts: index,
  versions: index,
});
type CachedHead = z.infer<typeof headSchema>;

const indexSchema = z.object({
  schema: z.literal(schema),
  stamp: z.string(),
  /** Session files in the cache: path below the results, size in bytes, time of change in milliseconds. */
  files: z.array(z.tuple([z.string(), z.number(), z.number()])),
  damaged: z.array(damagedSchema),
  benchmarks: z.array(z.string()),
  shared: z.object({
    listed: z.array(z.array(listedSchema)),
    hostFacts: z.array(headFields.hostFacts),
    versions: z.array(headFields.versions),
  }),
  sessions: z.array(headSchema),
});
type Index = z.infer<typeof indexSchema>;
type FileState = Index["files"][number];

export interface ReadResults {
  /** Each session in the environment it counts for. */
  results: Results;
  damaged: Damaged[];
  /** Number of session files that were read. */
  read: number;
  /** Content of the session files, with their states: what the cache has or will have. */
  known: Known;
  /** True if the cache is up to date. */
  isKept: boolean;
  /** Withdrawn benchmarks whose values were omitted, with times, as JSON text. */
  withdrawn: string;
}

interface Known {
  results: Results;
  damaged: Damaged[];
  files: readonly FileState[];
}

/**
 * Returns all results that count, each session in the environment it counts for. Uses a cache and does not write it. Damaged session files are
 * returned as such; a damaged cache is ignored.
 *
 * @param before result of an earlier call in this process. If nothing changed, its results are returned as the same object.
 */
export async function readResults(resultsRoot: string, cache: string, before?: ReadResults): Promise<ReadResults> {
  const present = await fileStates(resultsRoot);
  const cached = before?.known ?? (await readCache(cache));
  const known = cached && beginningOf(cached, present);
  const fresh = present.slice(known?.files.length ?? 0);
  const now = known && fresh.length === 0 ? known : await readFresh(resultsRoot, known, fresh, present);
  const isKept = now === before?.known ? before.isKept : now === cached;
  // The cache has the files' content only: machine shifts and withdrawals may be declared later.
  const { environments } = await readEnvironments(resultsRoot);
  const sessions = inTheirEnvironments(now.results.sessions, environments);
  const { withdrawn: all } = await readWithdrawals(resultsRoot);
  const withdrawn = JSON.stringify([...all.benchmarks].map(([name, { written }]) => [name, written]));
  const { damaged } = now;
  const isUnchanged = before?.known === now && before.withdrawn === withdrawn;
  if (isUnchanged && sessions.every(({ environment }, index) => environment === before.results.sessions[index]?.environment)) {
    return { results: before.results, damaged, read: 0, known: now, isKept, withdrawn };
  }
  const results = countingIn({ ...now.results, sessions }, all);
  return { results, damaged, read: fresh.length, known: now, isKept, withdrawn };
}

async function readFresh(
  resultsRoot: string,
  known: Known | undefined,
  fresh: readonly FileState[],
  files: readonly FileState[],
): Promise<Known> {
  const builder = new ResultsBuilder(known?.results);
  const damaged = [...(known?.damaged ?? [])];
  for (const [index, [path]] of fresh.entries()) {
    if (index % 100 === 99) await breathe();
    const read = parseAs(readResultText(resultsRoot, join(resultsRoot, path)), sessionSchema);
    if ("problem" in read) damaged.push({ path: join(resultsRoot, path), problem: read.problem });
    else if (read.value.id !== nameOf(path)) damaged.push({ path: join(resultsRoot, path), problem: `contains ${read.value.id}` });
    else builder.add(read.value);
  }
  return { results: builder.results(), damaged, files };
}

/** Returns the session files with their states, sorted by id and so by time. */
async function fileStates(resultsRoot: string): Promise<FileState[]> {
  return (await sessionFiles(resultsRoot))
    .map((path): FileState => {
      const { size, mtimeMs } = lstatSync(path);
      return [path.slice(resultsRoot.length + 1), size, mtimeMs];
    })
    .sort(([a], [b]) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Returns the content of the cache; undefined if it is missing or damaged. */
async function readCache(cache: string): Promise<Known | undefined> {
  const text = await readFile(join(cache, "sessions.json"), "utf8").catch(() => "");
  const read = parseAs({ text }, indexSchema);
  if ("problem" in read) return undefined;
  const { stamp, files, damaged, benchmarks, shared, sessions } = read.value;
  const rows = await Promise.all(
    benchmarks.map(async (name) => {
      const bytes = await readFile(join(cache, columnFile(name))).catch(() => undefined);
      return bytes && rowsIn(bytes, stamp);
    }),
  );
  const known = rows.filter((one) => one !== undefined);
  const heads = sessions.flatMap((one) => withShared(one, shared) ?? []);
  if (known.length !== benchmarks.length || heads.length !== sessions.length) return undefined;
  return { results: { sessions: heads, benchmarks: known }, damaged, files };
}

/** Writes the cache for the next process. Requires the host's lock. */
export async function keepResults(cache: string, { known, isKept }: ReadResults): Promise<void> {
  if (isKept) return;
  const { results, damaged, files } = known;
  const stamp = JSON.stringify([schema, ...(files.at(-1) ?? []), files.length]);
  await mkdir(cache, { recursive: true });
  const shared: Index["shared"] = { listed: [], hostFacts: [], versions: [] };
  const sessions = results.sessions.map((head) => withoutShared(head, shared));
  for (const rows of results.benchmarks) {
    await writeAtomically(join(cache, columnFile(rows.benchmark)), columnBytes(rows, stamp), { sync: false });
  }
  const benchmarks = results.benchmarks.map(({ benchmark }) => benchmark);
  const index: Index = { schema, stamp, files: [...files], damaged, benchmarks, shared, sessions };
  await writeAtomically(join(cache, "sessions.json"), JSON.stringify(index), { sync: false });
}

function withoutShared(head: Head, shared: Index["shared"]): CachedHead {
  return {
    ...head,
    listed: indexIn(shared.listed, head.listed),
    hostFacts: indexIn(shared.hostFacts, head.hostFacts),
    versions: indexIn(shared.versions, head.versions),
  };
}

function indexIn<T>(table: T[], value: T): number {
  const known = table.lastIndexOf(value);
  return known === -1 ? table.push(value) - 1 : known;
}

function withShared(head: CachedHead, shared: Index["shared"]): Head | undefined {
  const [listed, hostFacts, versions] = [shared.listed[head.listed], shared.hostFacts[head.hostFacts], shared.versions[head.versions]];
  return listed && hostFacts && versions ? { ...head, listed, hostFacts, versions } : undefined;
}

/** Returns the known content of the unchanged files at the beginning. Another host's session may arrive late and sort between others. */
function beginningOf(known: Known, present: readonly FileState[]): Known {
  const { results, damaged, files } = known;
  const changed = files.findIndex((file, index) => !isUnchanged(file, present[index]));
  if (changed === -1) return known;
  const first = files.slice(0, changed);
  const ids = new Set(first.map(([path]) => nameOf(path)));
  return {
    results: selected(results, ({ id }) => ids.has(id)),
    damaged: damaged.filter(({ path }) => ids.has(nameOf(path))),
    files: first,
  };
}

function isUnchanged([path, size, changed]: FileState, now: FileState | undefined): boolean {
  return now?.[0] === path && now[1] === size && now[2] === changed;
}

/** Returns the file name for a benchmark: a hash, since its name may be an invalid file name. */
function columnFile(benchmark: string): string {
  return `${sha256Of(benchmark, 16)}.columns`;
}

function nameOf(path: string): string {
  return basename(path, ".json");
}
