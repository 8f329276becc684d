import { spawn } from "node:child_process";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type * as Paths from "../../../config/paths.ts";
import { hostConfigSchema } from "../../../config/schema.ts";
import { UserError } from "../../../config/user-error.ts";
import type { ScalingFile, Session } from "../../../runner/model.ts";
import { Watch } from "../../../runner/progress/watch.ts";
import { ProblemLog } from "../../../runner/progress/problem-log.ts";
import { writeKept } from "../../../runner/queue/kept-listing.ts";
import { changesOf, queueOf } from "../../../runner/queue/planned.ts";
import { fetchTarget } from "../../../runner/queue/revisions.ts";
import { readState } from "../../../runner/queue/state.ts";
import type { RunnerContext } from "../../../runner/runner-context.ts";
import { writeDecision } from "../../../runner/store/decisions.ts";
import { writeScalingFactors } from "../../../runner/store/scaling-factors.ts";
import { writeEnvironment, writeSession } from "../../../runner/store/sessions.ts";
import { StoredResults } from "../../../runner/store/stored-results.ts";
import { writeWithdrawal } from "../../../runner/store/withdrawals.ts";
import { git, type Clone } from "../../../runner/system/git.ts";
import { Stopwatch } from "../../../runner/system/stopwatch.ts";
import { decision, environment } from "../report/fixture.ts";
import { commits, Repositories } from "../repositories.ts";
import { ok } from "./queue-fixture.ts";

vi.mock("node:child_process", { spy: true });

/** Folders of a host that lie elsewhere here. */
const host = vi.hoisted(() => ({ listing: "", builds: "", suite: "" }));
vi.mock("../../../config/paths.ts", async (original) => {
  const { paths, ...others } = await original<typeof Paths>();
  const elsewhere = { listing: { get: () => host.listing }, builds: { get: () => host.builds }, suite: { get: () => host.suite } };
  return { ...others, paths: Object.defineProperties({ ...paths }, elsewhere) };
});

const now = environment("e1aaaaaabbbb");
let repositories: Repositories;
let upstream: Clone;
let ids: string[];
let context: RunnerContext;

beforeEach(async () => {
  repositories = await Repositories.make();
  await mkdir(join(repositories.folder, "builds"));
  host.listing = join(repositories.folder, "listing.json");
  host.builds = join(repositories.folder, "builds");
  host.suite = repositories.at("suite").root;
  upstream = await upstreamOf("target");
  ids = await pushed(upstream, ["a.py", "b.md", "c.py"]);
  context = await contextWith({ adapter: "command", benchmarks: [{ name: "sort", run: "./sort", baseline: "echo 0.5" }] });
});
afterEach(() => repositories.remove());

/** Makes a remote, the clone that a host has of it, and one to push from, which is returned. */
async function upstreamOf(name: string): Promise<Clone> {
  await repositories.bare(`${name}.git`);
  const other = await repositories.clone(`${name}.git`, `${name}-upstream`);
  await repositories.clone(`${name}.git`, name);
  return other;
}

/** Makes commits that each touch a file, pushes them, and lets the host's clone know. */
async function pushed(clone: Clone, files: readonly string[], from?: string): Promise<string[]> {
  const made = await commits(
    clone,
    files.map((file, index) => ({ files: { [file]: file }, message: file, ...(index === 0 && from !== undefined && { from }) })),
  );
  await git(clone, ["push", "--quiet", "origin", "main"]);
  expect(await fetchTarget(repositories.at(clone.root.replace(/^.*\/(\w+)-upstream$/, "$1")))).toEqual({ ok: true });
  return made;
}

async function contextWith(suite: object): Promise<RunnerContext> {
  const { account } = repositories;
  const results = repositories.at("results");
  await git(repositories.at(""), ["init", "--quiet", results.root]);
  const repository = "https://git.example.org/a.git";
  const config = hostConfigSchema.parse({
    host: "bench",
    packages: [],
    git: { name: "Bench", email: "bench@example.org" },
    python: { version: "3.13" },
    target: { name: "sample", repository, since: ids[0], paths: ["a.py", "c.py", "d.py"] },
    suite,
    results: { repository },
    schedule: {},
    alerts: {},
    environment: {},
    measure: {},
  });
  const accounts = { account, sandboxAccount: account, samplerAccount: account };
  return {
    ...accounts,
    config,
    environment: now,
    hostFacts: {},
    bootId: "boot",
    target: repositories.at("target"),
    results,
    stored: new StoredResults(results.root, join(repositories.folder, "cache")),
    problems: new ProblemLog(join(repositories.folder, "problems.json")),
    log: () => undefined,
    watch: new Watch(),
    stopwatch: new Stopwatch(),
    signal: new AbortController().signal,
  };
}

