import { createHash } from "node:crypto";
import { printLayout } from "../../runner/import/layout.ts";
import type { Row, Scaling } from "../../runner/import/row.ts";
import { sixDigits } from "../../runner/store/canonical.ts";
import { seeded, type Random } from "../random.ts";

/** A server's time with one hardware and Python. */
export interface Era {
  hardware: string;
  python: string;
  compiler: string;
  /** The OS it began with, and the point release it had from the middle on. */
  os: readonly [string, string];
  /** By how much its seconds differ from the first era's. */
  speed: number;
  /** Revisions measured in it, oldest first. */
  revisions: readonly string[];
  /** When the first of them was measured. */
  begins: string;
}

export interface SampleSettings {
  seed: number;
  benchmarks: readonly string[];
  eras: readonly Era[];
}

/** What the sample knows of a benchmark. */
interface Nature {
  name: string;
  seconds: number;
  /** How much faster than the interpreter. */
  compiled: number;
  isCompiledOnly: boolean;
  /** Its old values were scaled by hand. */
  isScaled: boolean;
  /** The last revisions of an era were measured again in the next. */
  isMeasuredAgain: boolean;
}

const noise = 0.004;
const hour = 3_600_000;

/**
 * A results folder in the older CSV layout, as a server leaves it that was upgraded some times: text by name below `data`. The same settings
 * give the same bytes. Of every hundred benchmarks 15 are compiled only and 45 scaled by hand; half of the others were measured on both
 * sides of an upgrade. Some revisions were measured twice, one run in a hundred failed, the suite was edited once, in the first era.
 */
export function sampleLayout({ seed, benchmarks, eras }: SampleSettings): Map<string, string> {
  const random = seeded(seed);
  const natures = benchmarks.map((name, index) => natureOf(name, index, random));
  const rows = natures.flatMap((nature) => [...compiledRows(nature, eras, random), ...baselineRows(nature, eras, random)]);
  return printLayout({ rows, scaling: natures.flatMap((nature) => scalings(nature, eras, rows, random)) });
}

/** 100 benchmarks, 3 eras of 200 revisions, 90 factors. */
export function largeSample(): SampleSettings {
  const names = Array.from({ length: 100 }, (_, index) => `${index < 60 ? "app" : "op"}_${String(index).padStart(2, "0")}`);
  return {
    seed: 1,
    benchmarks: names,
    eras: sampleEras((era) => Array.from({ length: 200 }, (_, number) => commit(`revision ${era} ${number}`))),
  };
}

/** Three eras as a server may have lived through them. */
export function sampleEras(revisionsOf: (era: number) => readonly string[]): Era[] {
  const eras: Omit<Era, "revisions">[] = [
    {
      hardware: "Intel Core i7-2600K (64-bit)",
      python: "3.8.5",
      compiler: "clang 10.0.0-4ubuntu1",
      os: ["Ubuntu 20.04.1 LTS", "Ubuntu 20.04.1 LTS"],
      speed: 1,
      begins: "2020-11-01",
    },
    {
      hardware: "Intel Core i5-1145G7 (64-bit)",
      python: "3.8.5",
      compiler: "clang 10.0.0-4ubuntu1",
      os: ["Ubuntu 20.04.1 LTS", "Ubuntu 20.04.2 LTS"],
      speed: 0.7,
      begins: "2021-05-09",
    },
    {
      hardware: "Intel Core i5-1145G7 (64-bit)",
      python: "3.10.12",
      compiler: "clang 14.0.0-1ubuntu1.1",
      os: ["Ubuntu 22.04.3 LTS", "Ubuntu 22.04.3 LTS"],
      speed: 0.6,
      begins: "2023-09-01",
    },
  ];
  return eras.map((era, index) => ({ ...era, revisions: revisionsOf(index) }));
}

