import { describe, expect, test } from "vitest";
import { brokenScalingFactor, scalingFactor, scalingFile } from "./fixture.ts";
import { factor, treeScalingFactor, e0, e1, environmentsPage, sortPage, later } from "./linked-reports.ts";

describe("the page of environments", () => {
  const benchmarks = ["sort", "tree", "weakly", "lost"].map((name) => ({
    name,
    group: "main" as const,
    variants: ["compiled" as const],
    workload: "w1",
  }));

  test("lists the scaling factors of each pair: factor, half-width, how many are linked, weak and broken, and why", () => {
    const weak = { ...factor(Math.log(0.9)), benchmark: "weakly", status: "weak" as const };
    const files = [
      scalingFile([
        factor(Math.log(0.5)),
        treeScalingFactor(Math.log(0.8)),
        weak,
        brokenScalingFactor(e0, e1, "gone", { benchmark: "lost" }),
      ]),
      scalingFile([scalingFactor({ environment: "e1" }, { environment: "e1", workload: "w2" }, Math.log(2))]),
    ];
    const page = environmentsPage({ scalingFiles: files, benchmarks });
    expect(page).toContain(`| from | to | factor (median) | linked | weak | broken |
| --- | --- | --: | --: | --: | --: |
| \`e0\` | \`e1\` | 0.8000 ± 0.46 % | 2 | 1 | 1 |
| \`e1\` | same environment, benchmark edited | 2.0000 ± 0.46 % | 1 | 0 | 0 |`);
    expect(page).toContain("- lost (compiled), `e0` to `e1`: gone");
    expect(page).not.toContain("replaced earlier ones");
    // Of what the suite no longer has nothing counts.
    const without = environmentsPage({ scalingFiles: files, benchmarks: benchmarks.slice(0, 2) });
    expect(without).toContain("| `e0` | `e1` | 0.6325 ± 0.46 % | 2 | 0 | 0 |");
    expect(without).not.toContain("lost");
  });

  test("says by how much a later bridge moved what is shown of the past, and the later one is shown", () => {
    const files = [
      scalingFile([factor(0), treeScalingFactor(0), brokenScalingFactor(e0, e1, "gone", { benchmark: "lost" })], 1),
      scalingFile([factor(Math.log(1.001)), treeScalingFactor(Math.log(0.98)), { ...factor(0), benchmark: "lost" }], 2),
    ];
    for (const scalingFiles of [files, [...files].reverse()]) {
      expect(environmentsPage({ scalingFiles, benchmarks })).toContain(
        "- 2026-07-02, `e0` to `e1`, bridge 2: 2 series by −0.96 % (median), most tree (compiled) by −2.00 %; 1 linked since then",
      );
      expect(sortPage({ scalingFiles })).toContain("older values × 1.0010 ±");
    }
  });

  test("says that environments are not yet linked, where there are several and no scaling factor", () => {
    expect(environmentsPage({})).toContain("These environments are not yet linked with each other.");
    expect(environmentsPage({ sessions: [], environments: new Map([["e1", later]]) })).not.toContain("linked");
  });
});
