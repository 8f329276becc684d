import type { Decision, ScalingFactor, Listed, Measured, Outcome, Revision, Session, WorkItem } from "../../../runner/model.ts";
import { preUpgradeRun } from "../../../runner/queue/pre-upgrade.ts";
import { ownTimeline, upgrade, type Upgrade, type UpgradeInput } from "../../../runner/queue/upgrade.ts";
import { idOf, revision } from "../report/fixture.ts";
import { generator, normal } from "../../../bench/simulation/coverage.ts";

/** What a simulated server measures: seconds of a benchmark at a revision, in an environment; undefined fails. */
type Truth = (benchmark: string, revision: number, environment: string) => number | undefined;

interface Simulation {
  revisions: number;
  benchmarks?: readonly string[];
  truth?: Truth;
  /** Standard deviation of ln seconds, between sessions. */
  noise?: number;
  /** Number of the program that a benchmark runs at a revision; each its own if not given. */
  program?: (benchmark: string, revision: number) => number;
  nulls?: readonly number[];
  /** Workload in an environment. */
  workload?: (environment: string) => string;
}

/** A server that measures what it is asked to, and stores the scaling factors of finished bridges. */
export class Server {
  readonly history: Revision[];
  readonly sessions: Session[] = [];
  readonly scalingFactors: ScalingFactor[] = [];
  readonly decisions: Decision[] = [];
  readonly host: string;
  readonly #how: Simulation;
  readonly #random = generator(7);
  environment = "old";
  setup = "before";

  constructor(how: Simulation, host = "host") {
    this.#how = how;
    this.host = host;
    this.history = Array.from({ length: how.revisions }, (_, number) => ({
      ...revision(number),
      isEmpty: how.nulls?.includes(number) ?? false,
    }));
  }

  get listed(): Listed[] {
    const { benchmarks = ["sort"], workload = () => "w" } = this.#how;
    return benchmarks.map((name) => ({ name, group: "main", variants: ["compiled"], workload: workload(this.environment) }));
  }

  input(): UpgradeInput {
    const { history, sessions, scalingFactors, decisions, host, environment, setup, listed } = this;
    return { history, sessions, scalingFactors, decisions, host, environment, setup, benchmarks: listed };
  }

  plan(): Upgrade {
    return upgrade(this.input());
  }

  measure(number: number, item: Pick<WorkItem, "reason" | "benchmarks"> = { reason: "new" }): Session {
    const serial = this.sessions.length;
    const started = new Date(Date.UTC(2026, 0, 1) + serial * 3_600_000).toISOString();
    const names = item.benchmarks ?? this.listed.map(({ name }) => name);
    const session: Session = {
      schema: 1,
      id: `${started}-${this.host}-${this.environment}-${serial}`,
      host: this.host,
      started,
      ended: started,
      reason: item.reason,
      subject: { kind: "revision", revision: idOf(number) },
      environment: this.environment,
      hostFacts: {},
      suite: "s",
      setup: this.setup,
      versions: {},
      listed: this.listed,
      benchmarks: Object.fromEntries(names.map((name) => [name, { compiled: this.#outcome(name, number) }])),
    };
    this.sessions.push(session);
    return session;
  }

  /** Measures all that a transition owes, as runs do. Returns the items. */
  catchUp(most = 200): WorkItem[] {
    const done: WorkItem[] = [];
    for (;;) {
      const { bridges, items, verifying } = this.plan();
      if (items.length === 0) this.scalingFactors.push(...bridges.flatMap(({ scalingFactor }) => scalingFactor ?? []));
      const [item] = [...items, ...(items.length === 0 && bridges.length === 0 ? verifying : [])];
      if (!item && bridges.length === 0) return done;
      if (!item) continue;
      done.push(item);
      if (done.length > most) throw new Error("it never ends");
      this.measure(this.numberOf(item), item);
    }
  }

  numberOf({ subject }: WorkItem): number {
    return this.history.findIndex(({ id }) => subject.kind === "revision" && subject.revision === id);
  }

  #outcome(benchmark: string, number: number): Outcome {
    const { truth = () => 1, noise = 0, program = (_, of) => of, workload = () => "w" } = this.#how;
    const seconds = truth(benchmark, number, this.environment);
    const ran = workload(this.environment);
    if (seconds === undefined) return { status: "failed", workload: ran, stage: "compile", message: "cc said no", output: "" };
    const value = seconds * Math.exp(noise * normal(this.#random));
    const spread = { samples: 15, minimum: value, median: value, standardError: Math.max(noise / 2, 0.0001), degreesOfFreedom: 8 };
    const fingerprint = `${benchmark} ${program(benchmark, number)} ${this.environment}`;
    return { status: "ok", workload: ran, seconds: value, fingerprint, ...spread } satisfies Measured;
  }
}

/** A server with all its revisions measured before the transition to `new`. */
export function afterTransition(how: Simulation): Server {
  const server = new Server(how);
  for (const number of server.history.keys()) if (!how.nulls?.includes(number)) server.measure(number);
  server.environment = "new";
  return server;
}

export const numbersOf = (server: Server, items: readonly WorkItem[]) => items.map((item) => server.numberOf(item));

/** Every sixth revision is measured in the slower one of two groups. */
export const bimodal: Truth = (_, number) => (number % 6 === 3 ? 1.2 : 1);

export const benchmarks = Array.from({ length: 12 }, (_, number) => `b${String(number).padStart(2, "0")}`);
export const faster: Truth = (_, __, environment) => (environment === "new" ? 0.8 : 1);

/** A transition after a pre-upgrade run, judged by an empty commit at the end of the history. */
export function upgraded(truth: Truth, noise = 0.003): Server {
  const server = new Server({ revisions: 10, benchmarks, truth, noise, nulls: [9] });
  for (let number = 0; number < 9; number++) server.measure(number);
  for (const item of preUpgradeItemsOf(server)) server.measure(server.numberOf(item), item);
  server.environment = "new";
  server.measure(9);
  server.catchUp();
  return server;
}

export function preUpgradeItemsOf(server: Server): WorkItem[] {
  const input = server.input();
  return preUpgradeRun({ ...input, benchmarks: ownTimeline(input), since: "2026-01-01T00:00:00.000Z" });
}
