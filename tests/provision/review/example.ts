import type { HostReport } from "../../../provision/review/host-report.ts";
import { plannedEffects, type PlannedEffects, type HostReview, type TimelineImpact } from "../../../runner/resources/planned-effects.ts";

const same: TimelineImpact = { present: "aaaa", next: "same", id: "aaaa", because: [] };

export const another: TimelineImpact = {
  present: "aaaa",
  next: "another",
  because: ["Python: 3.12.3 -> 3.13"],
  measures: {
    baselines: { benchmarks: 111, sessions: 2 },
    bridges: { benchmarks: 111, sessions: 5 },
    seconds: 5 * 3600,
    isPreUpgradeRunComplete: false,
    known: 0,
  },
};

export function reportWith(review: Partial<HostReview>): HostReport {
  return { host: "bench", skipped: false, review: { drift: {}, planned: {}, free: {}, held: 57, impact: same, ...review } };
}

export const build: PlannedEffects = plannedEffects({
  effects: [{ what: "Python", is: "3.12.3", willBe: "3.13, built on the host" }],
  disk: { "/opt": 2.5e9 },
  seconds: 2400,
  unknown: ["the built Python: its exact version"],
});
