import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { environment, idOf, input, measured, session } from "./fixture.ts";
import { story, page, link, sorted, sortRow, sortPage, baseline, mainPage } from "./pages.ts";

test("a small report, word for word", () => {
  const files = renderReports(input(story));
  expect([...files.keys()].filter((path) => !path.startsWith("docs/")).sort()).toEqual([
    "README.md",
    "reports/benchmarks/sort.md",
    "reports/benchmarks/sort.svg",
    "reports/benchmarks/tiny.md",
    "reports/benchmarks/tiny.svg",
    "reports/environments.md",
    "reports/summary-main.md",
    "reports/summary-microbenchmarks.md",
  ]);
  expect(page(files, "README.md")).toBe(`# [lang](https://example.org/lang): benchmarks

|  |  |
| --- | --- |
| server | host |
| last session | 2026-06-01 00:03 UTC, ${link(2)} Make \\*sort\\* faster &#124; twice (new): 1 measured |
| environment | [\`e1\`](reports/environments.md): Python 3.12.1, gcc 12.2.0, debian 12, Example 3000 |
| revisions measured | 3 of 3 |
| waiting | 2 revisions |

- [Main benchmarks](reports/summary-main.md): 1 benchmark
- [Microbenchmarks](reports/summary-microbenchmarks.md): 1 benchmark
- [Environments](reports/environments.md): machines and software of the results

Written by Evenkeel on host.
`);
  expect(page(files, "reports/summary-main.md")).toBe(`# lang: main benchmarks

[Overview](../README.md) · [Environments](environments.md)

Measured by host: Python 3.12.1, gcc 12.2.0, debian 12, Example 3000.

| benchmark | value | speed-up over the interpreter | last month | last 3 months |
| --- | --: | --: | --: | --: |
| [sort](benchmarks/sort.md) | 11.100 ± 0.025 ms | 4.50× | not judged yet | no older value |

Values are the seconds of one run at the newest measured revision, ± half their 95 % interval, or its two ends if it is very wide.
Intervals cover the noise within a session only, not the noise from session to session.
Changes were confirmed by fresh sessions. They count from the newest revision that was at least 30 or 91 days old on
2026-05-31, or from the first value. Several changes are combined; negative changes are faster.

- *no confirmed change*: single values may still differ by chance.
- *drift*: the machine changed, not the code.
- *same program*: no revision since then runs another program.
- *no new value*: nothing was measured since then.
- *no older value*: nothing was measured before then.

Changes cannot be detected yet in any benchmark (*not judged yet*): there are too few measurements to distinguish them from noise.
`);
  expect(page(files, "reports/benchmarks/sort.md")).toBe(`# sort

[Overview](../../README.md) · [Main benchmarks](../summary-main.md) · [Environments](../environments.md)

11.100 ± 0.025 ms at ${link(2)} Make \\*sort\\* faster &#124; twice. The interpreter itself takes 50.00 ± 0.11 ms. Changes cannot be detected yet: detection needs 9 measured programs or 5 repeated sessions.

![Timeline of sort](sort.svg)

## Newest revisions, compiled

| date | revision | value | 95 % interval | vs. previous | speed-up over the interpreter |
| --- | --- | --: | --: | --: | --: |
| 2026-05-30 | ${link(2)} Make \\*sort\\* faster &#124; twice | 11.100 ms | 11.075 … 11.125 | −7.50 % ± 0.27 % | 4.50× |
| 2026-04-02 | ${link(1)} Break it | failed: compile |  |  |  |
| 2026-04-01 | ${link(0)} Start | 12.000 ms | 11.973 … 12.027 |  | 4.17× |

Rows follow the target's first-parent history. Intervals cover the noise within a session only; negative changes are faster. A difference between two values is not a change by itself.

## Failures

<details><summary>compile: cc said no</summary>

At ${link(1)}:

\`\`\`\`text
error: ';'
\`\`\`
\`\`\`\`

</details>
`);
  expect(page(files, "reports/benchmarks/tiny.md")).toContain("4.200 ± 0.095 µs at");
  expect(page(files, "reports/environments.md")).toContain("## `e1` (current)");
});

test("the same input gives the same bytes, in whatever order sessions and environments come", () => {
  const environments = [environment("e0"), environment("e1")];
  const sessions = [...(story.sessions ?? []), session(1, sorted(3), { environment: "e0", serial: 8 })];
  const one = renderReports(input({ ...story, sessions, environments: new Map(environments.map((e) => [e.id, e])) }));
  const other = renderReports(
    input({
      ...story,
      sessions: [...sessions].reverse(),
      environments: new Map([...environments].reverse().map((e) => [e.id, e])),
      benchmarks: [...(story.benchmarks ?? [])].reverse(),
    }),
  );
  expect([...other]).toEqual([...one]);
});

