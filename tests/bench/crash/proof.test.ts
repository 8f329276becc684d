import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { measuredTwice, occurrences, readResults } from "../../../bench/crash/proof.ts";
import { canonicalJson } from "../../../runner/store/canonical.ts";
import { sessionOf } from "../../../runner/store/journal-contents.ts";
import { sessionPath } from "../../../runner/store/sessions.ts";
import { exampleHeader, exampleId } from "../../runner/store/example.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-proof-"));
});
afterEach(() => rm(root, { recursive: true }));

const samples = [0.101, 0.102, 0.103, 0.104, 0.105, 0.106];

/** The n-th session: one benchmark of six samples in two blocks. */
function measured(n: number, taken = samples) {
  const at = "2026-11-23T10:12:00.000Z";
  const conditions = { load: 0.5, throttled: 0, swapped: 0 };
  const block = { benchmark: "richards", variant: "compiled" as const, at };
  const plan = [{ benchmark: "richards", variant: "compiled" as const, workload: "w1", samples: 6 }];
  return sessionOf({
    path: "",
    header: exampleHeader({ id: exampleId(n), plan }),
    blocks: [
      { ...block, conditions, round: 0, wallSeconds: 1, samples: taken.slice(0, 3) },
      { ...block, conditions, round: 1, wallSeconds: 1, samples: taken.slice(3) },
    ],
    chosen: [],
    failed: [],
    finished: true,
    ended: at,
  });
}

const blockAt = (first: number, taken: number[]) => ({
  session: exampleId(1),
  benchmark: "richards",
  variant: "compiled",
  first,
  samples: taken,
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

test("a block is found at its place, in its session, and counted wherever else it is", () => {
  const first = measured(1).samples;
  const other = measured(2, [0.2, ...samples.slice(0, 5)]).samples;
  const block = blockAt(3, samples.slice(3));
  expect(occurrences(block, [first])).toEqual({ atItsIndex: true, anywhere: 1 });
  expect(occurrences(block, [measured(2).samples])).toEqual({ atItsIndex: false, anywhere: 1 });
  expect(occurrences(blockAt(0, samples.slice(0, 3)), [first, other])).toEqual({ atItsIndex: true, anywhere: 2 });
  expect(occurrences(block, [measured(1, [0.2, ...samples.slice(1, 6)]).samples])).toEqual({ atItsIndex: true, anywhere: 1 });
  expect(occurrences(block, [measured(1, [...samples.slice(0, 5), 0.2]).samples])).toEqual({ atItsIndex: false, anywhere: 0 });
});

test("a benchmark of a revision with two results was measured twice, unless as a control", () => {
  const [first, second] = [measured(1).session, measured(2).session];
  expect(measuredTwice([first])).toEqual([]);
  expect(measuredTwice([first, second])).toEqual([expect.stringContaining(`${first.id}, ${second.id}`)]);
  for (const reason of ["control", "confirm", "repeat"] as const) expect(measuredTwice([first, { ...second, reason }])).toEqual([]);
});

test("files that are whole are read; one that is torn, alone, not canonical or misnamed is told", async () => {
  const whole = measured(1);
  const paths = sessionPath(whole.session.id);
  await put(paths.session, canonicalJson(whole.session));
  await put(paths.samples, canonicalJson(whole.samples));
  expect(await readResults(root, [paths.session, paths.samples])).toEqual({
    sessions: [expect.objectContaining({ id: whole.session.id })],
    samples: [whole.samples],
    torn: [],
  });

  const [torn, loose, alone, misnamed] = [2, 3, 4, 5].map((n) => sessionPath(exampleId(n)));
  await put(torn?.session ?? "", canonicalJson(measured(2).session).slice(0, -20));
  await put(loose?.session ?? "", JSON.stringify(measured(3).session));
  await put(alone?.session ?? "", canonicalJson(measured(4).session));
  await put(misnamed?.session ?? "", canonicalJson(measured(1).session));
  const wrong = [torn, loose, alone, misnamed].flatMap((one) => one?.session ?? []);
  const partners = [torn, loose, misnamed].flatMap((one) => one?.samples ?? []);
  for (const [at, path] of partners.entries()) await put(path, canonicalJson(measured([2, 3, 5][at] ?? 0).samples));
  const read = await readResults(root, [...wrong, ...partners]);
  expect(read.torn).toEqual([
    expect.stringMatching(/0002\.json: not readable$/),
    expect.stringMatching(/0003\.json: not canonical$/),
    expect.stringMatching(/0004\.json: without .*0004\.samples\.json$/),
    expect.stringMatching(/0005\.json: holds .*0001$/),
  ]);
});
