import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import type { UpgradeState } from "../../../runner/report/input.ts";
import { verdictText } from "../../../runner/report/upgrade.ts";
import { verdict, type EmptyCommitObservation } from "../../../runner/timeline/verdict.ts";
import { idOf, input } from "./fixture.ts";

const seconds = (value: number) => ({ value, standardError: 0.001, degreesOfFreedom: 20 });
const scalingFactor = { phi: Math.log(0.8), standardError: 0.001, degreesOfFreedom: 8 };

/** Six benchmarks that became a quarter faster with the upgrade, and one that moved by something besides. */
function observed(moved: number): EmptyCommitObservation[] {
  const steady = ["a", "b", "c", "d", "e", "f"].map((benchmark) => ({ benchmark, new: seconds(0.8) }));
  return [...steady, { benchmark: "sort", new: seconds(0.8 * moved) }].map((one) => ({
    ...one,
    variant: "compiled",
    old: seconds(1),
    scalingFactor,
    sigma: 0.002,
  }));
}

function readme(upgrade?: UpgradeState): string {
  return renderReports(input({ ...(upgrade && { upgrade }) })).get("README.md") ?? "";
}

function judged(moved: number, by: "empty-commit" | "held-out" = "empty-commit"): UpgradeState {
  return { owed: 0, judged: { by, revision: idOf(2), before: "e0123456789", verdict: verdict(observed(moved)) } };
}

test("without a transition there is no word about upgrades", () => {
  expect(readme()).not.toContain("upgrade");
});

test("while bridges are missing, the overview says how many sessions are to come", () => {
  expect(readme({ owed: 3 })).toContain("| upgrade | not yet linked: 3 bridge sessions left |");
});

test("a continuous upgrade is told in a sentence, with all its numbers on the page of environments", () => {
  expect(readme(judged(1))).toContain(
    "| upgrade | [continuous](reports/environments.md): 7 of 7 benchmarks match the old environment, common shift",
  );
  const page = renderReports(input({ upgrade: judged(1) })).get("reports/environments.md") ?? "";
  expect(page).toContain("## Verdict on the newest upgrade");
  expect(page).toMatch(/Judged by the empty commit .* against environment e0123456\./);
  expect(page).toContain("Suite: benchmarks of a session share noise: 15 % of its variance is assumed until two sessions measure");
  expect(page).toMatch(/\| sort \| continuous \| [+−]?0\.00 % \| 0\.\d\d % \| 1\.00 % \| +\|/);
});

test("a broken upgrade names its reason, and what it was judged by", () => {
  const text = verdictText(verdict(observed(1.05)));
  expect(text).not.toContain("match the old environment");
  expect(readme(judged(1.05))).toContain("| upgrade | [broken](reports/environments.md): ");
  const page = renderReports(input({ upgrade: judged(1.05, "held-out") })).get("reports/environments.md") ?? "";
  expect(page).toContain("Judged by the held-out revision");
  expect(page).toMatch(/\| sort \| broken \| \+5\.0\d % \|/);
});
