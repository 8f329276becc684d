import { expect, test } from "vitest";
import { listedIn } from "../../../runner/run/reporting.ts";
import { measured, session } from "../report/fixture.ts";

const imported = (number: number, name: string, environment: string, workload: string) =>
  session(number, { [name]: { compiled: measured(1, { workload }) } }, { environment, serial: number, reason: "import", workload });

test("a server with only imported results shows the last imported environment, and all imported benchmarks", () => {
  const sessions = [imported(1, "sort", "old", "w1"), imported(2, "tree", "old", "w1"), imported(3, "sort", "newer", "w2")];
  const { currentEnvironment, benchmarks } = listedIn(sessions, "here");
  expect(currentEnvironment).toBe("newer");
  expect(benchmarks.map(({ name, workload }) => [name, workload])).toEqual([
    ["sort", "w2"],
    ["tree", "w1"],
  ]);
});

test("from the first session of its own on, it shows the present environment and the benchmarks listed there", () => {
  const own = session(4, { queue: { compiled: measured(1) } }, { environment: "here", serial: 2 });
  const found = listedIn([imported(1, "sort", "old", "w1"), own, imported(3, "sort", "newer", "w2")], "here");
  expect(found.currentEnvironment).toBe("here");
  expect(found.benchmarks.map(({ name }) => name)).toEqual(["queue"]);
  expect(listedIn([], "here")).toEqual({ currentEnvironment: "here", benchmarks: [] });
});

test("benchmarks that a host dropped since its newest session are not in its suite", () => {
  const sessions = [session(1, { sort: { compiled: measured(1) }, gone: { compiled: measured(1) } }, { environment: "here" })];
  expect(listedIn(sessions, "here", ["gone"]).benchmarks.map(({ name }) => name)).toEqual(["sort"]);
});

test("a control of a cached build, which an earlier revision of the suite listed, does not drop present benchmarks", () => {
  const before = { sort: { compiled: measured(1) } };
  const now = { ...before, queue: { compiled: measured(1) } };
  const sessions = [session(1, now, { environment: "here" }), session(0, before, { environment: "here", serial: 1, reason: "control" })];
  expect(listedIn(sessions, "here").benchmarks.map(({ name }) => name)).toEqual(["queue", "sort"]);
});
