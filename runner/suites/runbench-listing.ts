import { z } from "zod";
import { workloadIds, type SuiteFile } from "../build/fingerprint.ts";
import type { Benchmark } from "../model.ts";
import { listingMarker } from "./runbench-python.ts";

/** A benchmark of the suite, with what it takes to build it. */
export interface RunbenchBenchmark extends Benchmark {
  /** Module it is registered in, dotted. */
  module: string;
  /** Module that holds its compiled form: the same one, or the `compiled_variant`'s. */
  compiledModule: string;
  /** Its prepare steps in order; steps with one id are one step. */
  prepare: string[];
}

/** Names become names of files. */
const longestName = 200;
const mostEntries = 10_000;
const dotted = z
  .string()
  .max(longestName)
  .regex(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/);
const listingSchema = z.object({
  modules: z.array(z.object({ name: dotted, path: z.string(), imports: z.array(dotted) })).max(mostEntries),
  benchmarks: z
    .array(
      z.object({
        name: z
          .string()
          .max(longestName)
          .regex(/^(?!__)[A-Za-z_]\w*$/),
        module: dotted,
        prepare: z.array(z.string()),
        compiledOnly: z.boolean(),
        stableHashSeed: z.boolean(),
        compiledVariant: z.boolean(),
      }),
    )
    .max(mostEntries),
});
export type RawListing = z.infer<typeof listingSchema>;

/** Changes when the way benchmarks are driven does, and with it every workload id. */
const harness = "runbench 1";

/** What no benchmark can depend on: documents, and the suite's own reporting. */
const beside = /^(?:\.git|\.github\/|docs?\/|reporting\/|scripts\/|tests?\/|LICENSE|COPYING)|\.(?:md|rst)$|^[^/]*\.ya?ml$/;

export type ReadListing = { ok: true; benchmarks: RunbenchBenchmark[] } | { ok: false; problem: string };

/**
 * The suite's benchmarks from what the listing program printed, sorted by name.
 * @param files all files of the suite's revision.
 */
export function readListing(stdout: string, files: readonly SuiteFile[]): ReadListing {
  const line = stdout
    .split("\n")
    .filter((text) => text.startsWith(listingMarker))
    .at(-1);
  const parsed = line === undefined ? undefined : listingSchema.safeParse(parseJson(line.slice(listingMarker.length)));
  if (!parsed?.success)
    return { ok: false, problem: `the suite's listing cannot be read${parsed ? `: ${z.prettifyError(parsed.error)}` : ""}` };
  const raw = parsed.data;
  const mains = raw.benchmarks.filter((record) => !record.compiledVariant);
  const twice = mains.find((record, index) => mains.findIndex(({ name }) => name === record.name) !== index);
  if (twice) return { ok: false, problem: `the suite has two benchmarks called ${twice.name}` };
  if (mains.length === 0) return { ok: false, problem: "the suite lists no benchmark" };
  return { ok: true, benchmarks: benchmarksOf(raw, files).sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** What a listing comes to, in its order. */
export function benchmarksOf(raw: RawListing, files: readonly SuiteFile[]): RunbenchBenchmark[] {
  const modules = new Map(raw.modules.map((module) => [module.name, module]));
  const variants = new Map(raw.benchmarks.filter((record) => record.compiledVariant).map((record) => [record.name, record.module]));
  const benchmarks = raw.benchmarks
    .filter((record) => !record.compiledVariant)
    .map((record) => ({ ...record, compiledModule: variants.get(record.name) ?? record.module }));
  const withBenchmarks = new Set(raw.benchmarks.map(({ module }) => modules.get(module)?.path ?? ""));
  const ids = workloadIds(
    harness,
    benchmarks.map(({ name, module, compiledModule }) => ({ name, files: pathsUsed(modules, [module, compiledModule]) })),
    withBenchmarks,
    files.filter(({ path }) => !beside.test(path)),
  );
  return benchmarks.map(({ name, module, compiledModule, prepare, compiledOnly, stableHashSeed }) => ({
    name,
    group: module.startsWith("microbenchmarks.") ? "micro" : "main",
    variants: compiledOnly ? ["compiled"] : ["compiled", "interpreted"],
    workload: ids.get(name) ?? "",
    needsPreparation: prepare.length > 0,
    stableHashSeed,
    module,
    compiledModule,
    prepare,
  }));
}

/** Files of modules and of the benchmark modules they import, directly or not. */
function pathsUsed(modules: ReadonlyMap<string, RawListing["modules"][number]>, start: readonly string[]): string[] {
  const used = new Set(start);
  // A set visits what is added while it is walked.
  for (const name of used) for (const imported of modules.get(name)?.imports ?? []) used.add(imported);
  return [...used].flatMap((name) => modules.get(name)?.path ?? []);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
