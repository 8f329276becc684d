import * as z from "zod";
import { sshOk, type Host } from "../../lab/host.ts";

/** A benchmark as the reference sees it. */
export interface ReferenceBenchmark {
  name: string;
  /** The module it compiles, such as `benchmarks.bm_richards`. */
  module: string;
  /** Least number of samples. */
  iterations: number;
}

/** Steps of the reference for one benchmark: seconds. */
export interface ReferenceSteps {
  /** Checkout of the revision and pip, with everything installed already. */
  prepare: number;
  /** `runbench.py --raw -c`: compiles the module, then samples the benchmark. */
  run: number;
}

/** The reference on the same host: for each benchmark what its `reporting.collect` does. */
export interface Reference {
  list(): Promise<ReferenceBenchmark[]>;
  steps(benchmark: string): Promise<ReferenceSteps>;
  /** Compiles a module. Returns seconds. */
  compile(module: string): Promise<number>;
}

const folder = "/tmp/reference";
const asBenchmark = "runuser -u benchmark --";
const listSchema = z.array(z.object({ name: z.string(), module: z.string(), iterations: z.number() }));
const stepsSchema = z.object({ prepare: z.number(), run: z.number() });
const compileSchema = z.object({ compile: z.number() });

const script = `
import json, os, subprocess, sys, time
kind, name, target = sys.argv[1:]
def timed(*commands, cwd="."):
    started = time.monotonic()
    for command in commands:
        subprocess.run(command, check=True, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - started
if kind == "list":
    sys.path.insert(0, ".")
    import runbench
    from benchmarking import benchmarks
    runbench.import_all()
    compiled = {one.name: one.module for one in sorted(benchmarks, key=lambda one: one.compiled_variant)}
    wanted = [one for one in benchmarks if not one.compiled_variant]
    found = [{"name": one.name, "module": compiled[one.name], "iterations": one.min_iterations or runbench.MIN_ITER} for one in wanted]
    print(json.dumps(found))
elif kind == "compile":
    os.environ["PYTHONPATH"] = target
    print(json.dumps({"compile": timed([sys.executable, "-m", "mypyc", name.replace(".", "/") + ".py"])}))
else:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "test-requirements.txt"]
    prepare = timed(["git", "checkout", "--quiet", "--detach", "HEAD"], ["git", "submodule", "update"], pip, cwd=target)
    run = timed([sys.executable, "runbench.py", "--raw", "-c", "--mypy-repo", target, name])
    print(json.dumps({"prepare": prepare, "run": run}))
`;

/** Clones of a revision and of the suite, and a venv with what the reference installs. */
export async function openReference(host: Host, revision: string): Promise<Reference> {
  await sshOk(
    host,
    `set -e; rm -rf ${folder}; install -d -o benchmark -g benchmark ${folder}
    ${asBenchmark} git clone --quiet /srv/target ${folder}/target
    ${asBenchmark} git -C ${folder}/target checkout --quiet ${revision}
    ${asBenchmark} git clone --quiet --branch master /srv/suite ${folder}/suite
    cd ${folder}; ${asBenchmark} /srv/venv/bin/python -m venv ${folder}/venv
    /srv/venv/bin/python -I -m pip freeze >declared.txt
    ${asBenchmark} ${folder}/venv/bin/pip install --quiet -r declared.txt
    cd ${folder}/target; ${asBenchmark} ${folder}/venv/bin/pip install --quiet -r test-requirements.txt`,
  );
  const run = async (kind: "list" | "compile" | "steps", name: string): Promise<unknown> => {
    const command = `cd ${folder}/suite && ${asBenchmark} env CC=clang ${folder}/venv/bin/python - ${kind} '${name}' ${folder}/target`;
    return JSON.parse((await sshOk(host, command, { input: script })).trim());
  };
  return {
    list: async () => listSchema.parse(await run("list", "")),
    steps: async (benchmark) => stepsSchema.parse(await run("steps", benchmark)),
    compile: async (module) => compileSchema.parse(await run("compile", module)).compile,
  };
}
