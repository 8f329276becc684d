import { describe, expect, test } from "vitest";
import { UserError } from "../../../config/user-error.ts";
import type { Withdrawal } from "../../../runner/model.ts";
import { meantBy, type KnownResults } from "../../../runner/commands/withdraw.ts";

const id = "20261123T101112Z-bench1-0123456789ab-e1aaaaaa-new-0042";
const gone = id.replace("0042", "0043");
const deleted = id.replace("0042", "0044");

function known(more: Partial<KnownResults> = {}): KnownResults {
  const withdrawal: Omit<Withdrawal, "what"> = {
    schema: 1,
    id: "20261124T100000Z-bench1-0001",
    written: "2026-11-24T10:00:00.000Z",
    host: "bench1",
    by: "ada",
    action: "withdraw",
    why: "the disk was full",
  };
  return {
    sessions: [id],
    benchmarks: ["startup", "constructor"],
    withdrawn: {
      sessions: new Map([[gone, { ...withdrawal, what: { kind: "session", session: gone } }]]),
      benchmarks: new Map([["old_startup", { ...withdrawal, what: { kind: "benchmark", benchmark: "old_startup" } }]]),
    },
    deleted: [deleted],
    ...more,
  };
}

/** Message and hint of a refused name. */
function refusal(name: string, undo: boolean, more: Partial<KnownResults> = {}): string {
  try {
    meantBy(name, known(more), undo);
  } catch (error) {
    if (error instanceof UserError) return `${error.message}: ${error.hint}`;
    throw error;
  }
  return "accepted";
}

describe("a name to withdraw", () => {
  test("is a session's, with or without the path of its file, or a benchmark's", () => {
    expect(meantBy(id, known(), false)).toEqual({ kind: "session", session: id });
    expect(meantBy(`runs/2026/11/${id}.json`, known(), false)).toEqual({ kind: "session", session: id });
    expect(meantBy("constructor", known(), false)).toEqual({ kind: "benchmark", benchmark: "constructor" });
    expect(meantBy("old_startup", known(), false)).toEqual({ kind: "benchmark", benchmark: "old_startup" });
  });

  test("that is unknown is refused with the nearest one, and an ambiguous one with the path of the session", () => {
    expect(refusal("strtup", false)).toContain("no session and no measured benchmark strtup: did you mean startup?");
    expect(refusal(id.replace("-new-", "-nwe-"), false)).toContain(`did you mean ${id}?`);
    expect(refusal("unlike-anything", false)).toContain("write the name of a measured benchmark");
    expect(refusal("toString", false)).toContain("no session and no measured benchmark");
    const both = { benchmarks: [id] };
    expect(refusal(id, false, both)).toBe(
      `${id} is both a session and a benchmark: to name the session, write the path of its file, runs/2026/11/${id}.json`,
    );
    expect(meantBy(`runs/2026/11/${id}.json`, known(both), false)).toEqual({ kind: "session", session: id });
  });

  test("can only be undone if it is withdrawn, or deleted on the remote", () => {
    expect(meantBy("old_startup", known(), true)).toEqual({ kind: "benchmark", benchmark: "old_startup" });
    expect(meantBy(gone, known(), true)).toEqual({ kind: "session", session: gone });
    expect(meantBy(deleted, known(), true)).toEqual({ kind: "session", session: deleted });
    expect(refusal("startup", true)).toContain("startup is not withdrawn");
    expect(refusal(id, true)).toContain(`${id} is not withdrawn`);
    expect(refusal(deleted, false)).toContain("there is no session");
  });
});
