import { defineConfig } from "vitest/config";

/** Hosts wait a lot: for cron, for each other, for a linker that uses one core. */
const atATime = 2;

// Four suites: `unit` is quick, `integration` runs real git, pip and compilers, `lab` needs throwaway hosts, `e2e` walks whole stories on them.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/**/*.integration.test.ts", "tests/lab/**", "tests/e2e/**"],
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
          globalSetup: ["tests/lab/prepared.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          maxWorkers: atATime,
        },
      },
    ],
  },
});
