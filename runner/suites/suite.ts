import * as z from "zod";
import { variantSchema } from "../formats/fields.ts";
import type { StepContext } from "../system/sandboxed-step.ts";
import type { Benchmark, Failure } from "../model.ts";

/** Part of a sample's standard output that has the seconds. */
const secondsFormat = z.enum(["elapsed line", "number line"]);
export type SecondsFormat = z.infer<typeof secondsFormat>;

/** Mount points of the suite and of the target's checkout in a sandbox. */
export const suiteAt = "/suite";
export const targetAt = "/target";

/** Instructions for sampling one variant of one benchmark, stored in the build. Paths are inside the sandbox unless stated otherwise. */
export const runnable = z.strictObject({
  benchmark: z.string(),
  variant: variantSchema,
  workload: z.string(),
  /** Hash of the executed program; absent if unknown. */
  fingerprint: z.string().exactOptional(),
  command: z.tuple([z.string()], z.string()),
  cwd: z.string(),
  /** Folders of the host that are copied over each other into its own copy of the suite; empty if it needs no suite. */
  suite: z.array(z.string()),
  /** Folder of the host mounted read-only as the target. */
  target: z.string().exactOptional(),
  /** Folders of the host mounted at the same path. */
  readOnly: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  /** True if every sample has PYTHONHASHSEED=1. */
  stableHashSeed: z.boolean(),
  reads: secondsFormat,
});
export type Runnable = z.infer<typeof runnable>;

/** One variant prepared for sampling, or its failure. */
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
 * `B` is the adapter's own type of benchmarks.
 */
export interface Suite<B extends Benchmark = Benchmark> {
  /** Returns all benchmarks, sorted by name. For those that cannot be imported, `build` returns a failure of stage `list`. */
  list(): Promise<Listing<B>>;
  /** Returns benchmark name -> fingerprint of the interpreted form, if known. */
  interpreted(benchmarks: readonly B[]): Record<string, string>;
  /**
   * Prepares benchmarks for sampling: compiles each module once, runs each preparation once. Builds the compiled variant for a revision, and the
   * interpreted one, if it exists, for a baseline.
   * @throws InfrastructureError if the machine or the network failed.
   */
  build(benchmarks: readonly B[]): Promise<BuiltBenchmark[]>;
}

/** Folders and tools of a build. All paths are absolute. */
export interface Workspace {
  /** Account, limits and control group of steps. */
  steps: StepContext;
  /** Folder of this build, owned by root. Files for measuring stay here. */
  folder: string;
  /** Folder owned by root for files that only the build needs. */
  scratch: string;
  /** Checkout of the target; undefined for a baseline. */
  target: string | undefined;
  /** True if the target's revision has its compiler as the module `mypyc`. */
  compilerModule: boolean;
  /** Interpreter of the venv with the target's dependencies; of the declared venv without any. */
  python: string;
  /** Folders mounted read-only at the same path: interpreter, declared venv, venv of the target's dependencies. */
  readOnly: readonly string[];
  /** Folders that a build borrows git objects from, mounted at the same path while building. */
  mirrors: readonly string[];
  /** Folder with the object that changes the layout of programs, mounted at the same path while building. Undefined for the usual layout. */
  layout: string | undefined;
  /** Resolved dependencies of the target, with hashes for direct references. They are part of the executed program. */
  dependencies: readonly string[];
  /** Initial environment of every process of the suite, with the venv's programs first on PATH. */
  environment: Record<string, string>;
  /** Additional environment of build steps. */
  buildEnvironment: Record<string, string>;
  compiler: string;
  /** Number of modules to compile in parallel. */
  jobs: number;
  log: (line: string) => void;
}
