import * as z from "zod";
import type { Account } from "../system/account.ts";
import { samplerProgram } from "./sampler-python.ts";

export interface SamplerOptions {
  /** Account that samples run as. */
  account: Pick<Account, "uid" | "gid">;
  command: readonly string[];
  /** Numbers of the samples, in the order taken. */
  numbers: readonly number[];
  /** Of one sample. */
  timeoutSeconds: number;
  /** A sample that prints more than this is killed. */
  limitBytes: number;
  /** Bytes kept of each stream. */
  keepBytes: number;
  stableHashSeed: boolean;
  /** When the program's files in the working directory are hashed: before the first sample, after the last. */
  hashFiles: readonly ("before" | "after")[];
}

/** One process as the sampler saw it. */
export interface SampledProcess {
  number: number;
  exitCode: number | undefined;
  /** Number of the signal that ended it. */
  signal: number | undefined;
  killed: "time limit" | "output limit" | undefined;
  stdout: string;
  stderr: string;
  /** Names of processes it left running, which were killed. */
  leftBehind: string[];
  /** Wall time by the monotonic clock, its start included. */
  seconds: number;
  /** The same by the clock that is set to the time of day. */
  clockSeconds: number;
}

export interface SamplerReport {
  /** The sampler was started: what went wrong later is not its sandbox's fault. */
  begun: boolean;
  processes: SampledProcess[];
  /** Why a sample could not be started. */
  unstartable: string | undefined;
  /** SHA-256 of the program's files by path, where asked for. */
  before: Map<string, string> | undefined;
  after: Map<string, string> | undefined;
}

/** The command that takes a block of samples inside a sandbox, and reports them on descriptor 3. */
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

/** What a sampler wrote to descriptor 3, up to its last whole record. */
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

/** How many of a record's last fields are lengths of the parts that follow it. */
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
