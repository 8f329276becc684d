import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../../config/user-error.ts";
import { canonicalJson } from "../../../runner/store/canonical.ts";
import { Journal, readJournal, readJournals, removeJournal } from "../../../runner/store/journal.ts";
import { parseJournal, remaining, sessionOf, withoutUnwanted, type JournalContents } from "../../../runner/store/journal-contents.ts";
import { samplesSchema, sessionSchema } from "../../../runner/formats/session.ts";
import { estimate } from "../../../runner/timeline/estimate.ts";
import { exampleHeader, exampleId, exampleListing } from "./example.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evenkeel-journal-"));
});
afterEach(() => rm(folder, { recursive: true }));

const [compiled, interpreted, deltablue] = exampleHeader().plan;
const failure = { stage: "run" as const, message: "exit code 1", output: "Traceback\nboom" };
type Key = { benchmark: string; variant: "compiled" | "interpreted" };

/** A block of five samples around `seconds`. */
function block(key: Key | undefined, round: number, seconds: number): Parameters<Journal["block"]>[0] {
  if (!key) throw new Error("no such plan");
  const samples = [0, 1, 2, 3, 4].map((index) => seconds + index * 0.00123456789);
  return {
    benchmark: key.benchmark,
    variant: key.variant,
    round,
    samples,
    wallSeconds: 2 * seconds,
    conditions: { load: 0.5 + round, throttled: 0, swapped: 4 - round, temperature: 60 },
    at: `2026-11-23T10:12:0${round}.000Z`,
  };
}

async function only(): Promise<JournalContents> {
  const { journals, damaged } = await readJournals(folder);
  expect(damaged).toEqual([]);
  const [contents, ...others] = journals;
  if (!contents || others.length > 0) throw new Error(`${journals.length} journals`);
  return contents;
}

/** A journal with every kind of line: richards whole, deltablue failed after a block. */
async function write(finish = true): Promise<string> {
  const journal = await Journal.create(folder, exampleHeader());
  for (const round of [0, 1]) {
    await journal.block(block(compiled, round, 0.1));
    await journal.block(block(interpreted, round, 0.5));
    if (round === 0) await journal.block(block(deltablue, round, 0.2));
  }
  await journal.failed({ benchmark: "deltablue", variant: "compiled", workload: "w2", ...failure }, "2026-11-23T10:13:00.000Z");
  if (finish) await journal.finish("2026-11-23T10:14:00.000Z");
  await journal.close();
  return journal.path;
}

