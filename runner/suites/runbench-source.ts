import type { SuiteFile } from "./fingerprint.ts";
import { benchmarksOf, type RawListing } from "./runbench-listing.ts";

/** A benchmark function below its decorator, possibly with other decorators between. */
const registered = /^@benchmark(?:_with_context)?\b(\([^@]*?\))?[^\S\n]*\n(?:@.*\n)*def[^\S\n]+([^\s(]+)/gm;
const imported = /^[^\S\n]*(?:from[^\S\n]+(\.*)([\w.]*)[^\S\n]+import[^\S\n]+(\([^)]*\)|[^\n]*)|import[^\S\n]+([^\n]*))/gm;

/** Returns true for a file of the suite that can contain benchmarks. */
export function isModule(path: string): boolean {
  return /^(?:micro)?benchmarks\/\w+\.py$/.test(path) && !path.endsWith("/__init__.py");
}

/**
 * Returns group and workload of each benchmark of a revision of the suite from its text, without running it. It also works for revisions that
 * today's Python cannot import. The ids are equal to those of the listing program.
 *
 * @param files all files of that revision.
 * @param text text of the modules, by git's hash of their content.
 */
export function benchmarksInSource(files: readonly SuiteFile[], text: ReadonlyMap<string, string>): ReturnType<typeof benchmarksOf> {
  const modules = files
    .filter(({ path }) => isModule(path))
    .map(({ path, object }) => ({ path, name: moduleOf(path), text: text.get(object) ?? "" }));
  const names = new Set(modules.map(({ name }) => name));
  const listing: RawListing = {
    modules: modules.map((module) => ({
      ...module,
      imports: importsOf(module.name, module.text).filter((one) => names.has(one) && one !== module.name),
    })),
    benchmarks: modules.flatMap((module) =>
      [...module.text.matchAll(registered)].map(([, given = "", name = ""]) => ({
        name,
        module: module.name,
        prepare: [],
        compiledOnly: /compiled_only\s*=\s*True/.test(given),
        stableHashSeed: /stable_hash_seed\s*=\s*True/.test(given),
        compiledVariant: /compiled_variant\s*=\s*True/.test(given),
      })),
    ),
  };
  return benchmarksOf(listing, files);
}

function moduleOf(path: string): string {
  return path.slice(0, -".py".length).replaceAll("/", ".");
}

function importsOf(module: string, text: string): string[] {
  const inPackage = module.slice(0, module.lastIndexOf("."));
  const found = [...text.matchAll(imported)].flatMap(([, dots = "", from = "", names = "", plain]) => {
    if (plain !== undefined) return namesIn(plain);
    const base = [dots === "" ? "" : inPackage, from].filter(Boolean).join(".");
    return [base, ...namesIn(names.replace(/[()]/g, "")).map((name) => `${base}.${name}`)];
  });
  return [...new Set(found)].sort();
}

/** Returns the names in an import list: `a.b` and `d` of `a.b as c, d  # why`. */
function namesIn(text: string): string[] {
  return text
    .replace(/#[^\n]*/g, "")
    .split(",")
    .flatMap((part) => /^\s*([\w.]+)/.exec(part)?.[1] ?? []);
}
