import { describe, expect, test } from "vitest";
import type { Outcome, Session } from "../../../runner/model.ts";
import { KnownPrograms, type Candidate } from "../../../runner/queue/reuse.ts";
import { failed, history, idOf, measured, revision, session } from "../report/fixture.ts";

const ok = (fingerprint?: string, workload = "w1"): Outcome => ({ ...measured(1, { workload }), ...(fingerprint && { fingerprint }) });
const same = (fingerprint: string, as: number, workload = "w1"): Outcome => ({ status: "reused", workload, fingerprint, as: idOf(as) });
const sort = (fingerprint: string | undefined, workload = "w1"): Candidate => ({
  benchmark: "sort",
  variant: "compiled",
  workload,
  fingerprint,
});
const stop = { stage: "checkout" as const, message: "gone", output: "" };

/** What one benchmark is at revisions, by number: an outcome, or how the subject failed. */
type Story = Record<number, Outcome | "stopped">;

function sessionsOf(story: Story): Session[] {
  return Object.entries(story).map(([number, outcome], serial) =>
    outcome === "stopped"
      ? session(Number(number), {}, { failure: stop, listed: ["sort"], serial })
      : session(Number(number), { sort: { compiled: outcome } }, { serial }),
  );
}

function known(story: Story, changes: { days?: readonly number[]; environment?: string } = {}): KnownPrograms {
  const days = changes.days ?? history(9).map((_, number) => number);
  return new KnownPrograms({
    history: days.map((day, number) => revision(number, day)),
    sessions: sessionsOf(story),
    environment: changes.environment ?? "e1",
  });
}

describe("a benchmark of revision 4 that runs program f", () => {
  test.each<[string, Story, number | "measured"]>([
    ["is the same as the revision before it that was measured with f", { 3: ok("f") }, 3],
    ["is the same across unmeasured revisions", { 1: ok("f") }, 1],
    ["is the same as the revision behind it, where a backlog is halved", { 6: ok("f") }, 6],
    ["is the same as the one before, of two", { 2: ok("f"), 6: ok("f") }, 2],
    ["names the revision that holds the samples, not the copy between", { 1: ok("f"), 3: same("f", 1) }, 1],
    ["follows a copy to an original behind itself", { 3: same("f", 7), 7: ok("f") }, 7],
    ["is measured after another program", { 3: ok("g") }, "measured"],
    ["is measured where a revert brings f back", { 1: ok("f"), 3: ok("g") }, "measured"],
    ["is measured where f comes back behind a copy of another", { 1: ok("g"), 2: ok("f"), 3: same("g", 1) }, "measured"],
    ["is measured where the one between failed", { 1: ok("f"), 3: failed() }, "measured"],
    ["is measured where the one between failed as a whole", { 1: ok("f"), 3: "stopped" }, "measured"],
    ["is measured where the one between has no fingerprint", { 1: ok("f"), 3: ok() }, "measured"],
    ["is measured with an edited benchmark", { 3: ok("f", "w0") }, "measured"],
    ["is measured where the copy before it lost its original", { 2: ok("g"), 3: same("f", 1) }, "measured"],
    ["is measured where nothing was", {}, "measured"],
    ["is measured again where it was measured itself", { 3: ok("f"), 4: ok("f") }, "measured"],
  ])("%s", (_, story, as) => {
    const expected = as === "measured" ? [] : [{ ...sort("f"), as: idOf(as) }];
    expect(known(story).reusedFrom(idOf(4), [sort("f")])).toEqual(expected);
  });

  test.each([
    [30, 3],
    [31, "measured"],
  ])("is the same as one committed at most 30 days before: %i days", (days, as) => {
    const expected = as === "measured" ? [] : [{ ...sort("f"), as: idOf(3) }];
    expect(known({ 3: ok("f") }, { days: [0, 0, 0, 0, days] }).reusedFrom(idOf(4), [sort("f")])).toEqual(expected);
  });

  test("is not the same through a chain of copies longer than 30 days: its samples are too old", () => {
    const story = { 1: ok("f"), 3: same("f", 1) };
    expect(known(story, { days: [0, 0, 15, 25, 40] }).reusedFrom(idOf(4), [sort("f")])).toEqual([]);
  });

  test("is measured in another environment, and outside of the history", () => {
    expect(known({ 3: ok("f") }, { environment: "e2" }).reusedFrom(idOf(4), [sort("f")])).toEqual([]);
    expect(known({ 3: ok("f") }).reusedFrom("0".repeat(40), [sort("f")])).toEqual([]);
  });
});

test("a benchmark without fingerprint, such as one with a prepare step, is always measured", () => {
  expect(known({ 3: ok(), 5: ok("f") }).reusedFrom(idOf(4), [sort(undefined)])).toEqual([]);
});

test("a change in one module's output invalidates only the benchmarks that import it", () => {
  const outcomes = { sort: { compiled: ok("f") }, tree: { compiled: ok("t") }, tiny: { compiled: ok("y") } };
  const programs = new KnownPrograms({ history: history(9), sessions: [session(3, outcomes)], environment: "e1" });
  const now = [sort("f"), { ...sort("changed"), benchmark: "tree" }, { ...sort("y"), benchmark: "tiny" }];
  expect(programs.reusedFrom(idOf(4), now).map(({ benchmark, as }) => [benchmark, as])).toEqual([
    ["sort", idOf(3)],
    ["tiny", idOf(3)],
  ]);
});

