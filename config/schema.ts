import * as z from "zod";
import { cronMistake } from "./cron.ts";
import type { Rule } from "./mistake.ts";
import { addressMistake, repositoryMistake } from "./repository-url.ts";
import * as rules from "./rules.ts";
import { fingerprintMistake, hostKeyMistake, knownHostsMistake, publicKeyMistake } from "./ssh-keys.ts";

/**
 * Every setting once: type, default, unit, one line of documentation. The tables of docs/configuration.md are generated from this file.
 * Objects are strict: an unknown key is an error. What several settings must agree on is in agreement.ts.
 */

/** Text that keeps a rule. What to write instead travels with the issue, as `params.hint`. */
function text(rule: Rule) {
  return z.string().superRefine((value, context) => {
    const mistake = rule(value);
    if (mistake) context.addIssue({ code: "custom", message: mistake.message, params: { hint: mistake.hint } });
  });
}

const host = z.strictObject({
  name: text(rules.hostName).meta({ description: "Name of the host, in results and in Pulumi", examples: ["bench1"] }),
  address: text(addressMistake).meta({ description: "Name or IP address to reach it by ssh", examples: ["203.0.113.10"] }),
  port: z.number().int().min(1).max(65535).default(22).meta({ description: "Port of its ssh server" }),
  user: text(rules.loginName).default("root").meta({ description: "Login: root, or a user with passwordless sudo" }),
  hostKey: text(hostKeyMistake).meta({
    description: "Its ed25519 public key, as `ssh-keyscan -t ed25519 HOST` prints it after the host's name",
    examples: ["ssh-ed25519 AAAA…"],
  }),
  identity: text(publicKeyMistake)
    .optional()
    .meta({
      description:
        "Public key to log in with, a line of `ssh-add -L`: for an agent that holds more keys than the server tries; without it every key of the agent is tried",
      examples: ["ssh-ed25519 AAAA…"],
    }),
});

const commandBenchmark = z.strictObject({
  name: text(rules.benchmarkName).meta({ description: "Name of the benchmark", examples: ["startup"] }),
  group: z.enum(["main", "micro"]).default("main").meta({ description: "Summary it is listed in" }),
  version: z.number().int().min(1).default(1).meta({
    description: "Another number begins the benchmark anew: its values are not linked or compared with those of other versions",
  }),
  build: text(rules.filledIn).optional().meta({ description: "Shell command that builds it, run in the target's checkout" }),
  run: text(rules.filledIn).meta({
    description:
      "Shell command that runs it once; the last line it prints is its seconds: a number alone with a decimal point, such as `0.125`, and the only such line",
    examples: ["./bench --startup"],
  }),
  program: z.array(text(rules.relativePath)).default([]).meta({
    description:
      "Files that the run executes or loads, from the checkout's root: where they are the same, nothing is measured again. Libraries of the checkout that a program is linked to count, too",
  }),
  baseline: text(rules.filledIn)
    .optional()
    .meta({ description: "Shell command that measures the interpreter itself, printing seconds as `run` does" }),
});

const benchmarkVersion = z.strictObject({
  benchmark: text(rules.benchmarkPattern).meta({
    description: "Name of the benchmark, or a pattern with `*` and `?`; an exact name has precedence",
    examples: ["startup"],
  }),
  version: z
    .number()
    .int()
    .min(1)
    .meta({ description: "Its version, 1 where none is given", examples: ["2"] }),
});

const slowBenchmarks = z.strictObject({
  benchmarks: z
    .array(text(rules.benchmarkPattern))
    .min(1)
    .meta({ description: "Their names, or patterns with `*` and `?`", examples: ["mypy_*"] }),
  every: z.number().int().min(1).default(10).meta({ description: "Measure them on every so many revisions", unit: "revisions" }),
  samples: z.number().int().min(5).default(5).meta({ description: "Their samples in a session", unit: "processes" }),
});

