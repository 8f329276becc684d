import { expectedSeconds, type Duration } from "../progress/durations.ts";
import type { WorkItem } from "../model.ts";
import { baselineSessions } from "./queue.ts";
import { upgrade, type UpgradeInput } from "./upgrade.ts";

/** Work of a host after a change, before anything new is measured. */
export interface Impact {
  /** Numbers of benchmarks whose interpreted variant is measured again, and of their sessions. */
  baselines: { benchmarks: number; sessions: number };
  /** Numbers of benchmarks that need a bridge, and of its sessions at least. */
  bridges: { benchmarks: number; sessions: number };
  /** Expected seconds of all of them, by similar sessions of this host; absent if there are none. */
  seconds?: number;
}

/**
 * Returns what is measured first in the next environment. Pure.
 * @param input its `environment` is the next one's id, or a placeholder that no session has.
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
