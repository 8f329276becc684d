import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type {
  Environment,
  ScalingFactor,
  ScalingFile,
  Listed,
  Measured,
  Outcome,
  Reason,
  Revision,
  Session,
  Subject,
} from "../../runner/model.ts";
import { canonicalJson, sixDigits } from "../../runner/store/canonical.ts";
import { sessionId, sessionPath } from "../../runner/store/sessions.ts";
import { seeded, type Random } from "../random.ts";

/** Made results of a server like mypyc's: so many benchmarks, so many revisions, all measured, over one upgrade. */
export interface Synthetic {
  history: Revision[];
  listed: Listed[];
  environments: Environment[];
  scalingFiles: ScalingFile[];
  sessions: Session[];
}

const host = "bench";
/** Revisions a day: 951 commits a year. */
const daysBetween = 365 / 951;
/** Measured in the environment before: so many of ten revisions. */
const beforeTransition = 0.6;
/** One revision in so many is measured again as a control. */
const perControl = 40;

const environments: [Environment, Environment] = [
  environmentOf("0123456789abcdef", "3.12.1", "12"),
  environmentOf("fedcba9876543210", "3.13.5", "13"),
];

/** The same numbers give the same results. */
export function synthetic(benchmarks: number, revisions: number): Synthetic {
  const random = seeded(20_260_101);
  const listed = Array.from({ length: benchmarks }, (_, number) => listedOf(number));
  const history = historyOf(revisions);
  const courses = listed.map(() => courseOf(revisions, random));
  const sessions: Session[] = [];
  const take = (subject: Subject, position: number, reason: Reason, environment: Environment): void => {
    const started = new Date(Date.UTC(2021, 0, 1) + position * daysBetween * 86_400_000 + sessions.length * 1000);
    const outcomes = listed.map(({ name, workload }, index): [string, Session["benchmarks"][string]] => {
      const variant = subject.kind === "baseline" ? "interpreted" : "compiled";
      return [name, { [variant]: outcomeOf(courses[index], position, environment, workload, random) }];
    });
    const head = { started: started.toISOString(), host, subject, environment: environment.id, reason };
    sessions.push({
      ...head,
      schema: 1,
      id: sessionId({ ...head, random: sessions.length % 10_000 }),
      ended: new Date(started.getTime() + 900_000).toISOString(),
      hostFacts: { kernel: "6.12.0", libc: "2.41", memoryGigabytes: "32.0", microcode: "0x100" },
      suite: "5".repeat(40),
      versions: { compiler: "gcc 14.2.0" },
      listed,
      benchmarks: Object.fromEntries(outcomes),
    });
  };
  const transitions = Math.round(revisions * beforeTransition);
  take({ kind: "baseline" }, 0, "baseline", environments[0]);
  for (const [position, { id }] of history.entries()) {
    if (position === transitions) {
      take({ kind: "baseline" }, position, "baseline", environments[1]);
      for (let back = 1; back <= 5; back++) {
        const at = Math.max(0, position - back);
        take({ kind: "revision", revision: history[at]?.id ?? id }, at, "bridge", environments[1]);
      }
    }
    const environment = environments[position < transitions ? 0 : 1];
    take({ kind: "revision", revision: id }, position, "new", environment);
    if (position % perControl === 0) take({ kind: "revision", revision: id }, position, "control", environment);
  }
  return { history, listed, environments, scalingFiles: [scalingFileOf(listed, history)], sessions };
}

/** Write results as a server stores them. What is there already never changes. */
export async function writeResults(root: string, { sessions, environments, scalingFiles }: Synthetic): Promise<void> {
  for (const session of sessions) await write(join(root, sessionPath(session.id).session), session);
  for (const environment of environments) await write(join(root, "environments", `${environment.id}.json`), environment);
  for (const file of scalingFiles) {
    const [first] = file.scalingFactors;
    if (!first) continue;
    const name = `${first.from.environment.slice(0, 8)}-${first.to.environment.slice(0, 8)}-${file.n}.json`;
    await write(join(root, "scaling", name), file);
  }
}