const expectation = z.strictObject({
  benchmark: text(rules.benchmarkPattern).meta({
    description: "Name of the benchmark, or a pattern with `*` and `?`; an exact name has precedence",
    examples: ["startup"],
  }),
  minimum: z
    .number()
    .positive()
    .optional()
    .meta({ description: "A shorter time is implausible: no value", unit: "seconds", examples: ["0.001"] }),
  constant: z.boolean().default(false).meta({
    description: "Whether equal samples are expected, as of a counter; otherwise a value without any spread is shown with a warning",
  }),
});

const repository = z.strictObject({
  repository: text(repositoryMistake).meta({
    description: "URL: `https://HOST/PATH`, `ssh://USER@HOST[:PORT]/PATH` or `USER@HOST:PATH`",
    examples: ["https://github.com/OWNER/NAME"],
  }),
  branch: text(rules.branchName).default("main").meta({ description: "Branch to follow" }),
});

const measured = repository.extend({
  submodules: z
    .array(text(repositoryMistake))
    .default([])
    .meta({
      description: "URLs of submodules to fetch with the deploy key; other submodules are fetched without it",
      examples: ["git@github.com:OWNER/NAME.git"],
    }),
});

const move = z.strictObject({
  since: z.iso
    .datetime()
    .meta({ description: "From when on, in UTC: `status` tells when it was first seen", examples: ["2026-11-20T10:00:00Z"] }),
  why: text(rules.line).meta({ description: "What changed, in a line", examples: ["a new fan"] }),
});

const pythonBuild = z.strictObject({
  url: text(rules.sourceAddress).meta({
    description: "Source archive: a URL, or the path of a file on the host",
    examples: ["https://www.python.org/ftp/python/3.13.5/Python-3.13.5.tar.xz"],
  }),
  sha256: text(rules.sha256).meta({ description: "Its SHA-256: another file is not even unpacked", examples: ["93e583f2…"] }),
  configure: z
    .array(text(rules.configureFlag))
    .default([])
    .meta({ description: "Arguments of its configure script, besides `--enable-optimizations --with-lto`" }),
  profileTask: text(rules.profileTask)
    .optional()
    .meta({ description: "What Python runs to learn what to optimize for (PROFILE_TASK); without it, what its makers chose" }),
});

