/** Python programs that run a suite with the runbench contract. All run in the suite's root with `python -c`. */

/** Prefix of the listing's line, since modules may print while they are imported. */
export const listingMarker = "evenkeel-benchmarks ";

/** Longest time to import a module. A slower one is reported as broken. */
const importSeconds = 60;

/**
 * Python program that imports every benchmark module and prints the registered benchmarks as one line of JSON. Each module is imported in a
 * separate process, as in a sample. A module that cannot be imported, exits or hangs is reported as broken, with the benchmarks in its text.
 */
export const listingProgram = `
import ast, glob, importlib, json, keyword, os, re, select, signal, sys, time, traceback
import benchmarking

files = sorted(
    path
    for folder in ("benchmarks", "microbenchmarks")
    for path in glob.glob(folder + "/*.py")
    if os.path.basename(path) != "__init__.py"
)
modules, skipped, broken, records = {}, [], [], []
for path in files:
    name = os.path.basename(path)[:-3]
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) and not keyword.iskeyword(name):
        modules[path[:-3].replace("/", ".")] = path
    else:
        skipped.append({"path": path.encode("ascii", "backslashreplace").decode(), "problem": "its name is not the name of a module"})

def text_of(module):
    with open(modules[module], "rb") as file:
        return file.read()

def imported_by(module):
    try:
        tree = ast.parse(text_of(module))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return []
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

def local_file(name):
    base = name.replace(".", "/")
    return next((path for path in (base + ".py", base + "/__init__.py") if os.path.isfile(path)), None)

# Modules that can import what no import statement names.
loaders = {"importlib", "imp", "multiprocessing", "pkgutil", "runpy", "subprocess"}

def names_in(path):
    with open(path, "rb") as file:
        tree = ast.parse(file.read())
    package = os.path.dirname(path).replace("/", ".")
    names, calls = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join(part for part in (*parts, node.module) if part)
            names.add(base)
            names.update(base + "." + alias.name for alias in node.names)
        elif isinstance(node, ast.Call):
            calls.add(getattr(node.func, "id", getattr(node.func, "attr", "")))
    return names, calls

try:
    from importlib import metadata
    distributions = metadata.packages_distributions()
except Exception:
    distributions = None

def packages_of(module):
    """Distributions that a module imports by its statements, directly or not; None where other ways are possible."""
    seen, waiting, found = set(), [modules[module], "benchmarking.py"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        above = os.path.join(os.path.dirname(path), "__init__.py")
        if os.path.isfile(above):
            waiting.append(above)
        names, calls = names_in(path)
        if calls & {"__import__", "exec", "eval", "system", "popen"} or {name.split(".")[0] for name in names} & loaders:
            return None
        for name in names:
            own = local_file(name)
            if own:
                waiting.append(own)
            elif name.split(".")[0] not in sys.stdlib_module_names:
                found.update(distributions.get(name.split(".")[0], []))
    required = list(found)
    while required:
        try:
            lines = metadata.requires(required.pop()) or []
        except metadata.PackageNotFoundError:
            continue
        for line in lines:
            name = re.match(r"[\\w.-]+", line).group()
            if name not in found:
                found.add(name)
                required.append(name)
    return sorted(found)

def told_packages(module):
    try:
        return None if distributions is None else packages_of(module)
    except Exception:
        return None

def steps_of(record):
    prepare = getattr(record, "prepare", None)
    steps = [] if prepare is None else list(prepare) if isinstance(prepare, (list, tuple)) else [prepare]
    return [step_id(record, index, step) for index, step in enumerate(steps)]

def step_id(record, index, step):
    name = getattr(step, "__qualname__", "")
    if not name or "<" in name:
        return "%s.%s[%d]" % (record.module, record.name, index)
    return "%s.%s" % (step.__module__, name)

def record_of(record):
    return {
        "name": str(record.name),
        "module": str(record.module),
        "prepare": steps_of(record),
        "compiledOnly": bool(getattr(record, "compiled_only", False)),
        "stableHashSeed": bool(getattr(record, "stable_hash_seed", False)),
        "compiledVariant": bool(getattr(record, "compiled_variant", False)),
    }

def registered_by(module):
    try:
        importlib.import_module(module)
        return {"records": [record_of(one) for one in benchmarking.benchmarks if one.module == module or one.module not in modules]}
    except BaseException as error:
        traceback.print_exc()
        sys.stderr.flush()
        return {"problem": "%s: %s" % (type(error).__name__, str(error).split("\\n")[0])}

def import_alone(module):
    read, write = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            with os.fdopen(write, "wb") as answer:
                answer.write(json.dumps(registered_by(module)).encode() + b"\\n")
            sys.stdout.flush()
        finally:
            os._exit(0)
    os.close(write)
    answer, end, is_late = b"", time.monotonic() + ${importSeconds}, False
    # A process that it left behind may keep the pipe open.
    while not answer.endswith(b"\\n"):
        is_late = not select.select([read], [], [], max(0, end - time.monotonic()))[0]
        part = b"" if is_late else os.read(read, 65536)
        if not part:
            break
        answer += part
    os.close(read)
    if not answer.endswith(b"\\n"):
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if answer.endswith(b"\\n"):
        return json.loads(answer)
    if is_late:
        return {"problem": "it was not imported after ${importSeconds} s"}
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL
    return {"problem": "importing it was ended by signal %d" % os.WTERMSIG(status) if killed else "it ends the process that imports it"}

registered = re.compile(r"^@benchmark(?:_with_context)?\\b(\\([^@]*?\\))?[^\\S\\n]*\\n(?:@.*\\n)*def[^\\S\\n]+([^\\s(]+)", re.M)

def named_by(module):
    try:
        text = text_of(module).decode("utf-8", "replace")
    except OSError:
        return [], False
    found = [
        {
            "name": name,
            "module": module,
            "prepare": [],
            "compiledOnly": bool(re.search(r"compiled_only\\s*=\\s*True", given)),
            "stableHashSeed": bool(re.search(r"stable_hash_seed\\s*=\\s*True", given)),
            "compiledVariant": bool(re.search(r"compiled_variant\\s*=\\s*True", given)),
        }
        for given, name in registered.findall(text)
    ]
    variants = len(re.findall(r"compiled_variant\\s*=\\s*True", text))
    return found, variants == sum(one["compiledVariant"] for one in found)

for module in modules:
    answer = import_alone(module)
    if "problem" not in answer:
        records.extend(one for one in answer["records"] if one not in records)
        continue
    found, is_told = named_by(module)
    if not is_told:
        sys.exit("%s: %s" % (modules[module], answer["problem"]))
    broken.append({"module": module, "problem": answer["problem"]})
    records.extend(found)

listing = {
    "modules": [{"name": name, "path": path, "imports": imported_by(name), "packages": told_packages(name)} for name, path in modules.items()],
    "benchmarks": records,
    "broken": broken,
    "skipped": skipped,
}
sys.stdout.write("\\n${listingMarker}" + json.dumps(listing) + "\\n")
`;

/** Python program that runs one prepare step. Arguments: module, benchmark, index of the step, path of the target's repository or nothing. */
export const prepareProgram = `
import importlib, sys
import benchmarking

module, name, index, repository = sys.argv[1:]
importlib.import_module(module)
prepare = next(record.prepare for record in benchmarking.benchmarks if record.name == name)
steps = prepare if isinstance(prepare, (list, tuple)) else [prepare]
steps[int(index)](repository or None)
`;

/** Returns the Python program of one sample, which prints its seconds after \`elapsed:\` on a line of their own. */
export function sampleProgram(module: string, benchmark: string): string {
  return `import ${module}; import benchmarking as bm; print("\\nelapsed:", bm.run_once("${benchmark}"))`;
}
