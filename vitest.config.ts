import { defineConfig } from "vitest/config";

/** Hosts wait a lot: for cron, for each other, for a linker that uses one core. Three at a time are slower than two on two cores. */
const atATime = 2;

/** Hosts share the disk: what is measured on another one meanwhile would be killed for what these fill. */
const fillingDisks = ["tests/e2e/full-disk.test.ts", "tests/e2e/hostile.test.ts"];

// Six suites: `unit` is quick, `integration` runs real git, pip and compilers, `page` a browser, `lab` needs throwaway hosts, `e2e` and `alone` walk whole stories on them.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/**/*.integration.test.ts", "tests/**/*.browser.test.ts", "tests/lab/**", "tests/e2e/**"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/**/*.integration.test.ts"],
          globalSetup: ["tests/programs.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "page",
          include: ["tests/**/*.browser.test.ts"],
          globalSetup: ["tests/page/programs.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "lab",
          include: ["tests/lab/**/*.test.ts"],
          globalSetup: ["tests/lab/prepared.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          maxWorkers: atATime,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          exclude: fillingDisks,
          globalSetup: ["tests/lab/prepared.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          maxWorkers: atATime,
        },
      },
      {
        test: {
          name: "alone",
          include: fillingDisks,
          globalSetup: ["tests/lab/prepared.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
