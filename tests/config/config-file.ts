import { expect, test } from "vitest";
import { ConfigError, parseConfig, type Problem } from "../../config/load.ts";

export const key = "AAAAC3NzaC1lZDI1NTE5AAAAIB2k50ikljXYj/Y6NrEMgQ8L9ijdT6ZxRICGa4MC4DHS";

/** The shortest valid configuration. The tables below refer to its line numbers. */
export const base = [
  /*  1 */ "hosts:",
  /*  2 */ "  - name: bench1",
  /*  3 */ "    address: 203.0.113.10",
  /*  4 */ `    hostKey: ssh-ed25519 ${key}`,
  /*  5 */ "git:",
  /*  6 */ "  name: Bench",
  /*  7 */ "  email: bench@example.org",
  /*  8 */ "  knownHosts:",
  /*  9 */ `    - github.com ssh-ed25519 ${key}`,
  /* 10 */ "python:",
  /* 11 */ '  version: "3.13"',
  /* 12 */ "target:",
  /* 13 */ "  name: mypy",
  /* 14 */ "  repository: https://github.com/python/mypy",
  /* 15 */ "  since: v1.0",
  /* 16 */ "suite:",
  /* 17 */ "  adapter: command",
  /* 18 */ "  benchmarks:",
  /* 19 */ "    - name: startup",
  /* 20 */ "      run: ./bench",
  /* 21 */ "results:",
  /* 22 */ "  repository: git@github.com:example/results.git",
];

/** Returns the base with some lines replaced; an empty text removes the line. Line 23 is appended. */
export function edited(lines: Record<number, string>): string {
  return [...base, ""]
    .map((line, index) => lines[index + 1] ?? line)
    .filter((line) => line !== "")
    .join("\n");
}

/** Returns the settings of a Python that is built, with some replaced. `build` is on line 13. */
export function built(settings: Record<string, string>): string {
  const all = { url: "https://example.org/python.tar.xz", sha256: "0".repeat(64), ...settings };
  const lines = Object.entries(all).map(([key, value]) => `    ${key}: ${key === "sha256" ? `"${value}"` : value}`);
  return ['  version: "3.13"', "  source: build", "  build:", ...lines].join("\n");
}

export function problemsOf(source: string): Problem[] {
  try {
    parseConfig(source, "x.yaml");
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Edited lines, and the expected position, part of the message and part of the hint of the only problem. */
type Row = [lines: Record<number, string>, at: string, message: string, hint: string];

export function eachIsReported(rows: Row[]): void {
  test.each(rows)("%j", (lines, at, message, hint) => {
    const problems = problemsOf(edited(lines));
    expect(problems.map((problem) => `${problem.line}:${problem.column} ${problem.message}`)).toHaveLength(1);
    const [problem] = problems;
    expect(`${problem?.line}:${problem?.column}`).toBe(at);
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toContain(hint);
  });
}
