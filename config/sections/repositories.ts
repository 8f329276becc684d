import * as z from "zod";
import { repositoryMistake } from "../repository-url.ts";
import * as rules from "../rules.ts";
import { text } from "./text.ts";

/** Settings of what is measured, by which benchmarks, and where results go. */

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

export const target = measured
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
  .meta({ description: "What is measured" });

export const suite = z
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
  .meta({ description: "The benchmarks: a repository that keeps the runbench contract, or a list of commands" });

export const results = repository
  .extend({
    branch: text(rules.branchName).default("main").meta({ description: "Branch that measurements are pushed to" }),
    reportsBranch: text(rules.branchName)
      .default("reports")
      .meta({ description: "Branch that holds the reports, rewritten at each publish" }),
  })
  .meta({ description: "Where results and reports are pushed, by ssh with the host's deploy key" });
