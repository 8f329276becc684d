import { byName } from "../../config/by-name.ts";
import { environmentOf } from "../system/environment.ts";
import type { Environment, Group, Listed, Outcome, Session } from "../model.ts";
import { sessionId } from "../store/sessions.ts";
import type { Row } from "./row.ts";
import { drawnFrom } from "../text/sha256.ts";

export interface SessionsInput {
  /** Rows in the order of their files. */
  rows: readonly Row[];
  /** Stored results as rows; these are not imported again. */
  known: readonly Row[];
  /** Ids of other sessions. */
  ids: readonly string[];
  /** Host that the sessions belong to. */
  host: string;
  /** Returns the group of a benchmark. */
  groupOf: (benchmark: string) => Group;
  /** Returns the workload of a benchmark at a revision of the suite. */
  workloadOf: (benchmark: string, suite: string) => string;
}

/** Hours between rows of one subject that were measured in one run, at most. */
const mostHoursBetween = 12;

/**
 * Returns the sessions that rows form. A session has successive rows of one subject, environment and suite revision. It ends when a benchmark
 * repeats, or after a long interval. A revision that was measured again thus has another session. Pure; the same rows give the same sessions.
 */
export function sessionsOf(input: SessionsInput): Session[] {
  const { rows } = input;
  const known = new Set(input.known.map(rowKey));
  const interpreted = new Set(rows.filter(({ variant }) => variant === "interpreted").map(({ benchmark }) => benchmark));
  const used = new Set(input.ids);
  const sessions: Session[] = [];
  for (const run of runs(rows.filter((row) => !known.has(rowKey(row))))) {
    const session = sessionOf(run, used, interpreted, input);
    used.add(session.id);
    sessions.push(session);
  }
  return sessions.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const environments = new Map<string, Environment>();

/** Returns the environment of a row. Facts that the format lacks are left out. */
export function environmentOfRow({ hardware, os, python, compiler }: Pick<Row, "hardware" | "os" | "python" | "compiler">): Environment {
  const text = [hardware, os, python, compiler].join();
  const [id = "", ...version] = os.split(" ");
  const made =
    environments.get(text) ??
    environmentOf({ cpu: hardware, os: { id, versionId: version.join(" ") }, python: { version: python }, compiler });
  environments.set(text, made);
  return made;
}

type Run = [Row, ...Row[]];

function runs(rows: readonly Row[]): Run[] {
  const open = new Map<string, Run>();
  const found: Run[] = [];
  for (const row of [...rows].sort(
    (a, b) => compare(a.taken, b.taken) || compare(a.benchmark, b.benchmark) || compare(rowKey(a), rowKey(b)),
  )) {
    const key = [row.variant, row.revision, row.suite, environmentOfRow(row).id].join();
    const run = open.get(key);
    const last = run?.at(-1);
    const isSameRun = last && hoursBetween(last, row) < mostHoursBetween && run?.every(({ benchmark }) => benchmark !== row.benchmark);
    if (run && isSameRun) run.push(row);
    else {
      const begun: Run = [row];
      open.set(key, begun);
      found.push(begun);
    }
  }
  return found;
}

function sessionOf(run: Run, used: ReadonlySet<string>, interpreted: ReadonlySet<string>, input: SessionsInput): Session {
  const [first] = run;
  const isBaseline = first.variant === "interpreted";
  const environment = environmentOfRow(first).id;
  const head = {
    host: input.host,
    started: first.taken,
    reason: "import" as const,
    subject: isBaseline ? { kind: "baseline" as const } : { kind: "revision" as const, revision: first.revision },
    environment,
  };
  const benchmarks: Session["benchmarks"] = byName();
  for (const row of run) benchmarks[row.benchmark] = { [row.variant]: outcomeOf(row, input.workloadOf(row.benchmark, row.suite)) };
  return {
    schema: 1,
    id: freeId(head, run, used),
    ...head,
    ended: run.at(-1)?.taken ?? first.taken,
    hostFacts: {},
    suite: first.suite,
    versions: isBaseline ? { target: first.revision } : {},
    listed: [...run]
      .sort((a, b) => compare(a.benchmark, b.benchmark))
      .map((row): Listed => ({
        name: row.benchmark,
        group: input.groupOf(row.benchmark),
        variants: ["compiled", ...(interpreted.has(row.benchmark) ? (["interpreted"] as const) : [])],
        workload: input.workloadOf(row.benchmark, row.suite),
      })),
    benchmarks,
  };
}

function outcomeOf({ seconds, deviation, taken }: Row, workload: string): Outcome {
  if (seconds > 0) return { status: "imported", workload, seconds, deviation, taken };
  return { status: "failed", workload, stage: "run", message: "it failed; the imported data has no reason", output: "", taken };
}

/** Returns an id that follows from the rows; the next free one if another session has it. */
function freeId(head: Omit<Parameters<typeof sessionId>[0], "random">, run: Run, used: ReadonlySet<string>): string {
  const start = drawnFrom(run.map(rowKey).join("\n"));
  for (let offset = 0; ; offset++) {
    const id = sessionId({ ...head, random: (start + offset) % 10_000 });
    if (!used.has(id)) return id;
  }
}

/** Returns a key that equal rows share. */
function rowKey(row: Row): string {
  const { benchmark, variant, taken, seconds, revision, suite } = row;
  return JSON.stringify([benchmark, variant, taken, seconds, revision, suite, environmentOfRow(row).id]);
}

function hoursBetween(a: Row, b: Row): number {
  return (Date.parse(b.taken) - Date.parse(a.taken)) / 3_600_000;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
