import * as z from "zod";
import * as rules from "../rules.ts";
import { text } from "./text.ts";

/** Settings of sampling, and the limits of the processes that are sampled and built. */

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

export const measure = z
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
  .meta({ description: "How measuring is done" });
