import type { ScalingFile } from "../../../runner/model.ts";
import { renderReports } from "../../../runner/report/markdown.ts";
import {
  brokenScalingFactor,
  environment,
  scalingFactor,
  scalingFile,
  input,
  measured,
  revision,
  session,
  type MadeInput,
} from "./fixture.ts";

export const later = environment("e1", { python: { version: "3.13.5", buildFlags: "", sha256: "b" }, compiler: "gcc 14.2.0" });
const environments = new Map([
  ["e0", environment("e0")],
  ["e1", later],
]);
export const label = "Python 3.12.1 → 3.13.5, compiler gcc 12.2.0 → gcc 14.2.0";
export const [e0, e1] = [{ environment: "e0" }, { environment: "e1" }];
export const factor = (phi: number) => scalingFactor(e0, e1, phi);
export const treeScalingFactor = (phi: number) => ({ ...factor(phi), benchmark: "tree" });
export const both = (seconds: number) => ({ sort: { compiled: measured(seconds), interpreted: measured(seconds * 5) } });
export const sorted = (seconds: number) => ({ sort: { compiled: measured(seconds) } });

/** Two revisions before the transition, 20 and 22 ms, a bridge of the second, and one after it: 11 ms. */
export const story: Partial<MadeInput> = {
  environments,
  sessions: [
    session(0, sorted(0.02), { environment: "e0", serial: 0 }),
    session(1, sorted(0.022), { environment: "e0", serial: 1 }),
    session(1, sorted(0.011), { serial: 2, reason: "bridge" }),
    session(2, sorted(0.011), { serial: 3 }),
    session("baseline", { sort: { interpreted: measured(0.05) } }, { serial: 4 }),
    session("baseline", { sort: { interpreted: measured(0.09) } }, { serial: 5, environment: "e0" }),
  ],
  now: revision(30).committed,
};
export const linked: ScalingFile[] = [scalingFile([factor(Math.log(0.5))])];
export const broken: ScalingFile[] = [scalingFile([brokenScalingFactor(e0, e1, "it <fails> on 3.13")])];

export function pageOf(path: string, changes: Partial<MadeInput>): string {
  const content = renderReports(input({ ...story, ...changes })).get(path);
  if (content === undefined) throw new Error(`no ${path}`);
  return content;
}
export const sortPage = (changes: Partial<MadeInput>) => pageOf("reports/benchmarks/sort.md", changes);
export const chart = (changes: Partial<MadeInput>) => pageOf("reports/benchmarks/sort.svg", changes);
export const environmentsPage = (changes: Partial<MadeInput>) => pageOf("reports/environments.md", changes);
export const sortRow = (changes: Partial<MadeInput>) =>
  pageOf("reports/summary-main.md", changes)
    .split("\n")
    .find((line) => line.includes("[sort]"));
export const rowsOf = (page: string) =>
  page
    .split("\n")
    .filter((line) => line.startsWith("| 2026-") || line.startsWith("|  | **"))
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| ?|\[.*\) /g, "").replace(/ ?\|$/, "")));
