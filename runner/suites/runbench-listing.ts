import * as z from "zod";
import { workloadIds, type SuiteFile } from "./fingerprint.ts";
import type { Benchmark } from "../model.ts";
import { inOneLine } from "../text/plain-text.ts";
import { listingMarker } from "./runbench-python.ts";
import type { Unlisted } from "./suite.ts";
import { normalizedName } from "../text/package-name.ts";
import { tryParseJson } from "../text/json.ts";
import { joinedWithAnd } from "../../config/joined-with-and.ts";

/** A benchmark of the suite, with the facts for building it. */
export interface RunbenchBenchmark extends Benchmark {
  /** Dotted name of the module that registers it. */
  module: string;
  /** Module with its compiled form: the same one, or the module of its `compiled_variant`. */
  compiledModule: string;
  /** Ids of its prepare steps in order. Steps with the same id are the same step. */
  prepare: string[];
  /** Reason that a variant cannot be measured: its module cannot be imported. */
  broken?: { compiled: string; interpreted?: string };
  /** Distributions that its modules import, with their requirements; undefined if unknown. */
  packages: string[] | undefined;
}

/** Longest name, because names become file names. */
const longestName = 200;
const mostEntries = 10_000;
const dotted = z
  .string()
  .max(longestName)
  .regex(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/);
const nameSchema = z
  .string()
  .max(longestName)
  .regex(/^(?!__)[A-Za-z_]\w*$/);
const listingSchema = z.object({
  modules: z
    .array(z.object({ name: z.string(), path: z.string(), imports: z.array(dotted), packages: z.array(z.string()).nullable().optional() }))
    .max(mostEntries),
  benchmarks: z
    .array(
      z.object({
        name: z.string(),
        module: z.string(),
        prepare: z.array(z.string()),
        compiledOnly: z.boolean(),
        stableHashSeed: z.boolean(),
        compiledVariant: z.boolean(),
      }),
    )
    .max(mostEntries),
  /** Modules that cannot be imported. Their benchmarks are found in their text. */
  broken: z.array(z.object({ module: z.string(), problem: z.string() })).default([]),
  /** Files that are not modules. */
  skipped: z.array(z.object({ path: z.string(), problem: z.string() })).default([]),
});
export type RawListing = Pick<z.infer<typeof listingSchema>, "modules" | "benchmarks"> & Partial<z.infer<typeof listingSchema>>;
type RawRecord = RawListing["benchmarks"][number];

/** Version of the way benchmarks are run. A new one changes every workload id. */
const harness = "runbench 1";

/** Files that no benchmark can depend on: documents, and the suite's own reporting. */
const unrelated = /^(?:\.git|\.github\/|docs?\/|reporting\/|scripts\/|tests?\/|LICENSE|COPYING)|\.(?:md|rst)$|^[^/]*\.ya?ml$/;

/** Files next to the modules that cannot be imported. */
const noModule = /^(?:micro)?benchmarks\/(?!\w+\.py$)[^/]+\.py$/;

export type ReadListing = { ok: true; benchmarks: RunbenchBenchmark[]; unlisted: Unlisted[] } | { ok: false; problem: string };

/** Longest message of an import error that is shown. */
const longestProblem = 300;

/**
 * Reads the suite's benchmarks from the output of the listing program, sorted by name. Invalid or duplicate names and broken modules are
 * returned as unlisted and do not affect other benchmarks.
 * @param files all files of the suite's revision.
 */
