import { expectedSeconds, type Duration } from "../progress/durations.ts";
import type { WorkItem } from "../model.ts";
import { baselineSessions } from "./queue.ts";
import { upgrade, type UpgradeInput } from "./upgrade.ts";

/** What a host would measure after a change, before anything new. */
export interface Impact {
  /** Benchmarks whose interpreted variant is measured anew, in how many sessions. */
  baselines: { benchmarks: number; sessions: number };
  /** Benchmarks that are linked by measuring known programs again, in how many sessions at least. */
  bridges: { benchmarks: number; sessions: number };
  /** Seconds that all of them take, by what their like took on this host; absent where nothing tells. */
  seconds?: number;
}

/**
 * What the next environment asks for first. Pure.
 * @param input its `environment` is the next one's id; a placeholder that no session has, where it is not known.
 */
export function impact(input: UpgradeInput, durations: readonly Duration[]): Impact {
  const { bridges, items } = upgrade(input);
  const interpreted = input.benchmarks.filter(({ variants }) => variants.includes("interpreted"));
  const here = input.sessions.filter(({ environment, subject }) => environment === input.environment && subject.kind === "baseline");
  const missing = interpreted.filter(({ name, workload }) => !here.some((one) => isOk(one, name, workload))).map(({ name }) => name);
  const sessions = missing.length === 0 ? 0 : baselineSessions(interpreted.length);
  const baselines = Array.from({ length: sessions }, (): Item => ({ reason: "baseline", benchmarks: missing }));
  const times = [...baselines, ...items].map((item) => expectedSeconds(item, durations));
  const known = times.flatMap((time) => (time === undefined ? [] : [time]));
  return {
    baselines: { benchmarks: missing.length, sessions },
    bridges: { benchmarks: bridges.filter(({ needs }) => needs.length > 0).length, sessions: items.length },
    ...(known.length === times.length && { seconds: known.reduce((sum, time) => sum + time, 0) }),
  };
}

type Item = Pick<WorkItem, "reason" | "benchmarks">;

function isOk({ benchmarks }: UpgradeInput["sessions"][number], name: string, workload: string): boolean {
  const outcome = benchmarks[name]?.interpreted;
  return outcome?.status === "ok" && outcome.workload === workload;
}
