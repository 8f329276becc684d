import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { git, type Clone } from "../../../runner/system/git.ts";
import { ProblemLog } from "../../../runner/progress/problem-log.ts";
import { tidyClones } from "../../../runner/run/housekeeping.ts";
import { commits, Repositories } from "../repositories.ts";

const day = 24 * 3600 * 1000;
const start = Date.UTC(2026, 10, 1);

describe("clones are tidied", () => {
  let repositories: Repositories;
  let clone: Clone;
  let state: string;
  let said: string[];
  let problems: ProblemLog;
  let tip: string | undefined;

  beforeEach(async () => {
    repositories = await Repositories.make();
    clone = await repositories.bare("clone");
    state = await mkdtemp(join(tmpdir(), "evenkeel-state-"));
    said = [];
    tip = undefined;
  });
  afterEach(async () => {
    await repositories.remove();
    await rm(state, { recursive: true });
  });

  /** A loose object more, and what is left of loose objects after a run at that time. */
  const looseAfter = async (now: number, clones = [clone], signal = new AbortController().signal): Promise<number> => {
    [tip] = await commits(clone, [{ files: { file: String(now) }, ...(tip !== undefined && { from: tip }) }]);
    problems = new ProblemLog(join(state, "problems.json"));
    await tidyClones(clones, { log: (line) => said.push(line), signal, problems }, { stamp: join(state, "stamp"), now });
    return Number(/^count: (\d+)$/m.exec(await git(clone, ["count-objects", "--verbose"]))?.[1]);
  };

  test("once a week, the first time a week after they were made", async () => {
    const made = await looseAfter(start);
    expect(made).toBeGreaterThan(0);
    expect(await looseAfter(start + 6.9 * day)).toBeGreaterThan(made);
    expect(await looseAfter(start + 7 * day)).toBe(0);
    expect(await looseAfter(start + 8 * day)).toBeGreaterThan(0);
    expect(await looseAfter(start + 14 * day)).toBe(0);
  });

  test("a failure is logged, and does not stop the other clones", async () => {
    await looseAfter(start);
    expect(await looseAfter(start + 8 * day, [repositories.at("missing"), clone])).toBe(0);
    expect(said).toEqual([expect.stringMatching(/cannot tidy .*missing: .*cannot change to/)]);
  });

  test("a failure is a problem until it succeeds, retried the next day", async () => {
    await looseAfter(start);
    const missing = repositories.at("missing");
    await looseAfter(start + 8 * day, [missing]);
    expect((await problems.read()).open).toMatchObject([
      { kind: "tidy", about: missing.root, reason: expect.stringMatching(/cannot change to/) },
    ]);
    await git(repositories.at(""), ["init", "--quiet", "--bare", "missing"]);
    await looseAfter(start + 8.9 * day, [missing]);
    expect((await problems.read()).open).toHaveLength(1);
    await looseAfter(start + 9 * day, [missing]);
    expect((await problems.read()).open).toEqual([]);
  });

  test("not after a stop signal; the next run does it", async () => {
    await looseAfter(start);
    expect(await looseAfter(start + 8 * day, [clone], AbortSignal.abort())).toBeGreaterThan(0);
    expect(await looseAfter(start + 8 * day + 1)).toBe(0);
  });
});
