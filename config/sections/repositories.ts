import * as z from "zod";
import { repositoryMistake } from "../repository-url.ts";
import * as rules from "../rules.ts";
import { text } from "./text.ts";

/** Settings of the target, the suite and the results. */

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
      description: "URLs of submodules to fetch with the deploy key. Other submodules are fetched without it",
      examples: ["git@github.com:OWNER/NAME.git"],
    }),
});

const commandBenchmark = z.strictObject({
  name: text(rules.benchmarkName).meta({ description: "Name of the benchmark", examples: ["startup"] }),
  group: z.enum(["main", "micro"]).default("main").meta({ description: "Summary that lists the benchmark" }),
  version: z.number().int().min(1).default(1).meta({
    description:
      "Version of the benchmark. A new version begins anew: its values are neither linked nor compared with those of other versions",
  }),
  build: text(rules.filledIn).optional().meta({ description: "Shell command that builds the benchmark in the target's checkout" }),
  run: text(rules.filledIn).meta({
    description:
      "Shell command that runs the benchmark once. Its last output line is the time in seconds: a number with a decimal point, such as `0.125`. No other line may be such a number",
    examples: ["./bench --startup"],
  }),
  program: z.array(text(rules.relativePath)).default([]).meta({
    description:
      "Files that the run executes or loads, from the checkout's root. Results are reused while these files and their linked libraries of the checkout stay the same",
  }),
  baseline: text(rules.filledIn)
    .optional()
    .meta({ description: "Shell command that measures the interpreter itself and prints seconds as `run` does" }),
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
    .meta({ description: "Version of the benchmark; without an entry it is 1", examples: ["2"] }),
});

export const target = measured
  .extend({
    name: text(rules.filledIn).meta({ description: "Name of the measured project, in reports", examples: ["mypy"] }),
    since: text(rules.revisionName).meta({
      description: "First revision to measure (commit or tag)",
      examples: ["v1.0"],
    }),
    paths: z
      .array(text(rules.relativePath))
      .default([])
      .meta({ description: "Measure only revisions that touch one of these paths; empty: all" }),
    requirements: z.array(text(rules.relativePath)).default([]).meta({
      description:
        "Requirement files of the target, resolved as of the commit's date. They are installed into a virtual environment on top of the venv, again only if they or files that they name change. Baselines use those of the newest revision",
    }),
    affects: z.array(text(rules.relativePath)).default([]).meta({
      description:
        "Files and folders of the target that can affect a benchmark. A revision is not built if all are the same as in a neighbouring revision; requirement files, files that they name and submodules always count. Empty: build every revision",
    }),
    allowEmptyCommits: z.boolean().default(false).meta({
      description:
        "Allow `evenkeel verify --push-empty-commit` to push an empty commit to the branch. The deploy key needs write access to the target",
    }),
    web: text(rules.webAddress).optional().meta({ description: "Web address of the project, for links to commits" }),
  })
  .meta({ description: "The project that is measured" });

export const suite = z
  .discriminatedUnion("adapter", [
    measured.extend({
      adapter: z.literal("runbench").meta({ description: "Adapter that lists, builds and runs the benchmarks", examples: ["runbench"] }),
      versions: z.array(benchmarkVersion).default([]).meta({
        description:
          "Versions of benchmarks. A new version begins anew: its values are neither linked nor compared with those of other versions",
      }),
    }),
    z.strictObject({
      adapter: z.literal("command").meta({ description: "Adapter that lists, builds and runs the benchmarks" }),
      benchmarks: z.array(commandBenchmark).min(1).meta({ description: "The benchmarks" }),
    }),
  ])
  .meta({ description: "The benchmarks: a repository that follows the runbench contract, or a list of commands" });

export const results = repository
  .extend({
    branch: text(rules.branchName).default("main").meta({ description: "Branch that measurements are pushed to" }),
    reportsBranch: text(rules.branchName)
      .default("reports")
      .meta({ description: "Branch that holds the reports, rewritten at each publish" }),
  })
  .meta({ description: "Repository of results and reports, pushed by ssh with the host's deploy key" });
