import { expect, test } from "vitest";
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
class Server {
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
function afterTransition(how: Simulation): Server {
  const server = new Server(how);
  for (const number of server.history.keys()) if (!how.nulls?.includes(number)) server.measure(number);
  server.environment = "new";
  return server;
}

const numbersOf = (server: Server, items: readonly WorkItem[]) => items.map((item) => server.numberOf(item));

test("before any transition nothing is bridged", () => {
  const server = new Server({ revisions: 9 });
  for (const number of server.history.keys()) server.measure(number);
  expect(server.plan()).toEqual({ bridges: [], items: [], verification: undefined, verifying: [] });
});

test("a transition is bridged by the five newest programs but one, which is held out to judge the bridge", () => {
  const server = afterTransition({ revisions: 9 });
  const { items } = server.plan();
  expect(numbersOf(server, items)).toEqual([7, 6, 5, 4, 3]);
  expect(items.every(({ reason }) => reason === "bridge")).toBe(true);
});

test("a quiet bridge is finished after one session of each program, and finds the factor", () => {
  const server = afterTransition({ revisions: 9, truth: (_, __, environment) => (environment === "new" ? 0.8 : 1), noise: 0.001 });
  const done = server.catchUp().filter(({ reason }) => reason === "bridge");
  expect(done).toHaveLength(5);
  const [scalingFactor] = server.scalingFactors;
  expect(scalingFactor).toMatchObject({ benchmark: "sort", status: "linked", from: { environment: "old" }, to: { environment: "new" } });
  expect(Math.exp(scalingFactor?.factor?.phi ?? 0)).toBeCloseTo(0.8, 2);
  expect(server.plan().bridges).toEqual([]);
});

test("a noisy bridge gets three sessions of each program, then eight programs, and is then called weak", () => {
  const server = afterTransition({ revisions: 20, noise: 0.1 });
  const done = server.catchUp().filter(({ reason }) => reason === "bridge");
  const times = new Map(numbersOf(server, done).map((number) => [number, 0]));
  for (const number of numbersOf(server, done)) times.set(number, (times.get(number) ?? 0) + 1);
  expect([...times.entries()].sort(([a], [b]) => b - a)).toEqual([18, 17, 16, 15, 14, 13, 12, 11].map((number) => [number, 3]));
  expect(server.scalingFactors[0]?.status).toBe("weak");
});

/** Every sixth revision is measured in the slower one of two groups. */
const bimodal: Truth = (_, number) => (number % 6 === 3 ? 1.2 : 1);

test("a bimodal benchmark is bridged by three sessions of each program from the start", () => {
  const server = afterTransition({ revisions: 60, truth: bimodal, noise: 0.001 });
  expect(numbersOf(server, server.plan().items).sort((a, b) => b - a)).toEqual([58, 57, 56, 55, 54].flatMap((one) => [one, one, one]));
});

test("copies are no bridge points: neighbours that run one program count once", () => {
  const server = afterTransition({ revisions: 12, program: (_, number) => Math.floor(number / 2) });
  // The newest program, of revisions 10 and 11, is held out.
  const points = numbersOf(server, server.plan().items).map((number) => Math.floor(number / 2));
  expect(points).toEqual([4, 3, 2, 1, 0]);
});

test("one session serves all benchmarks that it can", () => {
  const server = afterTransition({
    revisions: 20,
    benchmarks: ["often", "slowly"],
    // One of them changes every third revision only: its programs are run by several revisions.
    program: (benchmark, number) => (benchmark === "slowly" ? Math.floor(number / 3) : number),
  });
  const { items } = server.plan();
  const of = (name: string) => items.filter(({ benchmarks }) => benchmarks?.includes(name)).map((item) => server.numberOf(item));
  expect(of("often")).toEqual(expect.arrayContaining([18, 17, 16, 15, 14]));
  expect(new Set(of("slowly").map((number) => Math.floor(number / 3))).size).toBe(5);
  expect(items.length).toBeLessThan(10);
});

test("what no longer builds after the transition is a break with its reason, and is not asked for again", () => {
  const server = afterTransition({ revisions: 9, truth: (_, __, environment) => (environment === "new" ? undefined : 1) });
  const done = server.catchUp();
  expect(numbersOf(server, done)).toEqual([7, 6, 5]);
  expect(server.scalingFactors).toEqual([
    expect.objectContaining({ status: "broken", reason: "3 of the newest programs before the transition cannot be measured after it" }),
  ]);
  expect(server.plan()).toMatchObject({ bridges: [], items: [] });
});

test("a break is taken up again once the configuration that it was made with is another one, and left where that changes nothing", () => {
  let lacks = true;
  const server = afterTransition({ revisions: 9, truth: (_, __, environment) => (environment === "new" && lacks ? undefined : 1) });
  server.catchUp();
  expect(server.plan()).toMatchObject({ bridges: [], items: [] });
  server.setup = "another mistake";
  expect(numbersOf(server, server.catchUp())).toEqual([7, 6, 5]);
  expect(server.plan()).toMatchObject({ bridges: [], items: [] });
  [server.setup, lacks] = ["corrected", false];
  expect(
    numbersOf(
      server,
      server.catchUp().filter(({ reason }) => reason === "bridge"),
    ),
  ).toEqual([7, 6, 5, 4, 3]);
  expect(server.scalingFactors.at(-1)).toMatchObject({ status: "linked" });
});

test("a program that does not build after the transition gives its place to the next older one", () => {
  const server = afterTransition({
    revisions: 12,
    noise: 0.001,
    truth: (_, number, environment) => (environment === "new" && number === 9 ? undefined : 1),
  });
  const done = server.catchUp().filter(({ reason }) => reason === "bridge");
  expect(numbersOf(server, done)).toEqual([10, 9, 8, 7, 6, 5]);
  expect(server.scalingFactors[0]?.revisions).toEqual([10, 8, 7, 6, 5].map(idOf));
});

test("going back to an earlier environment needs no new bridge", () => {
  const server = afterTransition({ revisions: 9, noise: 0.001 });
  server.catchUp();
  server.environment = "old";
  expect(server.plan()).toMatchObject({ bridges: [], items: [] });
});

test("a third environment is bridged from the second, and the first is linked by the chain", () => {
  const server = afterTransition({
    revisions: 12,
    noise: 0.001,
    truth: (_, __, environment) => ({ old: 1, new: 0.8, third: 0.6 })[environment],
  });
  server.catchUp();
  server.environment = "third";
  expect(new Set(server.plan().bridges.map(({ from }) => from.environment))).toEqual(new Set(["new"]));
  server.catchUp();
  expect(server.scalingFactors.map(({ from, to }) => `${from.environment} ${to.environment}`)).toEqual(["old new", "new third"]);
  const first = ownTimeline(server.input())[0]?.series[0]?.segments.find(({ environment }) => environment === "old");
  expect(first?.link.status).toBe("linked");
});

test("an edited benchmark is bridged within its environment", () => {
  let workload = "w1";
  const server = new Server({ revisions: 9, workload: () => workload });
  for (const number of server.history.keys()) server.measure(number);
  workload = "w2";
  const { items, bridges } = server.plan();
  expect(bridges[0]).toMatchObject({ from: { environment: "old", workload: "w1" }, to: { environment: "old", workload: "w2" } });
  expect(items).toHaveLength(5);
});

test("another host's environment is no transition of this one", () => {
  const server = new Server({ revisions: 9 });
  const other = new Server({ revisions: 9 }, "other");
  other.environment = "elsewhere";
  for (const number of server.history.keys()) {
    server.measure(number);
    server.sessions.push(other.measure(number));
  }
  expect(server.plan().items).toEqual([]);
});

test("with a single program there is a bridge, but nothing to judge it by", () => {
  const server = afterTransition({ revisions: 1, noise: 0.001 });
  expect(numbersOf(server, server.plan().items)).toEqual([0]);
  server.catchUp();
  expect(server.plan().verification).toBeUndefined();
});

const benchmarks = Array.from({ length: 12 }, (_, number) => `b${String(number).padStart(2, "0")}`);
const faster: Truth = (_, __, environment) => (environment === "new" ? 0.8 : 1);

/** A transition after a pre-upgrade run, judged by an empty commit at the end of the history. */
function upgraded(truth: Truth, noise = 0.003): Server {
  const server = new Server({ revisions: 10, benchmarks, truth, noise, nulls: [9] });
  for (let number = 0; number < 9; number++) server.measure(number);
  for (const item of preUpgradeItemsOf(server)) server.measure(server.numberOf(item), item);
  server.environment = "new";
  server.measure(9);
  server.catchUp();
  return server;
}

function preUpgradeItemsOf(server: Server): WorkItem[] {
  const input = server.input();
  return preUpgradeRun({ ...input, benchmarks: ownTimeline(input), since: "2026-01-01T00:00:00.000Z" });
}

test("a pre-upgrade run is five sessions of what will be held out, and one of each program of the next bridge", () => {
  const server = new Server({ revisions: 9 });
  for (const number of server.history.keys()) server.measure(number);
  const items = preUpgradeItemsOf(server);
  expect(numbersOf(server, items).sort((a, b) => b - a)).toEqual([8, 8, 8, 8, 8, 7, 6, 5, 4, 3]);
  for (const item of items) server.measure(server.numberOf(item), item);
  expect(preUpgradeItemsOf(server)).toEqual([]);
});

test("the pre-upgrade run of a bimodal benchmark is three sessions of each program of the next bridge", () => {
  const server = new Server({ revisions: 60, truth: bimodal, noise: 0.001 });
  for (const number of server.history.keys()) server.measure(number);
  const numbers = numbersOf(server, preUpgradeItemsOf(server)).sort((a, b) => b - a);
  expect(numbers).toEqual([59, 59, 59, 59, 59, ...[58, 57, 56, 55, 54].flatMap((one) => [one, one, one])]);
});

test("where there is a single program, the pre-upgrade run is five sessions of it", () => {
  const server = new Server({ revisions: 1 });
  server.measure(0);
  expect(numbersOf(server, preUpgradeItemsOf(server))).toEqual([0, 0, 0, 0, 0]);
});

test("an upgrade that changed nothing but speed is continuous, by at least five sessions of the empty commit", () => {
  const server = upgraded(faster);
  const { verification } = server.plan();
  expect(verification).toMatchObject({ by: "null", revision: idOf(9), before: "old", verdict: { verdict: "continuous" } });
  const taken = server.sessions.filter(
    ({ subject, environment }) => environment === "new" && subject.kind === "revision" && subject.revision === idOf(9),
  );
  // Sessions of the pre-upgrade run and of the empty commit repeat programs: they tell what sessions share.
  expect(verification?.verdict.common.pairs).toBeGreaterThan(8);
  expect(taken.length).toBeGreaterThanOrEqual(5);
  expect(taken.length).toBeLessThanOrEqual(12);
});

test("an upgrade is not continuous as long as a change right at the transition is suspected, whatever the values say", () => {
  const server = upgraded(
    (benchmark, number, environment) => (faster(benchmark, number, environment) ?? 1) * (benchmark === "b03" && number === 9 ? 1.008 : 1),
    0.0005,
  );
  const verdict = () => server.plan().verification?.verdict;
  expect(verdict()?.benchmarks.map((one) => one.verdict)).toEqual(benchmarks.map(() => "continuous"));
  expect(verdict()).toMatchObject({ verdict: "inconclusive", reason: expect.stringMatching(/suspected .*: b03$/) as string });
  server.decisions.push({
    schema: 1,
    rules: 1,
    n: 1,
    host: "host",
    written: "2026-01-01T00:00:00.000Z",
    benchmark: "b03",
    variant: "compiled",
    context: { environment: "new", workload: "w" },
    found: "online",
    firstBad: idOf(9),
    lastGood: idOf(8),
    skipped: 0,
    noticed: idOf(9),
    sessions: [],
    outcome: "confirmed",
    direction: "slower",
    change: { phi: 0.008, standardError: 0.001, degreesOfFreedom: 9 },
  });
  expect(verdict()).toMatchObject({ verdict: "continuous", reason: undefined });
});

test("without an empty commit the held-out revision judges", () => {
  const server = afterTransition({ revisions: 9, benchmarks, truth: faster, noise: 0.002 });
  server.catchUp();
  expect(server.plan().verification).toMatchObject({ by: "held-out", revision: idOf(8) });
});

test("what a slow-down of the bridge's own revisions hides is found by the empty commit", () => {
  // The bridge's revisions are 2 % slower in the new environment than anything else is: the scaling factor is wrong by that.
  const server = upgraded(
    (benchmark, number, environment) => (faster(benchmark, number, environment) ?? 1) * (environment === "new" && number === 9 ? 1.02 : 1),
  );
  expect(server.plan().verification?.verdict.verdict).toBe("broken");
});

test("a benchmark that begins anew with a version owes no bridge from its older values, and no verdict; others do", () => {
  const how = { revisions: 9, benchmarks: ["sort", "tree"] };
  const server = afterTransition(how);
  const versioned = server.listed.map((one) => (one.name === "sort" ? { ...one, workload: "w-v2" } : one));
  const asked = upgrade({ ...server.input(), benchmarks: versioned });
  expect([...new Set(asked.bridges.map(({ benchmark }) => benchmark))]).toEqual(["tree"]);
  expect([...new Set(asked.items.flatMap(({ benchmarks = [] }) => benchmarks))]).toEqual(["tree"]);
  const reopened = { sessions: new Map([["sort", 3]]), since: "" };
  expect(upgrade({ ...server.input(), benchmarks: versioned, reopened }).bridges.map(({ benchmark }) => benchmark)).not.toContain("sort");

  server.catchUp();
  expect(server.plan().verification?.verdict.benchmarks.map(({ benchmark }) => benchmark)).toEqual(["sort", "tree"]);
  const judged = upgrade({ ...server.input(), benchmarks: versioned }).verification;
  expect(judged?.verdict.benchmarks.map(({ benchmark, verdict }) => [benchmark, verdict])).toEqual([["tree", "continuous"]]);

  // The same environment: nothing but the version changed.
  const here = new Server(how);
  for (const number of here.history.keys()) here.measure(number);
  const again = upgrade({ ...here.input(), benchmarks: versioned });
  expect([again.bridges, again.items, again.verifying]).toEqual([[], [], []]);
  const edited = here.listed.map((one) => ({ ...one, workload: "other" }));
  expect(upgrade({ ...here.input(), benchmarks: edited }).bridges).toHaveLength(2);
});

test("what a dropped benchmark differs from session to session is no error of the bridges of others", () => {
  const server = afterTransition({ revisions: 9, benchmarks: ["sort", "gone"] });
  const benchmarks = server.listed.filter(({ name }) => name === "sort");
  for (let items = upgrade({ ...server.input(), benchmarks }).items; items.length > 0;) {
    for (const item of items) server.measure(server.numberOf(item), item);
    items = upgrade({ ...server.input(), benchmarks }).items;
  }
  const factorOf = (sessions: readonly Session[]) => upgrade({ ...server.input(), sessions, benchmarks }).bridges[0]?.scalingFactor?.factor;
  const before = factorOf(server.sessions);
  expect(before?.standardError).toBeGreaterThan(0);
  const noisy = [1, 5].map((seconds, index): Session => {
    const one = server.measure(8, { reason: "control", benchmarks: ["gone"] });
    return {
      ...one,
      id: `${one.id}-${index}`,
      benchmarks: { gone: { compiled: { ...(one.benchmarks["gone"]?.compiled as Measured), seconds } } },
    };
  });
  expect(factorOf([...server.sessions, ...noisy])).toEqual(before);
});
