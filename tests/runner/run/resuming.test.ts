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

test("a session goes on with what is declared as it was", () => {
  expect(resumed(["a", "b"], { a: "w", b: "w", c: "w" })).toEqual({
    left: ["a", "b"],
    dropped: [],
    without: undefined,
    obstacle: undefined,
  });
});

test("what is no longer declared, or declared otherwise, is dropped and named", () => {
  expect(resumed(["a", "b", "c"], { a: "w", c: "edited" })).toEqual({
    left: ["a"],
    dropped: ["b", "c"],
    without: "no longer declared: b; declared otherwise: c",
    obstacle: undefined,
  });
});

test("a session of which nothing is declared any more is not resumed", () => {
  expect(resumed(["a", "b"], { a: "edited" })).toMatchObject({
    left: [],
    obstacle: "nothing is left of what is declared now (no longer declared: b; declared otherwise: a)",
  });
});

test("one of the suite's present revision goes on, whatever the suite lists elsewhere", () => {
  expect(resumed(["a"], { a: "other" }, { suite: "s".repeat(40) })).toMatchObject({ left: ["a"], dropped: [] });
});

test("one goes on where it is not known what the suite lists", () => {
  expect(resumed(["a"], undefined)).toMatchObject({ left: ["a"], dropped: [] });
});

test("a control goes on with the program that it repeats, unless its benchmark is gone", () => {
  expect(resumed(["a", "b"], { a: "edited" }, { reason: "control" })).toMatchObject({ left: ["a"], dropped: ["b"] });
});

test("a session of a revision that is no longer to be measured is not resumed", () => {
  expect(resumed(["a"], { a: "w" }, { isMeasured: false })).toMatchObject({
    left: [],
    obstacle: "its revision is no longer among those to be measured",
  });
});

test("a session is not resumed after a restart of the host, in another environment or with other host facts", () => {
  const { header } = journalOf(["a"]);
  const machine = { bootId: header.bootId, environment: { id: header.environment }, hostFacts: header.hostFacts };
  const after = (changed: object) => changedSince(header, { ...machine, ...changed });
  expect(after({})).toBeUndefined();
  expect(after({ bootId: "boot-2" })).toBe("the host was started again");
  expect(after({ environment: { id: "e2" } })).toBe("the environment is another one now");
  expect(after({ hostFacts: { kernel: "7" } })).toBe("the host facts changed");
});
