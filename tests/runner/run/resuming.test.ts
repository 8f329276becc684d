import { expect, test } from "vitest";
import type { Listed } from "../../../runner/model.ts";
import { Present } from "../../../runner/queue/present.ts";
import { changedSince, resumption } from "../../../runner/run/resuming.ts";
import type { JournalContents } from "../../../runner/store/journal-contents.ts";
import type { JournalHeader } from "../../../runner/store/journal-lines.ts";
import { journalOf } from "../commands/example.ts";

/** What is left and what is dropped of a journal that plans benchmarks with the workload `w`. */
function resumed(
  benchmarks: string[],
  declared: Record<string, string> | undefined,
  { suite = "another", isMeasured = true, ...header }: { suite?: string; isMeasured?: boolean } & Partial<JournalHeader> = {},
) {
  const journal = journalOf(benchmarks);
  const listed =
    declared && Object.entries(declared).map(([name, workload]): Listed => ({ name, group: "main", variants: ["compiled"], workload }));
  const contents: JournalContents = { ...journal, header: { ...journal.header, ...header } };
  const present = new Present({ environment: "e1aaaaaabbbb", benchmarks: listed, suite });
  const { left, dropped, without, obstacle } = resumption(contents, present, isMeasured);
  const names = (all: typeof left) => all.map(({ benchmark }) => benchmark);
  return { left: names(left), dropped: names(dropped), without, obstacle };
}

test("a session resumes with the benchmarks whose declaration is unchanged", () => {
  expect(resumed(["a", "b"], { a: "w", b: "w", c: "w" })).toEqual({
    left: ["a", "b"],
    dropped: [],
    without: undefined,
    obstacle: undefined,
  });
});

test("benchmarks whose declaration is gone or changed are dropped and named", () => {
  expect(resumed(["a", "b", "c"], { a: "w", c: "edited" })).toEqual({
    left: ["a"],
    dropped: ["b", "c"],
    without: "no longer declared: b; declaration changed: c",
    obstacle: undefined,
  });
});

test("a session without a declared benchmark is not resumed", () => {
  expect(resumed(["a", "b"], { a: "edited" })).toMatchObject({
    left: [],
    obstacle: "none of its benchmarks is left (no longer declared: b; declaration changed: a)",
  });
});

test("a session of the suite's present revision resumes, whatever the suite lists elsewhere", () => {
  expect(resumed(["a"], { a: "other" }, { suite: "s".repeat(40) })).toMatchObject({ left: ["a"], dropped: [] });
});

test("a session resumes if the suite's listing is unknown", () => {
  expect(resumed(["a"], undefined)).toMatchObject({ left: ["a"], dropped: [] });
});

test("a control resumes with the program that it repeats, unless its benchmark is gone", () => {
  expect(resumed(["a", "b"], { a: "edited" }, { reason: "control" })).toMatchObject({ left: ["a"], dropped: ["b"] });
});

test("a session of a revision that no longer has to be measured is not resumed", () => {
  expect(resumed(["a"], { a: "w" }, { isMeasured: false })).toMatchObject({
    left: [],
    obstacle: "its revision no longer has to be measured",
  });
});

test("a session is not resumed after a restart of the host, in another environment or with other host facts", () => {
  const { header } = journalOf(["a"]);
  const machine = { bootId: header.bootId, environment: { id: header.environment }, hostFacts: header.hostFacts };
  const after = (changed: object) => changedSince(header, { ...machine, ...changed });
  expect(after({})).toBeUndefined();
  expect(after({ bootId: "boot-2" })).toBe("the host was rebooted");
  expect(after({ environment: { id: "e2" } })).toBe("the environment changed");
  expect(after({ hostFacts: { kernel: "7" } })).toBe("the host facts changed");
});
