import { expect, test } from "vitest";
import { Present } from "../../../runner/queue/present.ts";
import { benchmark, complete, failed, here, ok, session, stop } from "./queue-fixture.ts";

const now = { environment: here, benchmarks: [benchmark("a", "w2")], suite: "s2", setup: "c2" };

test("an outcome is of the declared benchmark if it has its workload, or is of the suite's present revision", () => {
  const present = new Present(now);
  expect(present.hasForm("a", { ...ok, workload: "w2" }, session(0, complete, { suite: "s1" }))).toBe(true);
  expect(present.hasForm("a", { ...ok, workload: "w1" }, session(0, complete, { suite: "s1" }))).toBe(false);
  expect(present.hasForm("a", { ...ok, workload: "w1" }, session(0, complete, { suite: "s2" }))).toBe(true);
  expect(present.hasForm("dropped", failed, session(0, complete, { suite: "s1" }))).toBe(true);
});

test("conditions are the present ones only with the same environment and configuration", () => {
  const present = new Present(now);
  expect(present.hasConditions(session(0, complete, { setup: "c2" }))).toBe(true);
  expect(present.hasConditions(session(0, complete, { setup: "c1" }))).toBe(false);
  expect(present.hasConditions(session(0, complete, { setup: "c2", environment: "e2bbbbbb" }))).toBe(false);
  // An unknown configuration matches every one.
  expect(new Present({ environment: here, benchmarks: [] }).hasConditions(session(0, complete, { setup: "c1" }))).toBe(true);
});

const failure = (stage: "list" | "checkout", suite: string) => session(0, {}, { failure: { ...stop, stage }, suite, setup: "c2" });

test("a failed listing is the result until the suite changes, other failures for all its revisions", () => {
  const present = new Present(now);
  expect(present.standsAsWhole(failure("list", "s2"))).toBe(true);
  expect(present.standsAsWhole(failure("list", "s1"))).toBe(false);
  expect(present.standsAsWhole(failure("checkout", "s1"))).toBe(true);
  expect(present.standsAsWhole(session(0, {}, { failure: stop, setup: "c1" }))).toBe(false);
});

test("without a listing every benchmark and workload counts as declared", () => {
  const unlisted = new Present({ environment: here, benchmarks: undefined });
  expect([unlisted.names, unlisted.isDeclared("x"), unlisted.isListedAs("x", "w9")]).toEqual([undefined, true, true]);
  const listed = new Present(now);
  expect([listed.names, listed.isDeclared("x"), listed.isListedAs("a", "w1"), listed.isListedAs("a", "w2")]).toEqual([
    ["a"],
    false,
    false,
    true,
  ]);
});
