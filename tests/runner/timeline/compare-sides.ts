import type { Random } from "../../../bench/random.ts";
import type { ScalingFactor, Reason, Session } from "../../../runner/model.ts";
import type { Comparison, EnvironmentSide, RevisionsSide } from "../../../runner/timeline/compared.ts";
import { timeline, type Timeline } from "../../../runner/timeline/timeline.ts";
import { failed, history, scalingFactor, idOf, measured, session } from "../report/fixture.ts";

export const revisions = history(30);
const names = ["sort", "tree", "text"];

export const at = (...numbers: number[]): RevisionsSide => ({
  kind: "revisions",
  name: `r${numbers.join("+")}`,
  ids: new Set(numbers.map(idOf)),
});
export const range = (from: number, to: number) => at(...Array.from({ length: to - from }, (_, index) => from + 1 + index));
export const environmentSide = (id: string): EnvironmentSide => ({ kind: "environment", name: `environment ${id}`, id });

let serial = 0;
export function taken(
  number: number,
  seconds: Record<string, number>,
  environment = "a",
  reason: Reason = "new",
  workload = "w1",
): Session {
  const outcomes = Object.entries(seconds).map(([name, value]) => [
    name,
    { compiled: value > 0 ? measured(value, { workload }) : failed({}, workload) },
  ]);
  return session(number, Object.fromEntries(outcomes), { environment, serial: serial++, reason });
}

export function made(sessions: Session[], scalingFactors: ScalingFactor[] = [], currentEnvironment = "b"): Timeline {
  const listed = names.map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }));
  return timeline({ history: revisions, sessions, listed, currentEnvironment, scalingFactors });
}

/** Twelve revisions in a, the last four of them in b too, and eight more there. Sessions that repeat one program show no noise. */
export function upgraded(random: Random): Timeline {
  const seconds = (number: number, factor: number) =>
    Object.fromEntries(names.map((name, index) => [name, (1 + index + number / 10) * factor * (1 + 0.01 * random())]));
  const [first, last] = [seconds(0, 1), seconds(19, 0.5)];
  const old = Array.from({ length: 12 }, (_, number) => taken(number, number === 0 ? first : seconds(number, 1)));
  const both = [8, 9, 10, 11].map((number) => taken(number, seconds(number, 0.5), "b", "bridge"));
  const now = Array.from({ length: 8 }, (_, index) => taken(12 + index, index === 7 ? last : seconds(12 + index, 0.5), "b"));
  const again = Array.from({ length: 5 }, () => [taken(0, first, "a", "control"), taken(19, last, "b", "control")]).flat();
  const scalingFactors = names.map((benchmark) => scalingFactor({ environment: "a" }, { environment: "b" }, Math.log(0.5), { benchmark }));
  return made([...old, ...both, ...now, ...again], scalingFactors);
}

export const program = (number: number) =>
  session(number, { sort: { compiled: { ...measured(2), fingerprint: "f" } } }, { environment: "b", serial: serial++ });

export const baseline = (seconds: number, environment: string) =>
  session("baseline", { sort: { interpreted: measured(seconds) } }, { environment, serial: serial++ });

export const byName = ({ compared }: Comparison) => [...compared].sort((x, y) => (x.benchmark < y.benchmark ? -1 : 1));
