import { sha256Of } from "../text/sha256.ts";

/** A file of the suite in git: path from the suite's root, object id of its content. */
export interface SuiteFile {
  path: string;
  object: string;
}

/** Parts of one benchmark's workload that not all benchmarks share. */
export interface WorkloadSource {
  name: string;
  /** Its module, the compiled variant's module, and the benchmark modules that they import. Paths from the suite's root. */
  files: readonly string[];
}

/**
 * Returns the workload id of each benchmark, by name: a hash of its own files and of all files of the suite other than benchmark modules.
 * Editing one benchmark's module changes only the ids of the benchmarks that use it.
 * @param harness identifies the way benchmarks are run, and changes with it.
 * @param moduleFiles paths of all modules with benchmarks.
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

/** Program that one benchmark's process executes. */
export interface Program {
  variant: string;
  /** Workload id: sources and data of the suite, and the harness. */
  workload: string;
  /** Hashes of compiled files, one line each. */
  libraries: string;
  /** Resolved dependencies of the target, `name==version`. */
  dependencies: readonly string[];
}

/** Returns the hash of a program. Programs with equal fingerprints are the same and are measured once. */
export function fingerprintOf({ variant, workload, libraries, dependencies }: Program): string {
  return shortHash(["program 1", variant, workload, libraries, dependencies]);
}

/** Returns the first 16 hexadecimal digits of the SHA-256 of a value's JSON. */
export function shortHash(value: unknown): string {
  return sha256Of(JSON.stringify(value), 16);
}

function byPath([a = ""]: readonly string[], [b = ""]: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