test("what is written is read back, root's alone", async () => {
  const path = await write();
  const contents = await only();
  expect(contents.header).toEqual(exampleHeader());
  expect(contents.blocks).toHaveLength(5);
  expect(contents.failed).toEqual([{ benchmark: "deltablue", variant: "compiled", workload: "w2", ...failure }]);
  expect(contents).toMatchObject({ finished: true, ended: "2026-11-23T10:14:00.000Z" });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

/** Lines that were understood, the header included. */
function linesRead(bytes: Uint8Array): number | string {
  const read = parseJournal("j", bytes);
  if (read.kind === "empty") return 0;
  if (read.kind === "damaged") return read.problem;
  const { blocks, failed, finished } = read.contents;
  return 1 + blocks.length + failed.length + Number(finished);
}

test("cut off at any byte, a journal keeps every line that is complete before it", async () => {
  const bytes = await readFile(await write());
  const text = bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
  expect(text.length).toBeGreaterThan(1000);
  for (let cut = 0; cut <= text.length; cut++) {
    const complete = text.subarray(0, cut).toString().split("\n").length - 1;
    for (const torn of [text.subarray(0, cut), Buffer.concat([text.subarray(0, cut), Buffer.alloc(300)])]) {
      expect([cut, linesRead(torn)]).toEqual([cut, complete]);
    }
  }
});

test("a last line whose first page never reached the disk is no line", async () => {
  const bytes = await readFile(await write());
  const end = bytes.lastIndexOf("\n");
  const begin = bytes.lastIndexOf("\n", end - 1) + 1;
  bytes.fill(0, begin, begin + 10);
  const read = parseJournal("j", bytes);
  expect(read.kind === "contents" && !read.contents.finished && read.contents.failed.length).toBe(1);
});

test("a line torn in the middle is damage: the file is moved aside and told, other journals are read", async () => {
  const path = await write();
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"round":1', '"rou'));
  const other = await Journal.create(folder, exampleHeader({ id: "20261124T101112Z-bench-1-baseline-e1aaaaaa-baseline-0001" }));
  await other.close();

  const { journals, damaged } = await readJournals(folder);
  expect(journals.map(({ header }) => header.id)).toEqual(["20261124T101112Z-bench-1-baseline-e1aaaaaa-baseline-0001"]);
  expect(damaged).toEqual([{ path: `${path}.damaged`, problem: "line 5 is not valid" }]);
  expect((await readdir(folder)).sort()).toContain(`${exampleHeader().id}.jsonl.damaged`);
  expect((await readJournals(folder)).damaged).toEqual([]);
});

test("a journal without a whole header holds nothing and goes", async () => {
  await writeFile(join(folder, "x.jsonl"), '{"schema":1,"id":"2026');
  expect(await readJournals(folder)).toEqual({ journals: [], damaged: [] });
  expect(await readdir(folder)).toEqual([]);
});

test("a killed session goes on with the samples it lacks, and then equals one that was never killed", async () => {
  const whole = await write();
  const expected = sessionOf(await only());
  const bytes = await readFile(whole);
  const lines = bytes.toString().split("\n");
  // Killed while the fourth block was written.
  await writeFile(whole, `${lines.slice(0, 4).join("\n")}\n${lines[4]?.slice(0, 50)}${"x".repeat(20_000)}`);

  const killed = await only();
  expect(remaining(killed).map(({ benchmark, variant, next }) => [benchmark, variant, next])).toEqual([
    ["richards", "compiled", 5],
    ["richards", "interpreted", 5],
    ["deltablue", "compiled", 5],
  ]);
  const journal = await Journal.resume(killed);
  await journal.block(block(compiled, 1, 0.1));
  await journal.block(block(interpreted, 1, 0.5));
  await journal.failed({ benchmark: "deltablue", variant: "compiled", workload: "w2", ...failure }, "2026-11-23T10:13:00.000Z");
  await journal.finish("2026-11-23T10:14:00.000Z");
  await journal.close();
  expect(sessionOf(await only())).toEqual(expected);
  expect(await readFile(whole, "utf8")).not.toContain("xxx");
});

test("space for the whole session is taken before the first sample", async () => {
  const journal = await Journal.create(folder, exampleHeader());
  const before = (await stat(journal.path)).size;
  await journal.block(block(compiled, 0, 0.1));
  await journal.close();
  expect((await stat(journal.path)).size).toBe(before);
  expect((await stat(journal.path)).blocks * 512).toBeGreaterThanOrEqual(before);
});

test("the session has the estimate of exactly the samples that are stored, and the worst conditions of their blocks", async () => {
  await write();
  const { session, samples } = sessionOf(await only());
  const stored = samples.samples["richards"]?.compiled ?? [];
  expect(stored).toHaveLength(10);
  expect(stored[1]).toBe(0.101235);
  expect(session.benchmarks["richards"]?.compiled).toEqual({
    status: "ok",
    workload: "w1",
    ...estimate(stored),
    wallSeconds: expect.any(Number),
    conditions: { load: 1.5, throttled: 0, swapped: 4, temperature: 60 },
  });
  expect(session.benchmarks["deltablue"]).toEqual({ compiled: { status: "failed", workload: "w2", ...failure } });
  expect(samples.samples["deltablue"]).toBeUndefined();
  expect(session).toMatchObject({ ended: "2026-11-23T10:14:00.000Z", listed: exampleListing });
  expect(Object.keys(session)).not.toContain("plan");
});

test("name and bytes of a session depend on its journal alone", async () => {
  await write();
  const [first, second] = [await only(), await only()].map((contents) => canonicalJson(sessionOf(contents).session));
  expect(second).toBe(first);
  expect(first).toContain('"richards": {"compiled":{"conditions":');
});

test("closed early, a session has the benchmarks that are complete; the rest stays owed", async () => {
  const journal = await Journal.create(folder, exampleHeader());
  for (const round of [0, 1]) await journal.block(block(compiled, round, 0.1));
  await journal.block(block(interpreted, 0, 0.5));
  for (const round of [0, 1]) await journal.block(block(deltablue, round, 0.2));
  await journal.close();
  const { session, samples } = sessionOf(await only());
  expect(Object.keys(session.benchmarks)).toEqual(["deltablue"]);
  expect(Object.keys(samples.samples)).toEqual(["deltablue"]);
});

test("what failed before measuring, and what stopped the subject, are in the session", async () => {
  const failed = [
    { benchmark: "slow", variant: "compiled" as const, workload: "w3", stage: "compile" as const, message: "cc: error", output: "" },
  ];
  await (await Journal.create(folder, exampleHeader({ plan: [], failed }))).close();
  const contents = await only();
  expect(sessionOf(contents).session.benchmarks).toEqual({
    slow: { compiled: { status: "failed", workload: "w3", stage: "compile", message: "cc: error", output: "" } },
  });
  expect(remaining(contents)).toEqual([]);
  await removeJournal(contents.path);

  const stop = { stage: "checkout" as const, message: "no such commit", output: "" };
  await (await Journal.create(folder, exampleHeader({ plan: [], listed: [], failure: stop }))).close();
  expect(sessionOf(await only()).session).toMatchObject({ failure: stop, benchmarks: {} });
});

test("what a neighbour runs too is in the session by the neighbour's name, and nowhere among the samples", async () => {
  const original = { workload: "w3", fingerprint: "f", as: "a".repeat(40) };
  const same = [{ benchmark: "slow", variant: "compiled" as const, ...original }];
  const [first] = exampleHeader().plan;
  const plan = first ? [{ ...first, fingerprint: "g" }] : [];
  const journal = await Journal.create(folder, exampleHeader({ plan, same }));
  for (const round of [0, 1]) await journal.block(block(compiled, round, 0.1));
  await journal.finish("2026-11-23T10:14:00.000Z");
  await journal.close();
  const { session, samples } = sessionOf(await only());
  expect(session.benchmarks["slow"]).toEqual({ compiled: { status: "reused", ...original } });
  expect(session.benchmarks["richards"]?.compiled).toMatchObject({ status: "ok", fingerprint: "g" });
  expect(Object.keys(samples.samples)).toEqual(["richards"]);
});

test("a session of nothing but copies is a session, with a file of no samples beside it", async () => {
  const same = [{ benchmark: "slow", variant: "compiled" as const, workload: "w", fingerprint: "f", as: "a".repeat(40) }];
  const journal = await Journal.create(folder, exampleHeader({ plan: [], same }));
  await journal.finish("2026-11-23T10:14:00.000Z");
  await journal.close();
  const { session, samples } = sessionOf(await only());
  expect(sessionSchema.parse(JSON.parse(canonicalJson(session)))).toEqual(session);
  expect(samplesSchema.parse(JSON.parse(canonicalJson(samples)))).toEqual({ schema: 1, id: session.id, samples: {} });
});

test("a journal of the program before, which knew no copies, is read", async () => {
  const { same: _same, ...header } = exampleHeader();
  await writeFile(join(folder, `${header.id}.jsonl`), `${JSON.stringify(header)}\n`);
  expect((await only()).header).toEqual(exampleHeader());
});

test.each([[0], [-1], [Number.NaN], []])("a block with samples %j is refused: it could not be read back", async (...samples) => {
  const journal = await Journal.create(folder, exampleHeader());
  await expect(journal.block({ ...block(compiled, 0, 1), samples })).rejects.toThrow(/samples/);
  await journal.close();
  expect((await only()).blocks).toEqual([]);
});

test("a journal can be read while it is being written", async () => {
  const journal = await Journal.create(folder, exampleHeader());
  await journal.block(block(compiled, 0, 0.1));
  expect((await readJournal(journal.path)).blocks).toHaveLength(1);
  await journal.block(block(compiled, 1, 0.1));
  expect(remaining(await readJournal(journal.path)).map(({ next }) => next)).toEqual([0, 0]);
  await journal.close();
  await writeFile(journal.path, "");
  await expect(readJournal(journal.path)).rejects.toThrow(/is empty/);
});

test("two sessions cannot write one journal", async () => {
  const journal = await Journal.create(folder, exampleHeader());
  await expect(Journal.create(folder, exampleHeader())).rejects.toThrow(/EEXIST/);
  await journal.close();
  expect((await only()).header.id).toBe(exampleHeader().id);
});

test.skipIf(userInfo().uid !== 0)(
  "on a full disk a session does not begin, and what was begun is whole (needs root, to mount one)",
  async () => {
    const mount = join(folder, "full");
    await mkdir(mount);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]);
    try {
      const begun = await Journal.create(mount, exampleHeader());
      await begun.block(block(compiled, 0, 0.1));
      await writeFile(join(mount, "ballast"), Buffer.alloc(1 << 20)).catch(() => undefined);
      const error: unknown = await Journal.create(mount, exampleHeader({ id: exampleId(1) })).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect(String(error)).toContain(`no space left on ${mount} (tmpfs)`);
      // Its space was taken beforehand.
      for (const round of [1, 2, 3, 4]) await begun.block(block(deltablue, round, 0.2));
      // Beyond that a line may not fit: it is refused, and those before it stay.
      const long = { benchmark: "slow", variant: "compiled" as const, workload: "w", ...failure, output: "x".repeat(30_000) };
      await expect(begun.failed(long, "2026-11-23T10:13:00.000Z")).rejects.toThrow(UserError);
      await begun.finish("2026-11-23T10:14:00.000Z");
      await begun.close();
      const { journals, damaged } = await readJournals(mount);
      expect(damaged).toEqual([]);
      expect(journals.map(({ blocks, failed, finished }) => [blocks.length, failed.length, finished])).toEqual([[5, 0, true]]);
    } finally {
      execFileSync("umount", ["-l", mount]);
    }
  },
);

