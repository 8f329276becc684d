import type { Command } from "commander";
import type { Log } from "../lab/progress.ts";

/** What a bench found: a table to read and the same as figures. */
export interface BenchResult {
  table: string;
  figures: object;
  /** false where what the bench is to prove does not hold. */
  ok: boolean;
}

/** Something measured or proved about Evenkeel itself, by `npm run bench -- NAME`. */
export interface Bench {
  name: string;
  summary: string;
  /** Adds the bench's own options to its command. */
  options: (command: Command) => Command;
  /** @param given the options as read from the command line. */
  run: (given: unknown, log: Log) => Promise<BenchResult>;
}