test("with nothing at all every page is there and says so", () => {
  const nothing = { history: [], sessions: [], environments: new Map(), currentEnvironment: "", benchmarks: [] };
  const files = renderReports(input(nothing));
  expect([...files.keys()].filter((path) => !path.startsWith("docs/"))).toEqual([
    "README.md",
    "reports/summary-main.md",
    "reports/summary-microbenchmarks.md",
    "reports/environments.md",
  ]);
  expect(page(files, "README.md")).toContain("| last session | none yet: nothing has been measured |");
  expect(page(files, "README.md")).toContain("| revisions measured | the history has no revision yet |");
  expect(page(files, "reports/summary-main.md")).toContain("lists no benchmark of this group");
  expect(page(files, "reports/environments.md")).toContain("There is no environment yet.");
});

test("what a dropped benchmark differs from session to session is no error of any other's value", () => {
  const noisy = [0.001, 1].map((seconds, index) => session(0, { gone: { compiled: measured(seconds) } }, { serial: index + 1 }));
  const sessions = [session(0, sorted(0.01)), ...noisy];
  expect(sortRow({ sessions })).toContain("| 10.000 ± 0.023 ms |");
  expect(sortPage({ sessions })).not.toContain("the suite's median");
  const listed = ["gone", "sort"].map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }));
  expect(sortRow({ sessions, benchmarks: listed })).toMatch(/\| \S+ ms \(error above a factor of 10\) \|/);
});

test("a revision that failed as a whole is listed with its output until it is measured", () => {
  const failure = { stage: "dependencies" as const, message: "no <wheel> for x|y", output: "pip says\nno" };
  const broken = session(1, {}, { failure, serial: 1 });
  const readme = page(renderReports(input({ sessions: [broken] })), "README.md");
  expect(readme).toContain("## Revisions that could not be measured");
  expect(readme).toContain("dependencies, no &#60;wheel&#62; for x|y</summary>");
  expect(readme).toContain("```text\npip says\nno\n```");
  expect(readme).toContain("| revisions measured | 0 of 3 |");
  const mended = [broken, session(1, sorted(1), { serial: 2 })];
  expect(page(renderReports(input({ sessions: mended })), "README.md")).not.toContain("could not be measured");
});

test("revisions outside the history are named, and in no table", () => {
  const sessions = [session(0, sorted(0.01)), session(7, sorted(0.02), { serial: 1 })];
  expect(page(renderReports(input({ sessions })), "README.md")).toContain("## Not in history");
  expect(sortPage({ sessions })).not.toContain(idOf(7));
});

test("names of benchmarks are text in pages, and harmless as file names", () => {
  const name = "../a|b <i>";
  const benchmarks = [{ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  const files = renderReports(input({ benchmarks, sessions: [session(0, { [name]: { compiled: measured(1) } })] }));
  for (const path of files.keys())
    expect(path).toMatch(/^(README\.md|reports\/(benchmarks\/)?\w[\w.-]*\.(md|svg)|docs\/data\/([a-z]+\/)*(\d+\/)?\w[\w.-]*\.js)$/);
  expect(page(files, "reports/summary-main.md")).toContain("| [../a&#124;b &#60;i&#62;](benchmarks/");
});

test("noise from session to session widens intervals, and is told on the benchmark's page", () => {
  const repeated = [0.01, 0.0101, 0.0101, 0.01, 0.01, 0.0101].map((seconds, serial) => session(1, sorted(seconds), { serial }));
  const later = session(2, sorted(0.01), { serial: 9 });
  expect(sortRow({ sessions: [later, baseline] })).toContain("10.000 ± 0.023 ms");
  const sessions = [...repeated, later, baseline];
  expect(sortRow({ sessions })).toContain("10.00 ± 0.16 ms");
  expect(sortPage({ sessions })).toContain("## Newest revisions, compiled\n\nSession to session: 0.54 %, from 5 pairs.\n");
  expect(sortPage({ sessions })).toContain("Intervals include the noise from session to session; negative changes are faster.");
  expect(mainPage({ sessions })).toContain("Intervals include the noise from session to session.");
  const older = session(0, sorted(0.02), { environment: "e0", serial: 10 });
  expect(sortPage({ sessions: [...sessions, older] })).toContain("the noise from session to session if it is known;");
});
