import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/timing/longest-first.ts";

/** Test files that run side by side: they wait for hosts and for conditions, so more than there are cores. */
const poolWorkers = 4;

/** Environment that keeps the files of unit tests in memory, where the machine has /dev/shm. The code under test waits for the disk after each write. */
const inMemory = existsSync("/dev/shm") ? { TMPDIR: "/dev/shm" } : {};

const setupFiles = ["tests/timing/record.ts"];
const unit = "tests/**/*.test.ts";
const integration = "tests/**/*.integration.test.ts";
const simulation = "tests/**/*.simulation.test.ts";
const page = "tests/**/*.browser.test.ts";
const hosts = ["tests/lab/**/*.test.ts", "tests/e2e/**/*.test.ts"];

// Five projects: `unit` is quick and comes first. Then one pool: `hosts` boots throwaway hosts, `page` a browser, `integration` runs real git, pip
// and compilers, and `simulation` shows how often statistics err.
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: [unit],
          exclude: [integration, simulation, page, ...hosts],
          setupFiles,
          // Starting a process for each file would take longer than its tests.
          isolate: false,
          env: inMemory,
          testTimeout: 60_000,
          // A group of one worker would come last.
          maxWorkers: Math.max(2, availableParallelism()),
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "integration",
          include: [integration],
          setupFiles,
          globalSetup: ["tests/programs.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: poolWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "simulation",
          include: [simulation],
          setupFiles,
          testTimeout: 300_000,
          maxWorkers: poolWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "page",
          include: [page],
          setupFiles,
          globalSetup: ["tests/page/programs.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: poolWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "hosts",
          include: hosts,
          setupFiles,
          globalSetup: ["tests/lab/prepared.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          maxWorkers: poolWorkers,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
