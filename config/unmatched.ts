import { isNamedBy } from "./benchmark-pattern.ts";
import { nearest } from "./nearest.ts";
import type { HostConfig } from "./schema.ts";

interface Patterns {
  measure: Pick<HostConfig["measure"], "slow" | "cores" | "expect">;
  suite: HostConfig["suite"];
}

/**
 * Returns a warning for each name or pattern of `measure` and `suite.versions` that matches no benchmark of the suite. It is not an error:
 * another revision of the suite may have the benchmark.
 */
export function unmatched({ measure, suite }: Patterns, names: readonly string[]): string[] {
  const versions = "versions" in suite ? suite.versions : [];
  const given = [
    ...versions.map(({ benchmark: pattern }, index) => ({ at: `suite.versions[${index}].benchmark`, pattern })),
    ...measure.slow.flatMap(({ benchmarks }, group) => benchmarks.map((pattern) => ({ at: `measure.slow[${group}].benchmarks`, pattern }))),
    ...measure.cores.map((pattern) => ({ at: "measure.cores", pattern })),
    ...measure.expect.map(({ benchmark: pattern }, index) => ({ at: `measure.expect[${index}].benchmark`, pattern })),
  ];
  return given
    .filter(({ pattern }) => !names.some((name) => isNamedBy(name, [pattern])))
    .map(({ at, pattern }) => {
      const meant = nearest(pattern, [...names]);
      return `${at}: no benchmark of the suite matches ${pattern}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
    });
}
