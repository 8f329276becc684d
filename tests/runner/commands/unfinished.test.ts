import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { becomesText, discard, unfinishedSessions, unfinishedText } from "../../../runner/commands/unfinished.ts";
import { Journal } from "../../../runner/store/journal.ts";
import { exampleHeader, exampleId } from "../store/example.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evenkeel-unfinished-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function begin(n: number): Promise<void> {
  const journal = await Journal.create(folder, exampleHeader({ id: exampleId(n) }));
  const block = { benchmark: "richards", variant: "compiled" as const, round: 0, samples: [1, 1, 1, 1, 1], wallSeconds: 1 };
  await journal.block({ ...block, conditions: { load: 0, throttled: 0, swapped: 0 }, at: "2026-11-23T10:12:00.000Z" });
  await journal.close();
}

/** What is said of the only one: waiting, and being measured. */
async function described(becomes?: { without?: string; obstacle?: string }): Promise<string[]> {
  return (await unfinishedSessions(folder, async () => becomes)).flatMap((one) => [becomesText(one, false), becomesText(one, true)]);
}

test("each unfinished session is shown with its progress, and reading changes nothing", async () => {
  await begin(1);
  await writeFile(join(folder, "damaged.jsonl"), "no header\n{}\n");
  const texts = (await unfinishedSessions(folder)).map(unfinishedText);
  expect(texts).toEqual([
    "revision 0123456789ab (new), 5 of 30 samples, begun 2026-11-23 10:11 UTC",
    "damaged, with an unreadable journal",
  ]);
  expect(await readdir(folder)).toHaveLength(2);
});

test("each has its further course: what the next run drops, or why it does not resume it", async () => {
  await begin(1);
  const drops = `\`evenkeel discard ${exampleId(1)}\` drops it`;
  expect(await described()).toEqual([`the next run resumes it, ${drops}`, "being measured"]);
  expect(await described({ without: "no longer declared: slow" })).toEqual([
    `the next run resumes it without some benchmarks (no longer declared: slow), ${drops}`,
    "being measured without some benchmarks (no longer declared: slow)",
  ]);
  expect((await described({ obstacle: "nothing is left" }))[0]).toBe(`the next run stores its complete part: nothing is left, ${drops}`);
});

test("the only one is discarded without a name", async () => {
  await begin(1);
  expect(await discard(undefined, folder)).toMatchObject({ session: exampleId(1), samples: { taken: 5, planned: 30 } });
  expect(await readdir(folder)).toEqual([]);
});

test("of several, the named one is discarded, and none for an ambiguous name", async () => {
  for (const n of [1, 2, 10]) await begin(n);
  await expect(discard(undefined, folder)).rejects.toThrow("3 unfinished sessions");
  await expect(discard("2026", folder)).rejects.toMatchObject({ hint: expect.stringContaining(exampleId(10)) });
  await expect(discard("2025", folder)).rejects.toThrow("there is no unfinished session 2025");
  expect(await readdir(folder)).toHaveLength(3);
  await discard(exampleId(2), folder);
  await discard(exampleId(10).slice(0, 16), folder);
  expect(await readdir(folder)).toEqual([`${exampleId(1)}.jsonl`]);
});

test("discarding without an unfinished session is an error", async () => {
  await expect(discard(undefined, folder)).rejects.toThrow("there is no unfinished session");
});
