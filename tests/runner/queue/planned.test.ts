import { expect, test } from "vitest";
import { hostConfigSchema } from "../../../config/schema.ts";
import type { KnownState } from "../../../runner/queue/known-state.ts";
import { changesOf, owedBy, queueOf, upgradeOf } from "../../../runner/queue/planned.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { complete, here, idOf, revisions, session, today } from "./queue-fixture.ts";

const repository = "https://git.example.org/a.git";
const config = hostConfigSchema.parse({
  host: "h",
  packages: [],
  git: { name: "Bench", email: "bench@example.org" },
  python: { version: "3.13" },
  target: { name: "sample", repository, since: "v1" },
  suite: { adapter: "runbench", repository },
  results: { repository },
  schedule: {},
  alerts: {},
  environment: {},
  measure: { slow: [{ benchmarks: ["a"], every: 2 }] },
});
const listed = ["a", "b"].map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w" }));

function stateWith(listing: Partial<KnownState["listing"]> = {}): KnownState {
  const sessions = [session(0, complete)];
  return {
    config,
    environment: here,
    today,
    since: idOf(0),
    tip: idOf(2),
    history: revisions(3),
    wanted: new Set([idOf(0), idOf(1), idOf(2)]),
    suite: "s",
    setup: "setup",
    listedWith: "",
    listing: { benchmarks: listed, interpreted: {}, isStale: false, problem: undefined, broken: new Set(), ...listing },
    sessions,
    results: resultsOf(sessions),
    scalingFactors: [],
    cachedBuilds: [],
    scalingFiles: [],
    allScalingFiles: [],
    decisions: [],
    allDecisions: [],
    withdrawn: { sessions: new Map(), benchmarks: new Map() },
    environments: [],
    damaged: [],
  };
}

test("what takes long is computed once a state, and anew for another one", () => {
  const state = stateWith();
  expect(changesOf(state)).toBe(changesOf(state));
  expect(upgradeOf(state)).toBe(upgradeOf(state));
  expect(changesOf(stateWith())).not.toBe(changesOf(state));
  const reopened = { sessions: new Map([["a", 1]]), since: "2026-11-23T00:00:00.000Z" };
  expect(upgradeOf(state, reopened)).not.toBe(upgradeOf(state));
});

test("where the suite cannot be listed nothing is queued, though it is known what revisions owe", () => {
  const state = stateWith({ benchmarks: undefined, problem: "the suite cannot be listed: SyntaxError" });
  expect(queueOf(state)).toEqual([]);
  expect(owedBy(state).wanted.size).toBe(3);
});

test("where it is not known what the suite lists, revisions are queued, and nothing is detected", () => {
  const state = stateWith({ benchmarks: undefined });
  expect(queueOf(state).map(({ subject }) => subject)).toContainEqual({ kind: "revision", revision: idOf(2) });
  expect([changesOf(state), upgradeOf(state)]).toEqual([undefined, undefined]);
});

test("slow benchmarks are counted along the whole history", () => {
  expect([...(owedBy(stateWith()).without?.values() ?? [])]).toEqual([[], ["a"], []]);
});
