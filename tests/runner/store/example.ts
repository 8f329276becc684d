import type { Listed } from "../../../runner/model.ts";
import type { JournalHeader } from "../../../runner/store/journal-lines.ts";

/** What a suite of three benchmarks lists. */
export const exampleListing: Listed[] = ["deltablue", "richards", "slow"].map((name) => ({
  name,
  group: "main",
  variants: ["compiled", "interpreted"],
  workload: `w-${name}`,
}));

/** The header of a session that measures two benchmarks, one of them in two variants, ten samples each. */
export function exampleHeader(more: Partial<JournalHeader> = {}): JournalHeader {
  return {
    schema: 1,
    id: "20261123T101112Z-bench-1-0123456789ab-e1aaaaaa-new-0042",
    host: "bench-1",
    started: "2026-11-23T10:11:12.000Z",
    reason: "new",
    subject: { kind: "revision", revision: "0123456789abcdef0123456789abcdef01234567" },
    environment: "e1aaaaaabbbb",
    hostFacts: { kernel: "6.1" },
    suite: "s".repeat(40),
    versions: { mypy: "2.4" },
    listed: exampleListing,
    bootId: "boot",
    buildId: "build",
    plan: [
      { benchmark: "richards", variant: "compiled", workload: "w1", samples: 10 },
      { benchmark: "richards", variant: "interpreted", workload: "w1", samples: 10 },
      { benchmark: "deltablue", variant: "compiled", workload: "w2", samples: 10 },
    ],
    failed: [],
    same: [],
    ...more,
  };
}

/** The id of the n-th made session: ids sort by n. */
export function exampleId(n: number): string {
  return `20261123T1011${String(n % 60).padStart(2, "0")}Z-bench-1-0123456789ab-e1aaaaaa-new-${String(n).padStart(4, "0")}`;
}
