import * as z from "zod";
import type { Account } from "../system/account.ts";
import { samplerProgram } from "./sampler-python.ts";

export interface SamplerOptions {
  /** Account that runs the samples. */
  account: Pick<Account, "uid" | "gid">;
  command: readonly string[];
  /** Numbers of the samples, in order. */
  numbers: readonly number[];
  /** Time limit of one sample. */
  timeoutSeconds: number;
  /** A sample that prints more than this is killed. */
  limitBytes: number;
  /** Bytes kept of each stream. */
  keepBytes: number;
  stableHashSeed: boolean;
  /** Times at which the program's files in the working directory are hashed: before the first sample, after the last. */
  hashFiles: readonly ("before" | "after")[];
}

/** One process in the sampler's report. */
export interface SampledProcess {
  number: number;
  exitCode: number | undefined;
  /** Number of the signal that ended it. */
  signal: number | undefined;
  killed: "time limit" | "output limit" | undefined;
  stdout: string;
  stderr: string;
  /** Names of processes that it left running, which were killed. */
  leftBehind: string[];
  /** Wall time by the monotonic clock, including its start. */
  seconds: number;
  /** Wall time by the system clock, which may be set. */
  clockSeconds: number;
}

export interface SamplerReport {
  /** True if the sampler started: later failures are not of its sandbox. */
  begun: boolean;
  processes: SampledProcess[];
  /** Reason that a sample could not be started. */
  unstartable: string | undefined;
  /** SHA-256 of the program's files by path, if requested. */
  before: Map<string, string> | undefined;
  after: Map<string, string> | undefined;
}

/** Returns the command that takes a block of samples inside a sandbox and reports them on descriptor 3. */
export function samplerCommand(options: SamplerOptions): [string, ...string[]] {
  const { account, command, numbers, timeoutSeconds, limitBytes, keepBytes, stableHashSeed, hashFiles } = options;
  const limits = [account.uid, account.gid, timeoutSeconds, limitBytes, keepBytes].map(String);
  const how = [stableHashSeed ? "yes" : "no", hashFiles.join(",") || "-", numbers.join(",")];
  return ["/usr/bin/python3", "-I", "-S", "-c", samplerProgram, ...limits, ...how, ...command];
}

const fields = {
  sample: z.tuple([
    z.coerce.number().int(),
    z.coerce.number().int(),
    z.enum(["-", "time", "output"]),
    z.coerce.number(),
    z.coerce.number(),
  ]),
};

/** Parses a sampler's report on descriptor 3, up to its last complete record. */
export function readReport(bytes: Buffer): SamplerReport {
  const report: SamplerReport = { begun: false, processes: [], unstartable: undefined, before: undefined, after: undefined };
  for (const { kind, values, parts } of records(bytes)) {
    if (kind === "begun") report.begun = true;
    else if (kind === "before" || kind === "after") report[kind] = filesOf(parts[0] ?? "");
    else if (kind === "unstartable") report.unstartable = parts[0] ?? "";
    else report.processes.push(processOf(values, parts));
  }
  return report;
}

interface SamplerRecord {
  kind: keyof typeof partsOf;
  values: string[];
  parts: string[];
}

/** Number of last fields of a record that are lengths of the parts after it. */
const partsOf = { begun: 0, sample: 3, unstartable: 1, before: 1, after: 1 } as const;

function* records(bytes: Buffer): Generator<SamplerRecord> {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf("\n", at);
    if (end < 0) return;
    const [name = "", ...words] = bytes.toString("utf8", at, end).split(" ");
    const kind = z.enum(["begun", "sample", "unstartable", "before", "after"]).parse(name);
    const lengths = words.splice(words.length - partsOf[kind]).map(Number);
    at = end + 1;
    const parts: string[] = [];
    for (const length of lengths) {
      parts.push(bytes.toString("utf8", at, at + length));
      at += length;
    }
    if (at > bytes.length) return;
    yield { kind, values: words, parts };
  }
}

function processOf(values: readonly string[], [stdout = "", stderr = "", left = ""]: readonly string[]): SampledProcess {
  const [number, status, why, seconds, clockSeconds] = fields.sample.parse(values);
  return {
    number,
    exitCode: status >= 0 ? status : undefined,
    signal: status < 0 ? -status : undefined,
    killed: why === "time" ? "time limit" : why === "output" ? "output limit" : undefined,
    stdout,
    stderr,
    leftBehind: left.split("\n").filter(Boolean),
    seconds,
    clockSeconds,
  };
}

function filesOf(text: string): Map<string, string> {
  const lines = text.split("\n").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), line.slice(space + 1)];
    }),
  );
}