export const schema = z.strictObject({
  hosts: z.array(host).min(1).meta({ description: "The benchmark servers; each measures in its own environment" }),
  user: text(rules.accountName).default("benchmark").meta({
    description: "Account that owns the deploy key and the clones; one that exists keeps its home",
  }),
  packages: z
    .array(text(rules.packageName))
    .default([])
    .meta({ description: "Packages to install and hold, besides those Evenkeel needs itself" }),
  git: z
    .strictObject({
      name: text(rules.personName).meta({ description: "Author name of published results", examples: ["Benchmark Server"] }),
      email: text(rules.email).meta({ description: "Author email of published results", examples: ["benchmark@example.org"] }),
      knownHosts: z.array(text(knownHostsMistake)).default([]).meta({ description: "known_hosts lines of the git servers reached by ssh" }),
      keyFingerprint: text(fingerprintMistake)
        .optional()
        .meta({ description: "SHA256 fingerprint of an existing deploy key; without it the host makes one" }),
    })
    .meta({ description: "Who publishes, and which git servers are trusted" }),
  os: z
    .strictObject({
      release: text(rules.osRelease)
        .optional()
        .meta({
          description:
            "Release that the hosts must run, as VERSION_ID in their /etc/os-release has it, in quotes; without it: any supported one",
          examples: ['"24.04"'],
        }),
      upgrade: z.boolean().default(false).meta({
        description:
          "true: `up` upgrades a host to `release`, if that is the next one, and restarts it; false: another release is an error",
      }),
    })
    .prefault({})
    .meta({ description: "The operating system" }),
  python: z
    .strictObject({
      version: text(rules.pythonVersion).meta({ description: "Wanted Python, `X.Y` or `X.Y.Z`, in quotes", examples: ['"3.13"'] }),
      source: z.enum(["auto", "distribution", "build"]).default("auto").meta({
        description: "Where Python comes from; `auto`: the distribution's if its version is the wanted one, else it is built",
      }),
      build: pythonBuild.optional().meta({ description: "How Python is built, where it is" }),
      requirements: z.array(text(rules.requirement)).default([]).meta({ description: "Pinned requirements of the venv, `name==version`" }),
    })
    .meta({ description: "The interpreter that measures, and its venv" }),
  target: measured
    .extend({
      name: text(rules.filledIn).meta({ description: "Name of the measured project, in reports", examples: ["mypy"] }),
      since: text(rules.revisionName).meta({
        description: "Revision (commit or tag) from which on, itself included, everything is measured",
        examples: ["v1.0"],
      }),
      paths: z
        .array(text(rules.relativePath))
        .default([])
        .meta({ description: "Measure only revisions that touch one of these paths; empty: all" }),
      requirements: z.array(text(rules.relativePath)).default([]).meta({
        description:
          "Requirement files of the target, installed into a virtual environment upon the venv: resolved as of the commit, once as long as they and what they name stay the same. Baselines use those of the newest revision",
      }),
      affects: z.array(text(rules.relativePath)).default([]).meta({
        description:
          "Files and folders of the target that can affect a benchmark, besides requirement files, what they name and submodules, which always count; where all are as in a neighbouring revision, nothing is built. Empty: it is always built",
      }),
      allowEmptyCommits: z.boolean().default(false).meta({
        description:
          "Whether `evenkeel verify --push-empty-commit` may push an empty commit to the branch; the deploy key must be allowed to",
      }),
      web: text(rules.webAddress).optional().meta({ description: "Web address of the project, for links to commits" }),
    })
    .meta({ description: "What is measured" }),
  suite: z
    .discriminatedUnion("adapter", [
      measured.extend({
        adapter: z.literal("runbench").meta({ description: "How benchmarks are listed, built and run", examples: ["runbench"] }),
        versions: z.array(benchmarkVersion).default([]).meta({
          description: "Benchmarks that begin anew with another version: values are not linked or compared with those of other versions",
        }),
      }),
      z.strictObject({
        adapter: z.literal("command").meta({ description: "How benchmarks are listed, built and run" }),
        benchmarks: z.array(commandBenchmark).min(1).meta({ description: "The benchmarks" }),
      }),
    ])
    .meta({ description: "The benchmarks: a repository that keeps the runbench contract, or a list of commands" }),
  results: repository
    .extend({
      branch: text(rules.branchName).default("main").meta({ description: "Branch that measurements are pushed to" }),
      reportsBranch: text(rules.branchName)
        .default("reports")
        .meta({ description: "Branch that holds the reports, rewritten at each publish" }),
    })
    .meta({ description: "Where results and reports are pushed, by ssh with the host's deploy key" }),
  schedule: z
    .strictObject({
      enabled: z.boolean().default(true).meta({ description: "false pauses measuring" }),
      why: text(rules.line).optional().meta({ description: "Why it is paused, in a line: shown wherever somebody may wonder" }),
      cron: text(cronMistake)
        .default("*/20 * * * *")
        .meta({ description: "When cron looks for new revisions: the five fields of crontab(5), in the host's time zone" }),
    })
    .prefault({})
    .meta({ description: "When measuring happens" }),
  environment: z
    .strictObject({
      acceptedFacts: text(rules.shortHash).optional().meta({
        description:
          "Host facts (kernel, microcode, libc, …) that are taken over where they changed, as `doctor` prints them; without it they hold the schedule",
      }),
      startsNewEnvironment: z.boolean().default(false).meta({
        description: "Changed host facts are another environment, to be linked with the one before; leave it true from then on",
      }),
      machineShifts: z.array(move).default([]).meta({
        description:
          "When the machine itself became another, where no fact tells: each begins another environment, with what was measured since then, to be linked. Only ever add to it",
      }),
    })
    .prefault({})
    .meta({ description: "What may change on a host without notice" }),
  upgrade: z
    .strictObject({
      preUpgradeRun: z.enum(["ask", "skip"]).default("ask").meta({
        description:
          "ask: the operating system is upgraded only once `evenkeel pre-upgrade` has measured the old environment a last time; skip: without, the timeline breaks there",
      }),
      waitMinutes: z
        .number()
        .int()
        .min(0)
        .max(1_440)
        .default(60)
        .meta({ description: "How long `up` waits for a running measurement, which ends after its present revision", unit: "minutes" }),
    })
    .prefault({})
    .meta({ description: "How a host gets from one configuration to the next" }),
  alerts: z
    .strictObject({
      webhook: z.boolean().default(false).meta({
        description: "Whether alerts are posted as JSON, to the secret address that `npm run secret` puts on the host",
      }),
      github: z
        .strictObject({
          repository: text(rules.gitHubRepository).meta({ description: "Where issues are opened", examples: ["OWNER/NAME"] }),
          changes: z.enum(["issue", "comment"]).default("issue").meta({
            description: "issue: a confirmed change opens one; comment: it is a comment on its commit, where that is in the repository",
          }),
          api: text(rules.webAddress).default("https://api.github.com").meta({ description: "Address of GitHub's interface" }),
        })
        .optional()
        .meta({ description: "Alerts on GitHub, by the token that `npm run secret` puts on the host" }),
      ping: z.boolean().default(false).meta({
        description:
          "Whether the secret address that `npm run secret` puts on the host is fetched after each successful run: a service behind it sounds the alarm when nobody does",
      }),
      silentHours: z.number().positive().default(24).meta({
        description: "So long without a successful run is an alert",
        unit: "hours",
      }),
      problemHours: z.number().positive().default(6).meta({
        description: "Alert after failing so long to fetch, to publish, to measure a revision, to tidy clones or to deliver alerts",
        unit: "hours",
      }),
    })
    .prefault({})
    .meta({ description: "Who is told of confirmed changes, failing runs, holds and hosts that are not as declared" }),
  measure: z
    .strictObject({
      samples: z.number().int().min(5).optional().meta({
        description:
          "Samples of every benchmark in a session; without it each has its own number, 5 to 40, chosen within its first session by the time that a sample takes",
        unit: "processes",
      }),
      budgetMinutes: z.number().positive().default(10).meta({
        description:
          "Time that sampling one revision may take, and sampling all baselines: numbers of samples are chosen to fit, never below 5, and then stay",
        unit: "minutes",
      }),
      slow: z
        .array(slowBenchmarks)
        .default([])
        .meta({ description: "Benchmarks too slow for every revision; they do not count for the budget" }),
      expect: z
        .array(expectation)
        .default([])
        .meta({ description: "Times below which a benchmark is not believed; without one: 0.3 of its last value" }),
      cores: z
        .array(text(rules.benchmarkPattern))
        .default([])
        .meta({ description: "Benchmarks that need more than one core, by name or pattern: they get all" }),
      memoryGigabytes: z.number().positive().default(4).meta({
        description: "Memory that sampled processes may use, each and together; a building process may use twice as much",
        unit: "GB",
      }),
      processes: z
        .number()
        .int()
        .min(16)
        .default(512)
        .meta({ description: "Processes that a sample or a build step may have at a time", unit: "processes" }),
      diskGigabytes: z.number().positive().default(4).meta({ description: "Space that a sample or a build step may fill", unit: "GB" }),
      checkLayouts: z.boolean().default(true).meta({
        description:
          "Check a confirmed change with builds whose programs are laid out otherwise in memory, before it is called a change of the code",
      }),
      buildCacheGigabytes: z
        .number()
        .nonnegative()
        .default(10)
        .meta({ description: "Space for finished builds, kept to measure their programs again; the longest unused go first", unit: "GB" }),
      timeoutSeconds: z.number().positive().max(86_400).default(300).meta({ description: "Time limit of one process", unit: "seconds" }),
      prepareTimeoutMinutes: z
        .number()
        .positive()
        .max(1_440)
        .default(60)
        .meta({ description: "Time limit of a build or prepare step", unit: "minutes" }),
      compiler: text(rules.compilerCommand).default("cc").meta({ description: "C compiler the benchmarks are built with" }),
    })
    .prefault({})
    .meta({ description: "How measuring is done" }),
});

export type Config = z.infer<typeof schema>;
export type HostEntry = Config["hosts"][number];

/** What the runner reads on the host: everything but the list of hosts, and this host's own name. */
export const hostConfigSchema = schema.omit({ hosts: true }).extend({ host: z.string() });
export type HostConfig = z.infer<typeof hostConfigSchema>;
