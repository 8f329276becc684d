import { sha256Of } from "../text/sha256.ts";

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
  const shared = files
    .filter(({ path }) => !moduleFiles.has(path))
    .map(({ path, object }) => [path, object])
    .sort(byPath);
  return new Map(
    sources.map(({ name, files: own }) => {
      const content = [...new Set(own)].sort().map((path) => [path, objects.get(path) ?? "missing"]);
      return [name, shortHash([harness, name, content, shared])];
    }),
  );
}

/** What one benchmark's process executes. */
export interface Program {
  variant: string;
  /** The suite's part: its sources and data, and the harness. */
  workload: string;
  /** Hashes of what was compiled, a line a file. */
  libraries: string;
  /** The target's dependencies as resolved, `name==version`. */
  dependencies: readonly string[];
}

/** Hash of a program: two programs with one fingerprint are one, and are not measured twice. */
export function fingerprintOf({ variant, workload, libraries, dependencies }: Program): string {
  return shortHash(["program 1", variant, workload, libraries, dependencies]);
}

/** First 16 hexadecimal digits of the SHA-256 of a value's JSON. */
export function shortHash(value: unknown): string {
  return sha256Of(JSON.stringify(value), 16);
}

function byPath([a = ""]: readonly string[], [b = ""]: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
