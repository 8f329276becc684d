import type {
  Decision,
  ScalingFactor,
  Listed,
  Measured,
  Outcome,
  Reason,
  Revision,
  Session,
  Subject,
  WorkItem,
} from "../../runner/model.ts";
import { changes, type Changes } from "../../runner/queue/changes.ts";
import type { CachedBuild } from "../../runner/build/cached-builds.ts";
import { nextNumber } from "../../runner/store/decisions.ts";
import { idOf, revision } from "../../tests/runner/report/fixture.ts";
import { generator, normal } from "../simulation/coverage.ts";

export interface Simulation {
  revisions: number;
  benchmarks?: readonly string[];
  /** Seconds of a benchmark at a revision; undefined fails. `nth` counts its sessions of that revision from 0. */
  truth?: (revision: number, benchmark: string, nth: number, environment: string) => number | undefined;
  /** Standard deviation of ln seconds, between sessions. */
  noise?: number;
  /** Number of the program that is run at a revision; each its own if not given. */
  program?: (revision: number) => number;
  /** Difference of ln seconds that a layout of a revision makes, 0 is its first build; confirmed changes are not checked if not given. */
  layouts?: (revision: number, layout: number) => number;
  without?: ReadonlyMap<string, string[]>;
  wanted?: (revision: number) => boolean;
  /** Of the noise. */
  seed?: number;
}

/** A server that measures what it is asked to, and stores what is decided. */
export class Server {
  readonly history: Revision[];
  readonly sessions: Session[] = [];
  readonly decisions: Decision[] = [];
  readonly #how: Simulation;
  readonly #random: () => number;
  cachedBuilds: CachedBuild[] = [];
  scalingFactors: ScalingFactor[] = [];
  environment = "here";
  today = "2026-01-01";

  constructor(how: Simulation) {
    this.#how = how;
    this.#random = generator(how.seed ?? 11);
    this.history = Array.from({ length: how.revisions }, (_, number) => revision(number));
  }

  get listed(): Listed[] {
    return (this.#how.benchmarks ?? ["sort"]).map((name) => ({ name, group: "main", variants: ["compiled"], workload: "w" }));
  }

  get #wanted(): Set<string> {
    const { wanted = () => true } = this.#how;
    return new Set(this.history.filter((_, number) => wanted(number)).map(({ id }) => id));
  }

  changes(): Changes {
    const { history, sessions, decisions, listed, cachedBuilds } = this;
    const { without = new Map<string, string[]>() } = this.#how;
    const input = {
      history,
      sessions,
      scalingFactors: this.scalingFactors,
      host: "host",
      environment: this.environment,
      benchmarks: listed,
    };
    const checkLayouts = this.#how.layouts !== undefined;
    return changes({ ...input, decisions, wanted: this.#wanted, without, cachedBuilds, checkLayouts, today: this.today });
  }

  measure(
    number: number,
    { reason = "new", benchmarks, subject }: { reason?: Reason; benchmarks?: readonly string[]; subject?: Subject } = {},
  ): void {
    const serial = this.sessions.length;
    const started = new Date(Date.UTC(2026, 0, 1) + serial * 3_600_000).toISOString();
    const names = benchmarks ?? this.listed.map(({ name }) => name);
    this.sessions.push({
      schema: 1,
      id: `${started.replace(/[-:]|\.\d+/g, "")}-host-${idOf(number).slice(0, 12)}-${this.environment}-${reason}-0000`,
      host: "host",
      started,
      ended: started,
      reason,
      subject: subject ?? { kind: "revision", revision: idOf(number) },
      environment: this.environment,
      hostFacts: {},
      suite: "s",
      versions: {},
      listed: this.listed,
      benchmarks: Object.fromEntries(
        names.map((name) => [name, { compiled: this.#outcome(name, number, subject?.kind === "layout" ? subject.layout : 0) }]),
      ),
    });
  }

  /** Measures what is suspected or confirmed, as runs do, and writes what is decided. Returns the items. */
  settle(most = 60): WorkItem[] {
    const done: WorkItem[] = [];
    for (;;) {
      this.decide();
      const { items, creepingItems } = this.changes();
      const [item] = [...items, ...creepingItems];
      if (!item) return done;
      done.push(item);
      if (done.length > most) throw new Error("it never ends");
      this.measure(this.numberOf(item), item);
    }
  }

  /** Writes what is decided, until nothing more follows from it. */
  decide(): void {
    for (let findings = this.changes().findings; findings.length > 0; findings = this.changes().findings) {
      for (const finding of findings) {
        const n = nextNumber(finding, this.decisions);
        this.decisions.push({ ...finding, schema: 1, n, host: "host", written: `${this.today}T00:00:00.000Z` });
      }
    }
  }

  numberOf({ subject }: WorkItem): number {
    return this.history.findIndex(({ id }) => subject.kind !== "baseline" && subject.revision === id);
  }

  #outcome(benchmark: string, number: number, layout: number): Outcome {
    const { truth = () => 1, noise = 0.001, program = (of) => of, layouts = () => 0 } = this.#how;
    const ran = program(number);
    const nth = this.sessions.filter(
      ({ subject, benchmarks }) => benchmarks[benchmark] && subject.kind === "revision" && program(this.#indexOf(subject.revision)) === ran,
    ).length;
    const seconds = truth(number, benchmark, nth, this.environment);
    if (seconds === undefined) return { status: "failed", workload: "w", stage: "compile", message: "cc said no", output: "" };
    const value = seconds * Math.exp(layouts(number, layout) + noise * normal(this.#random));
    const spread = { samples: 15, minimum: value, median: value, standardError: Math.max(noise / 3, 0.0001), degreesOfFreedom: 8 };
    return {
      status: "ok",
      workload: "w",
      seconds: value,
      fingerprint: `${benchmark} ${ran}${layout > 0 ? ` ${layout}` : ""}`,
      ...spread,
    } satisfies Measured;
  }

  #indexOf(id: string): number {
    return this.history.findIndex((one) => one.id === id);
  }
}

/** A server with these revisions measured. */
export function measured(
  how: Simulation,
  numbers: readonly number[] = Array.from({ length: how.revisions }, (_, number) => number),
): Server {
  const server = new Server(how);
  for (const number of numbers) server.measure(number);
  return server;
}
