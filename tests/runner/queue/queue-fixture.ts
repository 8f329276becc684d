import type { Failed, Listed, Measured, Outcome, Revision, Session, Subject, Variant, WorkItem } from "../../../runner/model.ts";
import type { QueueInput } from "../../../runner/queue/queue.ts";

export const here = "e1aaaaaa";
export const today = "2026-11-23";
export const yesterday = "2026-11-22";

export const ok: Measured = {
  status: "ok",
  workload: "w",
  seconds: 1,
  standardError: 0.001,
  degreesOfFreedom: 8,
  samples: 15,
  minimum: 1,
  median: 1,
};
export const failed: Failed = { status: "failed", workload: "w", stage: "run", message: "exit code 1", output: "boom" };
export const stop = { stage: "checkout" as const, message: "no such submodule", output: "" };

export function idOf(number: number): string {
  return number.toString(16).padStart(40, "0");
}

export function revisions(count: number): Revision[] {
  return Array.from({ length: count }, (_, number) => ({
    id: idOf(number),
    ...(number === 0 ? {} : { parent: idOf(number - 1) }),
    committed: "2026-11-01T00:00:00.000Z",
    author: "A",
    title: `change ${number}`,
    isEmpty: false,
  }));
}

export type Outcomes = Record<string, Partial<Record<Variant, Outcome>>>;

export function session(subject: number | "baseline", benchmarks: Outcomes, more: Partial<Session> = {}): Session {
  const of: Subject = subject === "baseline" ? { kind: "baseline" } : { kind: "revision", revision: idOf(subject) };
  const started = more.started ?? `${yesterday}T10:00:00.000Z`;
  return {
    schema: 1,
    id: `${started}-${subject}`,
    host: "h",
    started,
    ended: started,
    reason: "new",
    subject: of,
    environment: here,
    hostFacts: {},
    suite: "s",
    versions: {},
    listed: [benchmark("a"), benchmark("b")],
    benchmarks,
    ...more,
  };
}

export const complete: Outcomes = { a: { compiled: ok }, b: { compiled: ok } };

export function benchmark(name: string, workload = "w", variants: Variant[] = ["compiled", "interpreted"]): Listed {
  return { name, group: "main", variants, workload };
}

export function input(count: number, more: Partial<QueueInput> = {}): QueueInput {
  const history = revisions(count);
  return {
    history,
    wanted: new Set(history.map(({ id }) => id)),
    sessions: [],
    host: "h",
    environment: here,
    benchmarks: undefined,
    today,
    ...more,
  };
}

/** Numbers of the revisions, in order. */
export function order(items: readonly WorkItem[]): (number | "baseline")[] {
  return items.map(({ subject }) => (subject.kind === "baseline" ? "baseline" : Number.parseInt(subject.revision, 16)));
}
