import { describe, expect, test } from "vitest";
import type { Shown, ShownBenchmark } from "../../../../runner/commands/show/show.ts";
import { foldedSamples, shownInFull, shownText } from "../../../../runner/commands/show/text.ts";
import { unitFor } from "../../../../runner/text/measurements.ts";
import { decision, environment, failed, idOf, measured, revision } from "../../report/fixture.ts";

const id = "20261123T101112Z-host-0123456789ab-e1-new-0042";
const short = (number: number): string => idOf(number).slice(0, 12);
const quantity = (value: number) => ({ value, standardError: 0.001, degreesOfFreedom: 9 });

const sort: ShownBenchmark = {
  benchmark: "sort",
  variant: "compiled",
  outcomes: [
    {
      session: id,
      outcome: {
        ...measured(0.0123),
        fingerprint: "f00d",
        wallSeconds: 0.05,
        conditions: { load: 0.12, throttled: 0, swapped: 1, temperature: 45 },
      },
      samples: [0.0123, 0.0123, 0.0124],
      commands: { workload: "w1", build: "make", run: "./sort --once" },
    },
  ],
  value: { seconds: quantity(0.0123), sessions: 1 },
  previous: { revision: idOf(1), environment: "e1", seconds: quantity(0.0118), ratio: quantity(1.042), isSame: false },
  decisions: [decision(2, { sessions: ["a", "b"] })],
};
const exits: ShownBenchmark = {
  benchmark: "exits",
  variant: "compiled",
  outcomes: [
    {
      session: id,
      outcome: failed({ stage: "run", message: "it ended with exit code 127: sh: not found", output: "\u001b[2Jfirst\nsession    forged" }),
    },
  ],
  decisions: [],
};

function shown(benchmarks: ShownBenchmark[], more: Partial<Shown> = {}): Shown {
  const { hostFacts, versions } = { hostFacts: { kernel: "6.1" }, versions: { compiler: "gcc 14" } };
  const started = "2026-11-23T10:11:12.000Z";
  const suite = "5".repeat(40);
  return {
    revision: revision(2),
    host: "host",
    known: [],
    sessions: [{ id, host: "host", reason: "new", started, ended: started, environment: "e1", suite, versions, hostFacts }],
    benchmarks,
    environments: [environment("e1", { tuning: ["turbo off"] })],
    ...more,
  };
}

describe("a revision", () => {
  test("has a line per benchmark: value, comparison and decision, or the reason that there is none", () => {
    const same: ShownBenchmark = {
      benchmark: "same",
      variant: "interpreted",
      outcomes: [{ session: id, outcome: { status: "reused", workload: "w1", fingerprint: "f", as: idOf(0) } }],
      value: { seconds: quantity(2), sessions: 3 },
      decisions: [],
    };
    const slow: ShownBenchmark = { benchmark: "slow", variant: "compiled", outcomes: [], decisions: [], missing: "not measured: slow" };
    expect(
      shownText(shown([sort, exits, same, slow]))
        .split("\n")
        .slice(-4),
    ).toEqual([
      `sort                12.300 ± 0.028 ms, +4.20 % ± 0.24 % vs. ${short(1)}, confirmed: slower from ${short(1)} to ${short(2)}, +5.13 % ± 0.46 % by 2 sessions`,
      "exits               failed: run: it ended with exit code 127: sh: not found",
      `same (interpreted)  2.0000 ± 0.0045 s, same program as ${short(0)}`,
      "slow                not measured: slow",
    ]);
  });

  test("names a drift as the machine's, and neither program as slower", () => {
    const change = { phi: 0.001, standardError: 0.002, degreesOfFreedom: 11 };
    const drifted = { ...sort, decisions: [decision(2, { outcome: "drifted", change, sessions: ["a", "b"] })] };
    const text = shownText(shown([drifted]));
    expect(text).toContain(`drift of the machine: ${short(1)} and ${short(2)} run alike, +0.10 % ± 0.44 % by 2 sessions`);
    expect(text).not.toMatch(/slower|confirmed/);
  });

  test("has its sessions, failures as a whole, and its state", () => {
    const [session] = shown([]).sessions;
    const failure = { stage: "checkout" as const, message: "no submodule", output: "fatal: gone" };
    const text = shownText(shown([], { known: ["waiting: 1 of 2 items"], sessions: session ? [{ ...session, failure }] : [] }));
    expect(text).toBe(
      [
        `revision     ${idOf(2)} Change number 2`,
        "committed    2026-01-03 00:00 UTC, Ann",
        "on host      waiting: 1 of 2 items",
        `session      ${id}: new, ended 2026-11-23 10:11 UTC on host`,
        "             environment e1 (Python 3.12.1, gcc 12.2.0, debian 12, Example 3000); suite 555555555555",
        "failed       checkout: no submodule",
        "output:",
        "  fatal: gone",
      ].join("\n"),
    );
  });
});

describe("one benchmark", () => {
  test("is shown with commands, samples, conditions, program and comparison", () => {
    const text = shownInFull(shown([sort]));
    for (const line of [
      "benchmark    sort",
      "value        12.300 ± 0.028 ms, of 1 session of its program on host",
      `previous     11.800 ± 0.027 ms at ${short(1)} in environment e1: +4.20 % ± 0.24 %`,
      `decision     confirmed: slower from ${short(1)} to ${short(2)}, +5.13 % ± 0.46 % by 2 sessions`,
      "tuning       turbo off",
      "workload     w1, these commands:",
      "  build      make",
      "  run        ./sort --once",
      "estimate     12.300 ± 0.028 ms",
      "samples      15, minimum 12.177, median 12.3 ms; a process takes 0.0500 s",
      "  2 × 12.3  12.4",
      "fingerprint  f00d",
      "conditions   load 0.12, throttled 0 times, 1 page swapped, 45 °C",
      "versions     compiler gcc 14",
      "host facts   kernel 6.1",
    ])
      expect(text.split("\n")).toContain(line);
  });

  test("that failed is shown with the end of its output, indented and without control characters", () => {
    const text = shownInFull(shown([exits]));
    expect(text).toContain("failed       run: it ended with exit code 127: sh: not found\noutput:\n  first\n  session    forged\n");
    expect(text).not.toContain("\u001b");
  });
});

test("of many samples, the first hundred are shown, and the others counted", () => {
  const samples = Array.from({ length: 250 }, (_, number) => 0.001 + number / 1e6);
  const lines = foldedSamples(samples, unitFor(0.001));
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe("… 150 more, see --json");
  expect(
    foldedSamples(
      Array.from({ length: 250 }, () => 0.001),
      unitFor(0.001),
    ),
  ).toEqual(["250 × 1"]);
});
