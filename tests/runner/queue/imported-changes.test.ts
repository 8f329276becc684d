// Imported history in changes.ts, suspicions.ts and readings.ts together: it is read by the import and looked through as a whole.

import { expect, test } from "vitest";
import type { ScalingFactor, Listed, Session } from "../../../runner/model.ts";
import { changes, changesText, unjudgedText, type Changes } from "../../../runner/queue/changes.ts";
import { latestScalingFactors } from "../../../runner/timeline/chain.ts";
import { median } from "../../../runner/timeline/stats.ts";
import { imported, sample, smallSample } from "../import/fixture.ts";
import { scalingFactor, measured, revision } from "../report/fixture.ts";

/** A whole layout as it is imported: its programs get faster and slower, a step now and then. */
const layout = sample();
const known = imported(layout.rows, layout.scaling, undefined, () => "imported");
const history = smallSample()
  .eras.flatMap(({ revisions }) => revisions)
  .map((id, number) => ({ ...revision(number), id }));
const listed = [...new Map(known.sessions.flatMap((one) => one.listed).map((one) => [one.name, one])).values()];

function changesIn(
  environment: string,
  own: readonly Session[] = [],
  scalingFactors: readonly ScalingFactor[] = [],
  benchmarks: readonly Listed[] = listed,
): Changes {
  return changes({
    history,
    sessions: [...known.sessions, ...own],
    scalingFactors: [...latestScalingFactors(known.scalingFiles), ...scalingFactors],
    decisions: [],
    host: "bench",
    today: "2026-02-11",
    environment,
    benchmarks,
    wanted: new Set(history.map(({ id }) => id)),
    without: new Map(),
    cachedBuilds: [],
    checkLayouts: false,
  });
}

const nothing = { open: [], findings: [], items: [] };

test("imported history raises no suspicion, though its values step, wherever the host is now", () => {
  const environments = new Set(known.sessions.map((one) => one.environment));
  expect(environments.size).toBeGreaterThan(2);
  for (const environment of [...environments, "another"]) {
    const found = changesIn(environment);
    expect(found).toMatchObject({ open: [], findings: [] });
    expect(found.items.filter(({ reason }) => reason === "confirm")).toEqual([]);
    expect(changesText(found)).toBeUndefined();
  }
});

test("status says of imported history that no change of it can be detected", () => {
  const last = known.sessions.findLast(({ subject }) => subject.kind === "revision");
  expect(unjudgedText(changesIn(last?.environment ?? ""))).toMatch(
    /^cannot detect changes of \d+ benchmarks \(app_00, .*, …\) until 9 programs are measured/,
  );
});

/** What this host measures after the import: the newest twenty revisions, linked with the last imported place. */
const name = "app_10";
const benchmark = { name, group: "main", variants: ["compiled"], workload: "own" } satisfies Listed;
const context = { environment: "own", workload: "own" };
const count = 20;

const lastImported = known.sessions.findLast(({ benchmarks }) => benchmarks[name]?.compiled?.status === "imported");
const before = known.sessions
  .filter(({ environment }) => environment === lastImported?.environment)
  .flatMap(({ benchmarks }) => benchmarks[name]?.compiled ?? [])
  .flatMap((outcome) => (outcome.status === "imported" ? [outcome.seconds] : []));
const usual = median(before.slice(-10));

const noisy = (number: number): number => usual * (1 + 0.001 * (number % 3));

function ownSessions(secondsAt: (number: number) => number): Session[] {
  return Array.from({ length: count }, (_, number): Session => {
    const started = new Date(Date.UTC(2030, 0, 1) + number * 3_600_000).toISOString();
    const subject = history[history.length - count + number]?.id ?? "";
    return {
      schema: 1,
      id: `${started.replace(/[-:]|\.\d+/g, "")}-bench-${subject.slice(0, 12)}-own-new-0000`,
      host: "bench",
      started,
      ended: started,
      reason: "new",
      subject: { kind: "revision", revision: subject },
      environment: context.environment,
      hostFacts: {},
      suite: "s",
      versions: {},
      listed: [benchmark],
      benchmarks: { [name]: { compiled: measured(secondsAt(number), { workload: context.workload }) } },
    };
  });
}

/** As good as a bridge over imported values is: a step of their last twenty is within its error. */
const factor = { phi: 0, standardError: 0.05, degreesOfFreedom: 8 };

function linkedWith(own: readonly Session[]): Changes {
  const from = { environment: lastImported?.environment ?? "", workload: "imported" };
  return changesIn(context.environment, own, [scalingFactor(from, context, 0, { benchmark: name, factor })], [benchmark]);
}

test("own values after imported ones raise suspicions as ever, and of these alone", () => {
  expect(linkedWith(ownSessions(noisy))).toMatchObject(nothing);
  const stepped = linkedWith(ownSessions((number) => noisy(number) * (number >= 16 ? 1.1 : 1)));
  expect(stepped.open.map((one) => [one.benchmark, one.firstBad])).toEqual([[name, history[history.length - count + 16]?.id]]);
});
