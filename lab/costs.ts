import { AsyncLocalStorage } from "node:async_hooks";

/** The steps of a host's life whose seconds are recorded. */
export const hostSteps = ["image", "copy", "boot", "provisioning", "waiting"] as const;
export type HostStep = (typeof hostSteps)[number];

/** Seconds that hosts have cost this process so far. */
export interface HostCosts {
  /** Wall time by step. Steps that run side by side both count. */
  steps: Record<HostStep, number>;
  /** Processor time of everything that ran on the hosts. */
  processor: number;
  /** The part of it on hosts that ended process by process: they count among the children of this process. */
  stoppedProcessor: number;
}

const steps: Record<HostStep, number> = { image: 0, copy: 0, boot: 0, provisioning: 0, waiting: 0 };
const insideStep = new AsyncLocalStorage<true>();
let stoppedProcessor = 0;
let killedProcessor = 0;
/** Running hosts: what they had used when they were first seen, and how to ask again. */
const hosts = new Map<string, { first: number; read: () => number | undefined }>();

/** Runs a step of a host's life and records its wall time. A step inside another one counts as part of that one. */
export async function recordStep<Value>(step: HostStep, action: () => Promise<Value>): Promise<Value> {
  if (insideStep.getStore()) return action();
  const started = performance.now();
  try {
    return await insideStep.run(true, action);
  } finally {
    steps[step] += (performance.now() - started) / 1000;
  }
}

/** Counts a host's processor time from now on. */
export function recordProcessor(host: string, read: () => number | undefined): void {
  if (!hosts.has(host)) hosts.set(host, { first: read() ?? 0, read });
}

/** Closes the account of a host that is about to be powered off, process by process, or to be killed as a whole. */
export function recordPowerOff(host: string, how: "stopped" | "killed"): void {
  const known = hosts.get(host);
  if (known === undefined) return;
  const used = (known.read() ?? known.first) - known.first;
  if (how === "stopped") stoppedProcessor += used;
  else killedProcessor += used;
  hosts.delete(host);
}

/** Returns what hosts have cost since this process began. */
export function hostCosts(): HostCosts {
  const running = [...hosts.values()].map(({ first, read }) => (read() ?? first) - first);
  const processor = running.reduce((sum, seconds) => sum + seconds, stoppedProcessor + killedProcessor);
  return { steps: { ...steps }, processor, stoppedProcessor };
}