const undecided = exampleHeader().plan.map((one) => ({ ...one, samples: 5, undecided: true as const }));

test("a pilot alone is no value: killed before numbers of samples are chosen, the session holds nothing of it", async () => {
  const journal = await Journal.create(folder, exampleHeader({ plan: undecided, secondsToChoose: 60 }));
  for (const one of undecided) await journal.block(block(one, 0, 0.1));
  await journal.close();
  const contents = await only();
  expect(remaining(contents).map(({ next }) => next)).toEqual([5, 5, 5]);
  expect(sessionOf(contents).session.benchmarks).toEqual({});
});

test("chosen numbers of samples are the plan from then on, for whoever goes on with the journal", async () => {
  const journal = await Journal.create(folder, exampleHeader({ plan: undecided, secondsToChoose: 60 }));
  for (const one of undecided) await journal.block(block(one, 0, 0.1));
  const [first, second] = undecided.map(({ benchmark, variant }, index) => ({ benchmark, variant, samples: [12, 5][index] ?? 0 }));
  if (!first || !second) throw new Error("no plan");
  await journal.chosen([first, second], "2026-11-23T10:12:01.000Z");
  await journal.close();
  const contents = await only();
  expect(contents.header.plan.map(({ samples, undecided: is }) => [samples, is])).toEqual([
    [12, undefined],
    [5, undefined],
    [5, true],
  ]);
  expect(remaining(contents).map(({ benchmark, variant, next }) => [benchmark, variant, next])).toEqual([
    ["richards", "compiled", 5],
    ["deltablue", "compiled", 5],
  ]);
  const { session } = sessionOf(contents);
  expect(session).not.toHaveProperty("secondsToChoose");
  expect(session.benchmarks).toEqual({});
  const resumed = await Journal.resume(contents);
  await resumed.block({ ...block(compiled, 1, 0.1), samples: [1, 1, 1, 1, 1, 1, 1] });
  await resumed.close();
  expect(sessionOf(await only()).session.benchmarks["richards"]).toMatchObject({ compiled: { samples: 12 }, interpreted: { samples: 5 } });
});

test("what is not wanted any more is not sampled, and enters no session unless it was complete", async () => {
  const journal = await Journal.create(folder, exampleHeader());
  for (const round of [0, 1]) await journal.block(block(compiled, round, 1));
  for (const round of [0, 1]) await journal.block(block(interpreted, round, 2));
  await journal.block(block(deltablue, 0, 3));
  await journal.close();
  const contents = await readJournal(journal.path);
  const wanted = withoutUnwanted(contents, ({ benchmark }) => benchmark !== "deltablue");
  expect([contents, wanted].map((one) => remaining(one).map(({ benchmark }) => benchmark))).toEqual([["deltablue"], []]);
  expect(wanted.blocks.filter(({ benchmark }) => benchmark === "deltablue")).toEqual([]);
  expect(Object.keys(sessionOf(contents).session.benchmarks)).toEqual(["richards"]);
});