export function readListing(stdout: string, files: readonly SuiteFile[]): ReadListing {
  const line = stdout
    .split("\n")
    .filter((text) => text.startsWith(listingMarker))
    .at(-1);
  const parsed = line === undefined ? undefined : listingSchema.safeParse(tryParseJson(line.slice(listingMarker.length)));
  if (!parsed?.success)
    return { ok: false, problem: `the suite's listing cannot be read${parsed ? `: ${z.prettifyError(parsed.error)}` : ""}` };
  const raw = parsed.data;
  const odd = oddRecords(raw);
  const benchmarks = benchmarksOf(raw, files)
    .filter(({ name }) => !odd.names.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const skipped = raw.skipped.map(({ path, problem }) => ({ what: clean(path), problem: clean(problem), benchmarks: [] }));
  const broken = brokenModules(raw);
  const unlisted = [...skipped, ...broken, ...odd.unlisted];
  if (benchmarks.some((benchmark) => !benchmark.broken)) return { ok: true, benchmarks, unlisted };
  const [first] = unlisted;
  return { ok: false, problem: first ? `the suite cannot be listed: ${first.what}: ${first.problem}` : "the suite lists no benchmark" };
}

/** Returns the names that are not listed, with reasons. */
function oddRecords(raw: RawListing): { names: Set<string>; unlisted: Unlisted[] } {
  const paths = new Map(raw.modules.map(({ name, path }) => [name, path]));
  const names = new Set<string>();
  const unlisted: Unlisted[] = [];
  const whereOf = (records: readonly RawRecord[]) => joinedWithAnd([...new Set(records.map(({ module }) => paths.get(module) ?? module))]);
  const groups = new Map<string, RawRecord[]>();
  for (const record of raw.benchmarks) groups.set(record.name, [...(groups.get(record.name) ?? []), record]);
  for (const [name, records] of groups) {
    const problem = oddity(name, records);
    if (problem === undefined) continue;
    names.add(name);
    unlisted.push({ what: clean(`${whereOf(records)}: ${name}`), problem, benchmarks: [] });
  }
  return { names, unlisted };
}

/** Returns the reason that the records of one name are not a valid benchmark; undefined if they are. */
function oddity(name: string, records: readonly RawRecord[]): string | undefined {
  if (!nameSchema.safeParse(name).success) return `it is not named by ASCII letters, digits and "_", ${longestName} at most`;
  if (records.some(({ module }) => !dotted.safeParse(module).success)) return 'its module is not named by ASCII letters, digits and "_"';
  const variants = records.filter(({ compiledVariant }) => compiledVariant).length;
  if (records.length - variants > 1) return "there are two benchmarks of this name";
  if (variants > 1) return "there are two compiled variants of it";
  return records.length === variants ? "it is the compiled variant of a benchmark that there is not" : undefined;
}

function brokenModules({ modules, broken = [], benchmarks }: RawListing): Unlisted[] {
  return broken.map(({ module, problem }) => ({
    what: clean(modules.find(({ name }) => name === module)?.path ?? module),
    problem: clean(problem),
    benchmarks: benchmarks
      .filter((record) => record.module === module && nameSchema.safeParse(record.name).success)
      .map(({ name }) => name),
  }));
}

function clean(text: string): string {
  return inOneLine(text).slice(0, longestProblem);
}

/** Returns the benchmarks of a listing, in its order. */
export function benchmarksOf(raw: RawListing, files: readonly SuiteFile[]): RunbenchBenchmark[] {
  const modules = new Map(raw.modules.map((module) => [module.name, module]));
  const variants = new Map(raw.benchmarks.filter((record) => record.compiledVariant).map((record) => [record.name, record.module]));
  const benchmarks = raw.benchmarks
    .filter((record) => !record.compiledVariant)
    .map((record) => ({ ...record, compiledModule: variants.get(record.name) ?? record.module }));
  const withBenchmarks = new Set(raw.benchmarks.map(({ module }) => modules.get(module)?.path ?? ""));
  const problems = new Map(raw.broken?.map(({ module, problem }) => [module, `${modules.get(module)?.path ?? module}: ${clean(problem)}`]));
  // A broken module affects only the benchmarks that use it.
  for (const module of problems.keys()) withBenchmarks.add(modules.get(module)?.path ?? "");
  const ids = workloadIds(
    harness,
    benchmarks.map(({ name, module, compiledModule }) => ({ name, files: pathsUsed(modules, [module, compiledModule]) })),
    withBenchmarks,
    files.filter(({ path }) => !unrelated.test(path) && !noModule.test(path)),
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
    packages: modules.get(module)?.packages ?? undefined,
    ...brokenBy(problems.get(module), problems.get(compiledModule)),
  }));
}

function brokenBy(module: string | undefined, compiledModule: string | undefined): Pick<RunbenchBenchmark, "broken"> {
  if (module === undefined && compiledModule === undefined) return {};
  return { broken: { compiled: compiledModule ?? module ?? "", ...(module !== undefined && { interpreted: module }) } };
}

/** Returns the dependencies that a benchmark uses; all of them if unknown. @param packages names of distributions. */
export function dependenciesUsed(dependencies: readonly string[], packages: readonly string[] | undefined): readonly string[] {
  if (packages === undefined) return dependencies;
  const used = new Set(packages.map(normalizedName));
  return dependencies.filter((line) => used.has(normalizedName(line.split(/==| @ /)[0] ?? "")));
}

/** Returns the files of modules and of the benchmark modules that they import, directly or indirectly. */
function pathsUsed(modules: ReadonlyMap<string, RawListing["modules"][number]>, start: readonly string[]): string[] {
  const used = new Set(start);
  // Iteration over a set includes elements that are added meanwhile.
  for (const name of used) for (const imported of modules.get(name)?.imports ?? []) used.add(imported);
  return [...used].flatMap((name) => modules.get(name)?.path ?? []);
}