export function commit(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

function natureOf(name: string, index: number, random: Random): Nature {
  const position = index % 20;
  const isScaled = position < 9;
  const isCompiledOnly = position >= 17;
  const seconds = Math.exp(Math.log(0.002) + random() * Math.log(400));
  return { name, seconds, compiled: 1.5 + 8 * random(), isCompiledOnly, isScaled, isMeasuredAgain: !isScaled && index % 2 === 0 };
}

function compiledRows(nature: Nature, eras: readonly Era[], random: Random): Row[] {
  const level = levels(eras, random);
  return eras.flatMap((era, index) => {
    const before = nature.isMeasuredAgain ? (eras[index - 1]?.revisions.slice(-3) ?? []) : [];
    const twice = era.revisions.filter((_, number) => number % 40 === 20);
    return [...before, ...era.revisions, ...twice].map((revision, number) => {
      const half = number < era.revisions.length / 2 ? 0 : 1;
      const seconds = nature.seconds * era.speed * level(revision) * (1 + noise * normal(random));
      const failed = random() < 0.01;
      return row(
        nature.name,
        "compiled",
        era,
        half,
        { revision, number, suite: index === 0 && half === 0 ? "first" : "second", seconds: failed ? 0 : seconds },
        random,
      );
    });
  });
}

/** The program gets faster and slower, a step now and then. */
function levels(eras: readonly Era[], random: Random): (revision: string) => number {
  const indexes = new Map(eras.flatMap(({ revisions }) => revisions).map((revision, index) => [revision, index]));
  const steps = Array.from({ length: 4 }, () => ({ at: random() * indexes.size, by: 0.9 + 0.18 * random() }));
  return (revision) => steps.filter(({ at }) => at <= (indexes.get(revision) ?? 0)).reduce((product, { by }) => product * by, 1);
}

function baselineRows(nature: Nature, eras: readonly Era[], random: Random): Row[] {
  if (nature.isCompiledOnly) return [];
  return eras.flatMap((era, index) =>
    Array.from({ length: 2 }, (_, number) => {
      const seconds = nature.seconds * nature.compiled * era.speed ** 0.9 * (1 + noise * normal(random));
      return row(
        nature.name,
        "interpreted",
        era,
        0,
        { revision: era.revisions[0] ?? "", number, suite: index === 0 ? "first" : "second", seconds },
        random,
      );
    }),
  );
}

interface Run {
  revision: string;
  number: number;
  suite: string;
  seconds: number;
}

function row(benchmark: string, variant: Row["variant"], era: Era, half: 0 | 1, run: Run, random: Random): Row {
  const { hardware, python, compiler, os } = era;
  const begins = Date.parse(era.begins) + run.number * 24 * hour + random() * hour;
  const taken = new Date(begins).toISOString().replace("Z", `${String(Math.floor(random() * 1000)).padStart(3, "0")}Z`);
  const deviation = run.seconds > 0 ? sixDigits(noise * (0.5 + random())) : 0;
  const code = { revision: run.revision, suite: commit(`suite ${run.suite}`) };
  return { benchmark, variant, taken, seconds: sixDigits(run.seconds), deviation, ...code, python, hardware, os: os[half], compiler };
}

/** Each era straight to the last one, by a run of one revision in each: (b_new / c_new) / (b_old / c_old). */
function scalings({ name, seconds, isScaled }: Nature, eras: readonly Era[], rows: readonly Row[], random: Random): Scaling[] {
  const last = eras.at(-1);
  if (!isScaled || !last) return [];
  const baselines = rows.filter((one) => one.benchmark === name && one.variant === "interpreted");
  const rate = (era: Era): number => {
    const baseline = baselines.find(({ hardware, python }) => hardware === era.hardware && python === era.python)?.seconds ?? 1;
    return baseline / (seconds * era.speed * (1 + noise * normal(random)));
  };
  const configuration = ({ hardware, python }: Era) => ({ hardware, python: python.split(".").slice(0, 2).join(".") });
  return eras
    .slice(0, -1)
    .map((era) => ({ benchmark: name, factor: rate(last) / rate(era), from: configuration(era), to: configuration(last) }));
}

/** Standard normal, near enough: the sum of twelve uniform numbers. */
function normal(random: Random): number {
  return Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
}
