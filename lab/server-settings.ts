import { knownHostsLine, type Host } from "./host.ts";
import type { Release } from "./image.ts";
import type { Disk } from "./layers.ts";
import { urlOf } from "./remote.ts";

/** Settings in which lab servers differ. */
export interface Settings {
  /** The benchmarks `python3 bench.py NAME`, besides `native`, a C program. */
  benchmarks?: readonly string[];
  /** Put before the command of each benchmark. */
  prefix?: string;
  /** Further benchmarks, as the configuration has them. */
  commands?: readonly object[];
  cron?: string;
  /** 0: each benchmark's own number. */
  samples?: number;
  budgetMinutes?: number;
  timeoutSeconds?: number;
  paths?: readonly string[];
  release?: Release;
  /** Of the host; one for each test worker by default. */
  name?: string;
  disk?: Disk;
  /** C compiler: another name makes another environment. */
  compiler?: string;
  /** True if the server may push empty commits. */
  allowEmptyCommits?: boolean;
  /** Of the venv, pinned. */
  requirements?: readonly string[];
  /** Requirement files of the target. */
  targetRequirements?: readonly string[];
  /** Repository of a suite that keeps the runbench contract, in place of the commands. */
  suite?: string;
  /** As the configuration has them. */
  alerts?: object;
  environment?: object;
  /** Branches of the target, the results and the reports; the defaults if not given. */
  branches?: { target: string; results: string; reports: string };
}

/** The 29th of February, every four years: the schedule is declared, and cron starts nothing in the middle of a test. */
export const never = "0 0 29 2 *";

/** Folders and files of the checkout that decide what a provisioned host is. */
export const decisive: readonly string[] = [
  "config",
  "index.ts",
  "lab/first-up.ts",
  "lab/server-settings.ts",
  "lab/server.ts",
  "lab/small-target.ts",
  "lab/stack.ts",
  "package-lock.json",
  "page",
  "provision",
  "runner",
  "start.js",
  "tools/offline/command-plugin",
];

const pythons: Record<Release, string> = { bookworm: "3.11", trixie: "3.13", "ubuntu-like": "3.13" };

/** Returns the configuration of a server at a lab host, as its YAML file has it. */
export function configurationOf(settings: Settings, host: Host): object {
  const {
    benchmarks = ["steady", "second"],
    prefix = "",
    commands = [],
    cron,
    samples = 5,
    budgetMinutes = 10,
    timeoutSeconds = 20,
    paths = [],
    release = "trixie",
    compiler = "gcc",
    allowEmptyCommits = false,
    requirements = [],
    targetRequirements = [],
    suite,
    alerts = {},
    environment = {},
    branches = { target: "main", results: "main", reports: "reports" },
  } = settings;
  const { name, address, port, hostKey } = host;
  const build = "sh build.sh";
  return {
    hosts: [{ name, address, port, hostKey }],
    packages: ["gcc", "libc6-dev"],
    git: { name: "Benchmark Server", email: "benchmark@example.org", knownHosts: [knownHostsLine(host)] },
    python: { version: pythons[release], requirements },
    target: {
      name: "small",
      repository: urlOf(host, "target"),
      branch: branches.target,
      since: "v0",
      paths,
      allowEmptyCommits,
      requirements: targetRequirements,
    },
    suite:
      suite === undefined
        ? {
            adapter: "command",
            benchmarks: [
              ...benchmarks.map((benchmark) => ({ name: benchmark, build, run: `${prefix}python3 bench.py ${benchmark}` })),
              { name: "native", group: "micro", build: "gcc -O1 -o native native.c", run: `${prefix}./native`, baseline: "echo 0.00002" },
              ...commands,
            ],
          }
        : { adapter: "runbench", repository: suite, branch: "main" },
    results: { repository: urlOf(host, "results"), branch: branches.results, reportsBranch: branches.reports },
    schedule: cron === undefined ? { enabled: false } : { cron },
    alerts,
    environment,
    measure: { ...(samples > 0 && { samples }), budgetMinutes, timeoutSeconds, compiler },
  };
}