/** A session of a revision whose benchmarks are affected by `a`. */
const at = (number: number, names: Record<string, Outcome | undefined>, more: Partial<Session> = {}): Session => {
  const benchmarks = Object.fromEntries(Object.entries(names).flatMap(([name, compiled]) => (compiled ? [[name, { compiled }]] : [])));
  return { ...session(number, benchmarks, { serial: number, listed: Object.keys(names) }), affects: "a", ...more };
};

describe("before the build", () => {
  const suite = "5".repeat(40);
  const is = { affects: "a", suite, isListed: () => true };
  const decide = (sessions: Session[], more: Partial<Parameters<KnownPrograms["withoutBuilding"]>[1]> = {}) => {
    const found = new KnownPrograms({ history: history(9), sessions, environment: "e1" }).withoutBuilding(idOf(4), { ...is, ...more });
    return (
      found && {
        same: found.same.map(({ benchmark, as }) => `${benchmark} ${as === idOf(3) ? 3 : as === idOf(5) ? 5 : as}`),
        left: found.left,
      }
    );
  };
  const both = { sort: ok("f"), tree: ok("t") };

  test.each<[string, Session[], ReturnType<typeof decide>]>([
    ["all is known where nothing that affects the programs changed", [at(3, both)], { same: ["sort 3", "tree 3"], left: [] }],
    ["the revision behind counts likewise", [at(5, both)], { same: ["sort 5", "tree 5"], left: [] }],
    ["nothing is known after a change", [at(3, both, { affects: "b" })], undefined],
    ["nothing is known with another suite", [at(3, both, { suite: "other" })], undefined],
    ["nothing is known in another environment", [at(3, both, { environment: "e2" })], undefined],
    ["nothing is known of a neighbour that failed", [at(3, {}, { failure: stop })], undefined],
    ["what has no fingerprint is built all the same", [at(3, { sort: ok("f"), slow: ok() })], { same: ["sort 3"], left: ["slow"] }],
    ["what failed there is built all the same", [at(3, { sort: ok("f"), tree: failed() })], { same: ["sort 3"], left: ["tree"] }],
    ["what the neighbour has not measured is built", [at(3, { sort: ok("f"), tree: undefined })], { same: ["sort 3"], left: ["tree"] }],
    ["nothing is known where all must be built", [at(3, { sort: ok(), tree: ok() })], undefined],
    ["a revision between that changed what affects them hides older ones", [at(2, both), at(3, both, { affects: "b" })], undefined],
  ])("%s", (_, sessions, expected) => {
    expect(decide(sessions)).toEqual(expected);
  });

  test("nothing is known of a neighbour whose listing is of another version", () => {
    expect(decide([at(3, both)], { isListed: (listed) => listed.every(({ workload }) => workload !== "w1") })).toBeUndefined();
  });

  test("only what is owed is decided about", () => {
    expect(decide([at(3, both)], { owed: ["tree"] })).toEqual({ same: ["tree 3"], left: [] });
    expect(decide([at(3, { sort: ok("f"), slow: ok() })], { without: ["slow"] })).toEqual({ same: ["sort 3"], left: [] });
    expect(decide([at(3, both)], { owed: ["tree", "new"] })).toEqual({ same: ["tree 3"], left: ["new"] });
  });

  test("a slow benchmark is looked up at the revision that last had it", () => {
    const rare = { slow: ok("s"), sort: ok("f") };
    expect(decide([at(1, rare), at(3, { slow: undefined, sort: ok("f") })])).toEqual({
      same: [`slow ${idOf(1)}`, "sort 3"],
      left: [],
    });
    expect(decide([at(1, rare, { affects: "b" }), at(3, { slow: undefined, sort: ok("f") })])).toEqual({
      same: ["sort 3"],
      left: ["slow"],
    });
  });
});

test.each<[string, Story, boolean]>([
  ["stands with its original", { 1: ok("f"), 4: same("f", 1) }, true],
  ["stands across another copy", { 1: ok("f"), 3: same("f", 1), 4: same("f", 1) }, true],
  ["stands across an edited benchmark", { 1: ok("f"), 3: ok("g", "w0"), 4: same("f", 1) }, true],
  ["falls when a revision between is found to run another program", { 1: ok("f"), 3: ok("g"), 4: same("f", 1) }, false],
  ["falls when a revision between fails", { 1: ok("f"), 3: "stopped", 4: same("f", 1) }, false],
  ["finds a new original on the other side", { 1: ok("f"), 3: ok("g"), 4: same("f", 1), 6: ok("f") }, true],
  ["falls with its original's force-push", { 4: same("f", 1) }, false],
])("a copy %s", (_, story, stands) => {
  const outcome = story[4];
  if (typeof outcome !== "object" || outcome.status !== "reused") throw new Error("revision 4 is no copy");
  expect(known(story).stands(idOf(4), "sort", "compiled", outcome)).toBe(stands);
});
