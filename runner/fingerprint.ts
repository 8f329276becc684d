import { createHash } from "node:crypto";
import type { Variant } from "./model.ts";

/** A file of the suite as git knows it: path from the suite's root, object id of its content. */
export interface SuiteFile {
  path: string;
  object: string;
}

/** What one benchmark's workload consists of, besides what all benchmarks share. */
export interface WorkloadSource {
  name: string;
  /** Its module, the compiled variant's, and the benchmark modules these import: paths from the suite's root. */
  files: readonly string[];
}

/**
 * Workload id of each benchmark, by name: a hash over its own files and everything in the suite that is no benchmark module.
 * Editing one benchmark's module changes the ids of the benchmarks that use it, and of no other.
 * @param harness names the way benchmarks are driven; changes with it.
 * @param moduleFiles paths of all modules that hold benchmarks.
 */
export function workloadIds(
  harness: string,
  sources: readonly WorkloadSource[],
  moduleFiles: ReadonlySet<string>,
  files: readonly SuiteFile[],
): Map<string, string> {
  const objects = new Map(files.map(({ path, object }) => [path, object]));
  const shared = files.filter(({ path }) => !moduleFiles.has(path)).map(({ path, object }) => [path, object]);
  return new Map(
    sources.map(({ name, files: own }) => {
      const content = [...new Set(own)].sort().map((path) => [path, objects.get(path) ?? "missing"]);
      return [name, shortHash([harness, name, content, shared.sort(byPath)])];
    }),
  );
}

/** All that the process of one benchmark variant executes. The order of its parts does not count. */
export interface ExecutedProgram {
  benchmark: string;
  variant: Variant;
  /** Compiled modules it imports: path from the suite's root -> SHA-256 of the module without debug sections and build id. */
  libraries: Readonly<Record<string, string>>;
  /** The suite's files it needs. */
  sources: readonly SuiteFile[];
  /** What it imports besides, as resolved: `name==version`. */
  dependencies: readonly string[];
  /** What starts a sample, without what differs from sample to sample, and with constant paths. */
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** Hash of a program: equal exactly where the process would execute the same. */
export function fingerprintOf(program: ExecutedProgram): string {
  const { benchmark, variant, libraries, sources, dependencies, command, environment } = program;
  return shortHash([
    "fingerprint 1",
    benchmark,
    variant,
    Object.entries(libraries).sort(byPath),
    sources.map(({ path, object }) => [path, object]).sort(byPath),
    [...dependencies].sort(),
    command,
    Object.entries(environment).sort(byPath),
  ]);
}

/** First 16 hexadecimal digits of the SHA-256 of a value's JSON. */
export function shortHash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

function byPath([a = ""]: readonly string[], [b = ""]: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
