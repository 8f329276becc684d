import * as z from "zod";
import * as rules from "../rules.ts";
import { text } from "./text.ts";

/** Settings of sampling, and limits of sampled processes and builds. */

const slowBenchmarks = z.strictObject({
  benchmarks: z
    .array(text(rules.benchmarkPattern))
    .min(1)
    .meta({ description: "Names of the benchmarks, or patterns with `*` and `?`", examples: ["mypy_*"] }),
  every: z
    .number()
    .int()
    .min(1)
    .default(10)
    .meta({ description: "Interval between the revisions that they are measured on", unit: "revisions" }),
  samples: z.number().int().min(5).default(5).meta({ description: "Samples of each benchmark in a session", unit: "processes" }),
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
    .meta({ description: "Shortest plausible time. A shorter time is not stored as a value", unit: "seconds", examples: ["0.001"] }),
  constant: z.boolean().default(false).meta({
    description: "Expect equal samples, as from a counter. Without it, a value without any spread is shown with a warning",
  }),
});

export const measure = z
  .strictObject({
    samples: z.number().int().min(5).optional().meta({
      description:
        "Samples of each benchmark in a session. Without it, the first session chooses 5 to 40 samples for each benchmark, by the time that a sample takes",
      unit: "processes",
    }),
    budgetMinutes: z.number().positive().default(10).meta({
      description:
        "Time limit for sampling one revision, and for sampling all baselines. Numbers of samples are chosen to fit, never below 5, and stay fixed afterwards",
      unit: "minutes",
    }),
    slow: z
      .array(slowBenchmarks)
      .default([])
      .meta({ description: "Benchmarks that are too slow for every revision. They do not count towards the budget" }),
    expect: z
      .array(expectation)
      .default([])
      .meta({ description: "Limits of plausible times. A benchmark without an entry has a minimum of 0.3 of its last value" }),
    cores: z
      .array(text(rules.benchmarkPattern))
      .default([])
      .meta({ description: "Benchmarks that run on all cores instead of one, by name or pattern" }),
    memoryGigabytes: z.number().positive().default(4).meta({
      description: "Memory limit of a sampled process, and of all of them together. A build process may use twice as much",
      unit: "GB",
    }),
    processes: z.number().int().min(16).default(512).meta({ description: "Process limit of a sample or a build step", unit: "processes" }),
    diskGigabytes: z.number().positive().default(4).meta({ description: "Disk limit of a sample or a build step", unit: "GB" }),
    checkLayouts: z.boolean().default(true).meta({
      description:
        "Check a confirmed change with builds whose programs have other memory layouts, before it is reported as a change of the code",
    }),
    buildCacheGigabytes: z.number().nonnegative().default(10).meta({
      description: "Size of the build cache, whose programs can be measured again. The least recently used builds are removed",
      unit: "GB",
    }),
    timeoutSeconds: z.number().positive().max(86_400).default(300).meta({ description: "Time limit of one process", unit: "seconds" }),
    prepareTimeoutMinutes: z
      .number()
      .positive()
      .max(1_440)
      .default(60)
      .meta({ description: "Time limit of a build or prepare step", unit: "minutes" }),
    compiler: text(rules.compilerCommand).default("cc").meta({ description: "C compiler that builds the benchmarks" }),
  })
  .prefault({})
  .meta({ description: "Sampling, builds and their limits" });
