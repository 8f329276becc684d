import * as z from "zod";
import { variantSchema } from "../formats/fields.ts";
import type { StepContext } from "../system/sandboxed-step.ts";
import type { Benchmark, Failure } from "../model.ts";

/** Which part of a sample's standard output holds the seconds. */
const secondsFormat = z.enum(["elapsed line", "number line"]);
export type SecondsFormat = z.infer<typeof secondsFormat>;

/** Where a sandbox has the suite, and the checkout of the target. */
export const suiteAt = "/suite";
export const targetAt = "/target";

/** How to take samples of one variant of one benchmark, as data: a build keeps it across runs. Paths are those inside its sandbox but where said. */
export const runnable = z.strictObject({
  benchmark: z.string(),
  variant: variantSchema,
  workload: z.string(),
  /** Hash of the program that is executed; absent where that cannot be told. */
  fingerprint: z.string().exactOptional(),
  command: z.tuple([z.string()], z.string()),
  cwd: z.string(),
  /** Folders of the host that make its own copy of the suite, laid one over the other; none where it needs no suite. */
  suite: z.array(z.string()),
  /** The host's folder that it sees as the target, read-only. */
  target: z.string().exactOptional(),
  /** Folders of the host that it sees at their own paths. */
  readOnly: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  /** Every sample has PYTHONHASHSEED=1. */
  stableHashSeed: z.boolean(),
  reads: secondsFormat,
});
export type Runnable = z.infer<typeof runnable>;

/** One variant made ready, or why it could not be. */
export type BuiltBenchmark<B extends Benchmark = Benchmark> = { benchmark: B; variant: Runnable["variant"] } & (
  | { runnable: Runnable }
  | { failure: Failure }
);

/** A part of the suite that is not measured. */
export const unlisted = z.strictObject({
  /** A file, or a benchmark in it. */
  what: z.string(),
  problem: z.string(),
  /** Names of listed benchmarks that cannot be measured for that reason. */
  benchmarks: z.array(z.string()),
});
export type Unlisted = z.infer<typeof unlisted>;

export type Listing<B extends Benchmark = Benchmark> =
  | { ok: true; benchmarks: B[]; unlisted: Unlisted[] }
  | { ok: false; failure: Failure };

/**
 * An adapter at one suite revision, bound to the workspace of one build.
 * `B` is what the adapter knows of a benchmark besides what everyone does.
 */
export interface Suite<B extends Benchmark = Benchmark> {
  /** All benchmarks, sorted by name; of those that cannot be imported, `build` returns the failure, of stage `list`. */
  list(): Promise<Listing<B>>;
  /** Fingerprint of what the interpreter itself executes, by the benchmark's name: of those it can be told of. */
  interpreted(benchmarks: readonly B[]): Record<string, string>;
  /**
   * Make benchmarks ready to be sampled: each module compiled once, each preparation done once. Of a revision the compiled variant is made,
   * of a baseline the interpreted one where there is one.
   * @throws InfrastructureError
   */
  build(benchmarks: readonly B[]): Promise<BuiltBenchmark[]>;
}

/** Where a build happens and with what. All paths absolute. */
export interface Workspace {
  /** How steps are run: account, limits, control group. */
  steps: StepContext;
  /** Root's folder of this build: what measuring needs stays here. */
  folder: string;
  /** Root's folder for what is needed while building only. */
  scratch: string;
  /** Checkout of the target; undefined for a baseline. */
  target: string | undefined;
  /** Whether the target's revision has its compiler as the module `mypyc`. */
  compilerModule: boolean;
  /** Of the venv that has the target's dependencies; the declared one's where there are none. */
  python: string;
  /** Folders that processes of the suite see at their own paths, read-only: interpreter, declared venv, the venv of the target's dependencies. */
  readOnly: readonly string[];
  /** What a build borrows objects from: seen at its own path while building. */
  mirrors: readonly string[];
  /** Folder of what lays programs out otherwise: seen at its own path while building. Undefined where they are built as they are. */
  layout: string | undefined;
  /** The target's dependencies as resolved, with hashes where names do not tell: part of what is executed. */
  dependencies: readonly string[];
  /** The environment every process of the suite starts from: the venv's programs first on PATH. */
  environment: Record<string, string>;
  /** Beside it, of steps of the build alone. */
  buildEnvironment: Record<string, string>;
  compiler: string;
  /** Modules compiled at a time. */
  jobs: number;
  log: (line: string) => void;
}
