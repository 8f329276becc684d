import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Listed, Revision } from "../../runner/model.ts";
import { plan } from "../../runner/queue/queue.ts";
import { renderReports } from "../../runner/report/markdown.ts";
import { Journal, readJournal } from "../../runner/store/journal.ts";
import { remaining, sessionOf } from "../../runner/store/journal-contents.ts";
import { readSamples, readSession, writeSession } from "../../runner/store/sessions.ts";
import { StoredResults } from "../../runner/store/stored-results.ts";
import { earlierResults } from "../../runner/measure/earlier.ts";
import { input } from "./report/fixture.ts";
import { exampleHeader } from "./store/example.ts";

/** Names that every object of JavaScript answers to. The first is taken as the prototype by some. */
const names = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf"];
const listed: Listed[] = names.map((name) => ({ name, group: "main", variants: ["compiled"], workload: "w" }));
const revision = exampleHeader().subject.kind === "revision" ? "0123456789abcdef0123456789abcdef01234567" : "";
const history: Revision[] = [{ id: revision, committed: "2026-11-23T00:00:00.000Z", author: "A", title: "one", isEmpty: false }];
const account = { name: "", uid: userInfo().uid, gid: userInfo().gid, home: "", shell: "" };

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-names-"));
});
afterEach(() => rm(root, { recursive: true }));

/** Measures those names and stores the session, as a run does; the others were interrupted. */
async function store(measured: readonly string[], id = exampleHeader().id): Promise<void> {
  const header = exampleHeader({
    id,
    listed,
    plan: names.map((benchmark) => ({ benchmark, variant: "compiled", workload: "w", samples: 5, fingerprint: `f ${benchmark}` })),
  });
  const journal = await Journal.create(root, header);
  for (const benchmark of measured) {
    const samples = [1.01, 1.02, 1.03, 1.04, 1.05];
    const conditions = { load: 0, throttled: 0, swapped: 0 };
    const block = { benchmark, variant: "compiled" as const, round: 0, samples, wallSeconds: 2, conditions, at: header.started };
    await journal.block(block);
  }
  await journal.close();
  const contents = await readJournal(journal.path);
  expect(remaining(contents).map(({ benchmark }) => benchmark)).toEqual(names.filter((name) => !measured.includes(name)));
  const { session, samples } = sessionOf(contents);
  await writeSession(root, account, session, samples);
}

function namesIn(benchmarks: object = {}): string[] {
  return Object.keys(benchmarks).toSorted((a, b) => (a < b ? -1 : 1));
}

const stored = () => new StoredResults(root, join(root, "cache"), () => new Date("2027-01-01"));

async function owed(): Promise<(string[] | undefined)[]> {
  const { sessions } = await stored().read();
  const common = { history, wanted: new Set([revision]), host: "bench-1", environment: "e1aaaaaabbbb", today: "2026-11-24" };
  return plan({ ...common, sessions, benchmarks: listed }).map(({ benchmarks }) => benchmarks?.toSorted((a, b) => (a < b ? -1 : 1)));
}

test.each(names)("an interrupted benchmark is owed again, and measured is owed no more: %s", async (name) => {
  await store(names.filter((one) => one !== name));
  expect(await owed()).toEqual([[name]]);
  await store([name], exampleHeader().id.replace("0042", "0043"));
  expect(await owed()).toEqual([]);
});

test("results of every name are stored and read again, by the cache too", async () => {
  await store(names);
  const { id } = exampleHeader();
  expect(namesIn((await readSession(root, id))?.benchmarks)).toEqual(names);
  expect(namesIn((await readSamples(root, id)).samples)).toEqual(names);
  const first = stored();
  expect(namesIn((await first.read()).sessions[0]?.benchmarks)).toEqual(names);
  await first.keep();
  const { sessions, results } = await stored().read();
  expect(namesIn(sessions[0]?.benchmarks)).toEqual(names);
  expect(results.benchmarks.map(({ benchmark }) => benchmark)).toEqual(names);
  const earlier = earlierResults(sessions, "e1aaaaaabbbb");
  expect(names.map((benchmark) => earlier({ benchmark, variant: "compiled", workload: "w" }).length)).toEqual([1, 1, 1, 1, 1]);
  expect(Object.keys(Object)).toEqual([]);
});

test("reports and the page have a value and sentences of every name", async () => {
  await store(names);
  const { results } = await stored().read();
  const files = renderReports(input({ history, benchmarks: listed, currentEnvironment: "e1aaaaaabbbb", results }));
  for (const name of names) expect(files.get(`reports/benchmarks/${name}.md`)).toMatch(/1\.0\d+ ± [\d.]+ s at /);
  const handed = (file: string): unknown => {
    const found: unknown[] = [];
    runInNewContext(files.get(`docs/data/${file}.js`) ?? "", { evenkeel: (_: string, value: unknown) => found.push(value) });
    return found[0];
  };
  const said = new Map(handed("hosts/bench-1/sentences") as [string, string[]][]);
  expect(names.map((name) => said.get(name)?.[0])).toEqual(names.map(() => expect.stringMatching(/^1\.0\d+ ± [\d.]+ s at /)));
  expect(names.map((name) => handed(`hosts/bench-1/benchmarks/${name}`))).toEqual(names.map((name) => expect.objectContaining({ name })));
});
