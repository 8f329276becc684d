import { renderReports } from "../../../runner/report/markdown.ts";
import { failed, idOf, input, measured, revision, session, type MadeInput } from "./fixture.ts";

export function page(files: Map<string, string>, path: string): string {
  const content = files.get(path);
  if (content === undefined) throw new Error(`no ${path} among ${[...files.keys()].join(", ")}`);
  return content;
}

export const sortPage = (changes: Partial<MadeInput>) => page(renderReports(input(changes)), "reports/benchmarks/sort.md");
export const mainPage = (changes: Partial<MadeInput>) => page(renderReports(input(changes)), "reports/summary-main.md");
export const sortRow = (changes: Partial<MadeInput>) =>
  mainPage(changes)
    .split("\n")
    .find((line) => line.includes("[sort]"));

export const link = (number: number) => `[\`${idOf(number).slice(0, 12)}\`](https://example.org/lang/commit/${idOf(number)})`;
export const sorted = (seconds: number) => ({ sort: { compiled: measured(seconds) } });
export const program = (seconds: number, fingerprint = "f") => ({ sort: { compiled: { ...measured(seconds), fingerprint } } });
export const copy = (as: number) => ({ sort: { compiled: { status: "reused" as const, workload: "w1", fingerprint: "f", as: idOf(as) } } });
export const readmeOf = (sessions: MadeInput["sessions"]) => page(renderReports(input({ sessions })), "README.md");
export const baseline = session("baseline", { sort: { interpreted: measured(0.05) } }, { serial: 99 });

/** Three revisions: 60 days, 59 days and 1 day before `now`; the second does not compile. */
export const story: Partial<MadeInput> = {
  history: [revision(0, 90, "Start"), revision(1, 91, "Break it"), revision(2, 149, "Make *sort* faster | twice")],
  sessions: [
    session(0, { sort: { compiled: measured(0.012) }, tiny: { compiled: measured(0.0000042, { error: 0.01 }) } }, { serial: 1 }),
    session(1, { sort: { compiled: failed({ output: "error: ';'\n```" }) } }, { serial: 2 }),
    session(2, { sort: { compiled: measured(0.0111) } }, { serial: 3 }),
    session("baseline", { sort: { interpreted: measured(0.05) } }, { serial: 0 }),
  ],
  benchmarks: [
    { name: "tiny", group: "micro", variants: ["compiled"], workload: "w1" },
    { name: "sort", group: "main", variants: ["compiled", "interpreted"], workload: "w1" },
  ],
  backlog: 2,
  now: "2026-05-31T00:00:00.000Z",
};