function state() {
  return readState(context, { allowBuild: false });
}

function readSince(since = ""): ReturnType<typeof state> {
  const target = { ...context.config.target, since };
  return readState({ ...context, config: { ...context.config, target } }, { allowBuild: false });
}

function gitProcesses(): string[][] {
  const called = vi.mocked(spawn).mock.calls.filter(([file]) => file === "git");
  return called.map(([, args]) => (Array.isArray(args) ? args.map(String) : []));
}

const started = "2026-11-02T10:00:00.000Z";

function session(revision: string | undefined): Session {
  return {
    schema: 1,
    id: `20261102T100000Z-bench-${revision?.slice(0, 12)}-e1aaaaaa-new-0001`,
    host: "bench",
    started,
    ended: started,
    reason: "new",
    subject: { kind: "revision", revision: revision ?? "" },
    environment: now.id,
    hostFacts: {},
    suite: "s".repeat(40),
    versions: {},
    listed: [{ name: "sort", group: "main", variants: ["compiled"], workload: "w1" }],
    benchmarks: {},
    failure: { stage: "checkout", message: "no such submodule", output: "" },
  };
}

function store(one: Session): Promise<void> {
  return writeSession(context.results.root, context.account, one, { schema: 1, id: one.id, samples: {} });
}

test("the history is walked once, and what is asked again starts no process", async () => {
  vi.mocked(spawn).mockClear();
  const first = await state();
  expect(first.history.map(({ id }) => id)).toEqual(ids);
  expect([...first.wanted]).toEqual([ids[0], ids[2]]);
  expect(gitProcesses().filter((args) => args.includes("log") && args.includes("--reverse"))).toHaveLength(1);
  vi.mocked(spawn).mockClear();
  const again = await state();
  expect(again).toBe(first);
  expect(changesOf(again)).toBe(changesOf(first));
  expect(gitProcesses()).toEqual([]);
});

test("after a fetch of nothing new, only the names are asked for again", async () => {
  const first = await state();
  expect(await fetchTarget(context.target)).toEqual({ ok: true });
  vi.mocked(spawn).mockClear();
  expect(await state()).toBe(first);
  expect(gitProcesses().map((args) => args.find((one) => ["cat-file", "log"].includes(one)))).toEqual(["cat-file", "cat-file"]);
});

const measuredIn = { environment: now.id, workload: "w1" };

function scalingFile(): ScalingFile {
  const from = { environment: "e0aaaaaabbbb", workload: "w1" };
  const factor = { phi: 0.1, standardError: 0.01, degreesOfFreedom: 4 };
  const one = { benchmark: "sort", variant: "compiled" as const, from, to: measuredIn, status: "linked" as const, factor, revisions: [] };
  return { schema: 1, n: 1, host: "bench", written: started, scalingFactors: [one] };
}