async function write(path: string, content: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (existsSync(path)) return;
  await writeFile(path, canonicalJson(content));
}

function listedOf(number: number): Listed {
  const name = `${names[number % names.length] ?? "bench"}_${number}`;
  return { name, group: number % 4 === 0 ? "main" : "micro", variants: ["compiled", "interpreted"], workload: hexOf(number, 16) };
}

const names = ["richards", "deltablue", "dict_copy", "str_format", "list_append", "nqueens", "hexiom", "read_write_small_files"];

function historyOf(revisions: number): Revision[] {
  return Array.from({ length: revisions }, (_, number) => ({
    id: hexOf(number, 40),
    ...(number > 0 && { parent: hexOf(number - 1, 40) }),
    committed: new Date(Date.UTC(2021, 0, 1) + number * daysBetween * 86_400_000).toISOString(),
    author: "Ann Example",
    title: `[mypyc] ${["Speed up", "Fix", "Refactor", "Document"][number % 4] ?? ""} the handling of case ${number} in the emitter (#${10_000 + number})`,
    isEmpty: false,
  }));
}

/** What a benchmark takes, in time: steps between stretches of the same level, and noise of its own. */
interface Course {
  seconds: number;
  noise: number;
  /** ln seconds against the first, by position. */
  levels: Float64Array;
}

function courseOf(revisions: number, random: Random): Course {
  const levels = new Float64Array(revisions);
  let level = 0;
  for (let position = 0; position < revisions; position++) {
    if (random() < 1 / 300) level += (random() - 0.6) * 0.08;
    levels[position] = level;
  }
  return { seconds: 10 ** (-3 + 3 * random()), noise: 0.001 + 0.006 * random(), levels };
}

function outcomeOf(course: Course | undefined, position: number, environment: Environment, workload: string, random: Random): Outcome {
  if (!course) throw new RangeError("a benchmark without a course");
  if (random() < 0.001) return { status: "failed", workload, stage: "compile", message: "cc said no", output: "error: no\n".repeat(5) };
  const between = course.noise * normal(random);
  const faster = environment === environments[1] ? 0.9 : 1;
  return measuredOf(faster * course.seconds * Math.exp((course.levels[position] ?? 0) + between), course.noise, workload, position, random);
}

function measuredOf(seconds: number, noise: number, workload: string, position: number, random: Random): Measured {
  return {
    status: "ok",
    workload,
    seconds: sixDigits(seconds),
    standardError: sixDigits(noise * (0.2 + 0.2 * random())),
    degreesOfFreedom: 9,
    samples: 15,
    minimum: sixDigits(seconds * 0.99),
    median: sixDigits(seconds * 1.001),
    fingerprint: hexOf(position, 16),
    wallSeconds: sixDigits(seconds + 0.04),
    conditions: { load: 0.52, throttled: 0, swapped: 0 },
  };
}

function scalingFileOf(listed: readonly Listed[], history: readonly Revision[]): ScalingFile {
  const [from, to] = environments;
  const scalingFactors = listed.map(({ name, workload }): ScalingFactor => ({
    benchmark: name,
    variant: "compiled",
    from: { environment: from.id, workload },
    to: { environment: to.id, workload },
    status: "linked",
    factor: { phi: sixDigits(Math.log(0.9)), standardError: 0.002, degreesOfFreedom: 8 },
    revisions: history.slice(0, 5).map(({ id }) => id),
  }));
  return { schema: 1, n: 1, host, written: "2026-01-01T00:00:00.000Z", scalingFactors };
}

function environmentOf(id: string, python: string, release: string): Environment {
  return {
    id,
    cpu: "Example 3000",
    machine: "f".repeat(64),
    os: { id: "debian", versionId: release },
    python: { version: python, buildFlags: "--enable-optimizations", sha256: "a".repeat(64) },
    compiler: "gcc 14.2.0",
    tuning: [],
  };
}

/** Digits that look random, and are the number's own. */
function hexOf(number: number, digits: number): string {
  const random = seeded(number + 1);
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** Box & Muller (1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
