import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { synthetic, writeResults } from "../../../bench/report/synthetic.ts";
import { environmentOf } from "../../../runner/system/environment.ts";
import { renderReports } from "../../../runner/report/markdown.ts";
import { keepResults, readResults } from "../../../runner/store/cache.ts";
import { readSessions, sessionPath } from "../../../runner/store/sessions.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { sessionsOf } from "../../../runner/timeline/results.ts";
import type { Results } from "../../../runner/timeline/results.ts";
import { imported, sample } from "../import/fixture.ts";
import { environment, input } from "../report/fixture.ts";

const made = synthetic(4, 60);
const without = (count: number) => ({ ...made, sessions: made.sessions.slice(0, -count) });
const { id: _id, ...facts } = environment("e1");
let root: string;
let cache: string;
/** As one process after the other does. */
const read = async () => {
  const found = await readResults(root, cache);
  await keepResults(cache, found);
  return found;
};
const pathOf = (index: number) => join(root, sessionPath(made.sessions.at(index)?.id ?? "").session);

function reports(results: Results): [string, string][] {
  const { history, scalingFiles, listed } = made;
  const environments = new Map(made.environments.map((one) => [one.id, one]));
  const more = { environments, scalingFiles, history, currentEnvironment: made.environments.at(-1)?.id ?? "", benchmarks: listed };
  return [...renderReports(input({ ...more, results, now: results.sessions.at(-1)?.ended ?? "" }))];
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-results-"));
  cache = join(root, "cache");
});
afterEach(() => rm(root, { recursive: true }));

test("the same reports, byte by byte, from sessions, from no cache, from a full one, and from one that lacks the newest sessions", async () => {
  const expected = reports(resultsOf(made.sessions));
  await writeResults(root, without(3));
  const before = await read();
  expect(reports(before.results)).not.toEqual(expected);
  await writeResults(root, made);
  const grown = await read();
  expect([before.read, grown.read, (await read()).read]).toEqual([made.sessions.length - 3, 3, 0]);
  expect(reports(grown.results)).toEqual(expected);
  expect(reports((await read()).results)).toEqual(expected);
  await rm(cache, { recursive: true });
  const cold = await read();
  expect(cold.read).toBe(made.sessions.length);
  expect(reports(cold.results)).toEqual(expected);
});

test("a session that arrives late, between those that are known, is in its place, and no more is read again than follows it", async () => {
  const late = made.sessions[30];
  await writeResults(root, { ...made, sessions: made.sessions.filter((one) => one !== late) });
  await read();
  await writeResults(root, made);
  const grown = await read();
  expect(grown.read).toBe(made.sessions.length - 30);
  expect(reports(grown.results)).toEqual(reports(resultsOf(made.sessions)));
  const again = await read();
  expect(again.read).toBe(0);
  expect(reports(again.results)).toEqual(reports(resultsOf(made.sessions)));
});

test("a move of the machine that is declared later is believed of sessions that are known already", async () => {
  const before = environmentOf({ ...facts });
  const moved = environmentOf({ ...facts, machineShifts: [{ since: made.sessions[40]?.started ?? "", why: "a new fan" }] });
  const sessions = made.sessions.map((one) => ({ ...one, environment: before.id }));
  const environmentsOf = async () => (await read()).results.sessions.map(({ environment }) => environment);
  await writeResults(root, { ...made, sessions, environments: [before] });
  expect(new Set(await environmentsOf())).toEqual(new Set([before.id]));
  await writeResults(root, { ...made, sessions, environments: [moved] });
  const expected = sessions.map((_, index) => (index < 40 ? before.id : moved.id));
  expect([await environmentsOf(), (await read()).read]).toEqual([expected, 0]);
  expect((await readSessions(root)).sessions.map(({ environment }) => environment)).toEqual(expected);
});

test("imported values come back from the cache as they are stored", async () => {
  const layout = sample();
  const plan = imported(layout.rows, layout.scaling);
  await writeResults(root, { ...made, ...plan, scalingFiles: [] });
  const stored = (await readSessions(root)).sessions;
  expect(stored.flatMap(({ benchmarks }) => Object.values(benchmarks)).length).toBeGreaterThan(1000);
  expect(sessionsOf((await read()).results)).toEqual(stored);
  expect(sessionsOf((await read()).results)).toEqual(stored);
});

test("a damaged session is told each time, and read again once it is mended", async () => {
  await writeResults(root, made);
  const text = await readFile(pathOf(-1), "utf8");
  await writeFile(pathOf(-1), text.slice(0, 100));
  const problems = async () => (await read()).damaged.map(({ path }) => path);
  expect([await problems(), await problems()]).toEqual([[pathOf(-1)], [pathOf(-1)]]);
  await writeFile(pathOf(-1), text);
  expect(await problems()).toEqual([]);
  expect(reports((await read()).results)).toEqual(reports(resultsOf(made.sessions)));
});

test("a session file that was changed or removed is not believed from the cache", async () => {
  await writeResults(root, made);
  await read();
  await utimes(pathOf(5), 1, 1);
  expect((await read()).read).toBe(made.sessions.length - 5);
  await rm(pathOf(5));
  expect((await read()).results.sessions).toHaveLength(made.sessions.length - 1);
});

test.each(["cut", "emptied", "of another time", "gone"])("where a file of the cache is %s, it is made anew", async (how) => {
  await writeResults(root, without(1));
  await read();
  const names = await readdir(cache);
  const files = await Promise.all(names.map(async (name) => ({ path: join(cache, name), old: await readFile(join(cache, name)) })));
  await writeResults(root, made);
  await read();
  for (const { path, old } of files) {
    if (how === "gone") await rm(path);
    else await writeFile(path, how === "cut" ? old.subarray(0, old.length - 8) : how === "emptied" ? "" : old);
    const { results, read: count } = await read();
    expect(count).toBe(made.sessions.length);
    expect(reports(results)).toEqual(reports(resultsOf(made.sessions)));
    expect((await stat(path)).size).toBeGreaterThan(0);
  }
});
