import type { Variant } from "../model.ts";
import { sixDigits } from "../store/canonical.ts";

/** Measurement in the format of mypyc's server: a line of `data/<benchmark>.csv`, or of `-cpython.csv` for the interpreter itself. */
export interface Row {
  benchmark: string;
  /** `interpreted`: the interpreter itself, without the target. */
  variant: Variant;
  /** ISO 8601 in UTC, to the microsecond. */
  taken: string;
  /** Mean of the samples; 0 if the run failed. Six significant digits, like all stored numbers. */
  seconds: number;
  /** Standard deviation of the samples, as a share of the mean. */
  deviation: number;
  /** Revision of the target; 40 hexadecimal digits. */
  revision: string;
  /** Revision of the suite; 40 hexadecimal digits. */
  suite: string;
  python: string;
  hardware: string;
  os: string;
  compiler: string;
}

/** Configuration that scaling factors of the format refer to. */
export interface Configuration {
  hardware: string;
  /** `X.Y`. */
  python: string;
}

/** A line of `data/scaling.csv`: (interpreter / compiled) in `to` over (interpreter / compiled) in `from`, for one revision. */
export interface Scaling {
  benchmark: string;
  factor: number;
  from: Configuration;
  to: Configuration;
}

const columns = [
  "Timestamp",
  "Runtime (s)",
  "Runtime (stddev)",
  "Mypy commit",
  "Benchmark commit",
  "Python version",
  "Hardware",
  "OS",
  "C compiler",
] as const;

export const header = columns.join(",");

/** Parsed line, or the problem of an invalid one. */
export type Parsed<T> = T | { problem: string };

export function parseRow(line: string, of: Pick<Row, "benchmark" | "variant">): Parsed<Row> {
  const fields = line.split(",");
  if (fields.length !== columns.length) {
    return { problem: `it has ${fields.length} fields, not ${columns.length}; fields must not contain commas` };
  }
  const [time = "", seconds = "", percent = "", revision = "", suite = "", python = "", hardware = "", os = "", compiler = ""] = fields;
  const taken = parseTime(time);
  const problem =
    (taken === undefined && invalid("Timestamp", time, "a time such as 2021-05-09 10:11:12.345678+00:00")) ||
    (!isNumber(seconds) && invalid("Runtime (s)", seconds, "a number of seconds")) ||
    (!isNumber(percent) && invalid("Runtime (stddev)", percent, "a number of percent")) ||
    (!isCommit(revision) && invalid("Mypy commit", revision, "40 hexadecimal digits")) ||
    (!isCommit(suite) && invalid("Benchmark commit", suite, "40 hexadecimal digits")) ||
    (!/^\d+\.\d+[\w.+-]*$/.test(python) && invalid("Python version", python, "a version such as 3.8.5")) ||
    (!isText(hardware) && invalid("Hardware", hardware, "a name")) ||
    (!isText(os) && invalid("OS", os, "a name")) ||
    (!isText(compiler) && invalid("C compiler", compiler, "a name"));
  if (problem || taken === undefined) return { problem: problem || "" };
  const numbers = { seconds: sixDigits(Number(seconds)), deviation: sixDigits(Number(percent) / 100) };
  return { ...of, taken, ...numbers, revision, suite, python, hardware, os, compiler };
}

export function printRow({ taken, seconds, deviation, revision, suite, python, hardware, os, compiler }: Row): string {
  const time = `${taken.slice(0, 10)} ${taken.slice(11, -1)}+00:00`;
  return [time, seconds, sixDigits(deviation * 100), revision, suite, python, hardware, os, compiler].join(",");
}

export function parseScaling(line: string): Parsed<Scaling> {
  const fields = line.split(",");
  if (fields.length !== 6) return { problem: `it has ${fields.length} fields, not 6; fields must not contain commas` };
  const [benchmark = "", factor = "", oldHardware = "", oldPython = "", newHardware = "", newPython = ""] = fields;
  const from = { hardware: oldHardware, python: oldPython };
  const to = { hardware: newHardware, python: newPython };
  const problem =
    (!isBenchmark(benchmark) && invalid("benchmark", benchmark, "a name")) ||
    (!(isNumber(factor) && Number(factor) > 0) && invalid("factor", factor, "a number above 0")) ||
    (!isText(oldHardware) && invalid("old hardware", oldHardware, "a name")) ||
    (!isShortVersion(oldPython) && invalid("old Python", oldPython, "a version such as 3.8")) ||
    (!isText(newHardware) && invalid("new hardware", newHardware, "a name")) ||
    (!isShortVersion(newPython) && invalid("new Python", newPython, "a version such as 3.8")) ||
    (sameConfiguration(from, to) && "its old and new configuration are the same");
  return problem ? { problem } : { benchmark, factor: Number(factor), from, to };
}

export function printScaling({ benchmark, factor, from, to }: Scaling): string {
  return [benchmark, factor, from.hardware, from.python, to.hardware, to.python].join(",");
}

export function sameConfiguration(a: Configuration, b: Configuration): boolean {
  return a.hardware === b.hardware && a.python === b.python;
}

/** Returns true for a valid name of a benchmark: a file name without another meaning in the format. */
export function isBenchmark(name: string): boolean {
  return /^\w[\w.-]*$/.test(name) && !name.endsWith("-cpython") && name !== "scaling";
}

/** Returns true for a valid field. The format has no quoting. */
function isText(text: string): boolean {
  return text !== "" && text === text.trim() && !/[,\p{Cc}]/u.test(text);
}

/** Parses a time. Older lines have no time zone, and are in UTC. */
function parseTime(text: string): string | undefined {
  const [, day = "", time = "", fraction = "", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?([+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const [local, instant] = [Date.parse(`${day}T${time}Z`), Date.parse(`${day}T${time}${zone}`)];
  // The parser accepts a 31st of February as the 3rd of March.
  if (Number.isNaN(instant) || new Date(local).toISOString().slice(0, 10) !== day) return undefined;
  return `${new Date(instant).toISOString().slice(0, 19)}.${fraction.padEnd(6, "0")}Z`;
}

function isNumber(text: string): boolean {
  return /^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

function isShortVersion(text: string): boolean {
  return /^\d+\.\d+$/.test(text);
}

function invalid(column: string, text: string, wanted: string): string {
  return `${column}: ${text === "" ? `empty, write ${wanted}` : `${JSON.stringify(text)} is not ${wanted}`}`;
}