const changesOfState: [string, () => Promise<unknown>, (of: Awaited<ReturnType<typeof state>>) => unknown, unknown][] = [
  ["a session that was stored", () => store(session(ids[2])), ({ sessions }) => sessions.length, 1],
  [
    "a session that was withdrawn",
    async () => {
      await store(session(ids[2]));
      expect((await state()).sessions).toHaveLength(1);
      const what = { kind: "session" as const, session: session(ids[2]).id };
      const written = "2026-11-03T10:00:00.000Z";
      const { results, account } = context;
      await writeWithdrawal(results.root, account, { written, host: "bench", by: "ada", what, action: "withdraw", why: "a test" });
    },
    ({ sessions, withdrawn }) => [sessions.length, withdrawn.sessions.size],
    [0, 1],
  ],
  [
    "a decision that was written",
    () => writeDecision(context.results.root, context.account, decision(2, { context: measuredIn })),
    ({ decisions }) => decisions.length,
    1,
  ],
  [
    "scaling factors that were written",
    () => writeScalingFactors(context.results.root, context.account, scalingFile()),
    ({ scalingFactors, scalingFiles }) => [scalingFactors.length, scalingFiles.length],
    [1, 1],
  ],
  [
    "an environment that was stored",
    () => writeEnvironment(context.results.root, context.account, now),
    ({ environments }) => environments.length,
    1,
  ],
  ["a revision that was fetched", () => pushed(upstream, ["d.py"], ids[2]), ({ history, wanted }) => [history.length, wanted.size], [4, 3]],
  [
    "a listing that was kept",
    async () => writeKept({ ...listingOf((await state()).suite), unlisted: [{ what: "b", problem: "torn", benchmarks: ["b"] }] }),
    ({ listing }) => [...listing.broken],
    ["b"],
  ],
  ["a build that was made", () => build("one"), ({ cachedBuilds }) => cachedBuilds.length, 1],
  [
    "a build that was used again",
    async () => {
      await build("one");
      await state();
      await utimes(join(host.builds, "one/build.json"), 1_900_000_000, 1_900_000_000);
    },
    ({ cachedBuilds }) => cachedBuilds[0]?.lastUsed.slice(0, 4),
    "2030",
  ],
];

test.each(changesOfState)("%s is seen at once, and what followed without it is not told any more", async (_, change, read, expected) => {
  const before = await state();
  const planned = queueOf(before);
  await change();
  const after = await state();
  expect(after).not.toBe(before);
  expect(read(after)).toEqual(expected);
  expect(read(before)).not.toEqual(expected);
  expect(queueOf(before)).toEqual(planned);
  expect(await state()).toBe(after);
});

test("a session that was stored is no longer owed", async () => {
  expect(queueOf(await state()).map(({ subject }) => subject)).toContainEqual({ kind: "revision", revision: ids[2] });
  const { suite, setup, listing } = await state();
  const compiled = { ...ok, workload: listing.benchmarks?.[0]?.workload ?? "" };
  const { failure: _failure, ...measured } = session(ids[2]);
  await store({ ...measured, suite, setup, benchmarks: { sort: { compiled } } });
  expect(queueOf(await state()).map(({ subject }) => subject)).not.toContainEqual({ kind: "revision", revision: ids[2] });
});

test("a suite that moved is seen once it was fetched", async () => {
  const suite = await upstreamOf("suite");
  const [first] = await pushed(suite, ["one.py"]);
  const repository = "https://git.example.org/suite.git";
  context = await contextWith({ adapter: "runbench", repository, branch: "main" });
  expect(await state()).toMatchObject({ suite: first, listing: { benchmarks: undefined } });
  const [second] = await pushed(suite, ["two.py"], first);
  expect(await state()).toMatchObject({ suite: second, listing: { benchmarks: undefined } });
  await writeKept(listingOf(second ?? ""));
  expect((await state()).listing.benchmarks?.map(({ name }) => name)).toEqual(["sort"]);
  // What the suite lists at a newer revision is not known yet.
  const [third] = await pushed(suite, ["three.py"], second);
  expect(await state()).toMatchObject({ suite: third, listing: { benchmarks: undefined } });
});

test("another value of `since` begins another history, and one that is nowhere is an error", async () => {
  await state();
  const { history } = await readSince(ids[1]);
  expect(history.map(({ id }) => id)).toEqual(ids.slice(1));
  await expect(readSince("nowhere")).rejects.toThrow(UserError);
});

function listingOf(suite: string) {
  const benchmarks = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  const asked = { suite, environment: now.id, dependencies: "", setup: "", asked: started };
  return { ...asked, benchmarks, unlisted: [], interpreted: {} };
}

/** A finished build without programs. */
async function build(name: string): Promise<void> {
  const folder = join(host.builds, name);
  await mkdir(folder);
  const subject = { kind: "revision", revision: ids[0] };
  const empty = { requirements: [], versions: {}, listed: [], unlisted: [], durations: {}, benchmarks: [] };
  const record = { schema: 3, id: `${name}.1`, folder, subject, suite: "s1", environment: now.id, bytes: 100, ...empty };
  await writeFile(join(folder, "build.json"), JSON.stringify(record));
}
