/** Python programs that drive a suite keeping the runbench contract. All run in the suite's root with `python -c`. */

/** What the listing is printed after, on a line of its own: modules may print while they are imported. */
export const listingMarker = "evenkeel-benchmarks ";

/** Import every benchmark module and print what they registered, as one line of JSON. */
export const listingProgram = `
import ast, glob, importlib, json, os, sys, traceback
import benchmarking

files = sorted(
    path
    for folder in ("benchmarks", "microbenchmarks")
    for path in glob.glob(folder + "/*.py")
    if os.path.basename(path) != "__init__.py"
)
modules = {path[:-3].replace("/", "."): path for path in files}
for module, path in modules.items():
    try:
        importlib.import_module(module)
    except BaseException as error:
        traceback.print_exc()
        sys.exit("%s: %s: %s" % (path, type(error).__name__, str(error).split("\\n")[0]))

def imported_by(module):
    with open(modules[module], "rb") as file:
        tree = ast.parse(file.read())
    package = module.rpartition(".")[0]
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(part for part in (package if node.level else "", node.module) if part)
            names.add(base)
            names.update(base + "." + alias.name for alias in node.names)
    return sorted(name for name in names if name in modules and name != module)

def steps_of(record):
    prepare = getattr(record, "prepare", None)
    steps = [] if prepare is None else list(prepare) if isinstance(prepare, (list, tuple)) else [prepare]
    return [step_id(record, index, step) for index, step in enumerate(steps)]

def step_id(record, index, step):
    name = getattr(step, "__qualname__", "")
    if not name or "<" in name:
        return "%s.%s[%d]" % (record.module, record.name, index)
    return "%s.%s" % (step.__module__, name)

listing = {
    "modules": [{"name": name, "path": path, "imports": imported_by(name)} for name, path in modules.items()],
    "benchmarks": [
        {
            "name": record.name,
            "module": record.module,
            "prepare": steps_of(record),
            "compiledOnly": bool(getattr(record, "compiled_only", False)),
            "stableHashSeed": bool(getattr(record, "stable_hash_seed", False)),
            "compiledVariant": bool(getattr(record, "compiled_variant", False)),
        }
        for record in benchmarking.benchmarks
    ],
}
sys.stdout.write("\\n${listingMarker}" + json.dumps(listing) + "\\n")
`;

/** Arguments: module, benchmark, index of the step, path of the target's repository or nothing. */
export const prepareProgram = `
import importlib, sys
import benchmarking

module, name, index, repository = sys.argv[1:]
importlib.import_module(module)
prepare = next(record.prepare for record in benchmarking.benchmarks if record.name == name)
steps = prepare if isinstance(prepare, (list, tuple)) else [prepare]
steps[int(index)](repository or None)
`;

/** One sample: the seconds after \`elapsed:\` on a line of their own. */
export function sampleProgram(module: string, benchmark: string): string {
  return `import ${module}; import benchmarking as bm; print("\\nelapsed:", bm.run_once("${benchmark}"))`;
}
