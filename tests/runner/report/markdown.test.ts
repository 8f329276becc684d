import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { decision, environment, failed, history, scalingFactor, scalingFile, idOf, input, measured, revision, session } from "./fixture.ts";
import type { MadeInput } from "./fixture.ts";

function page(files: Map<string, string>, path: string): string {
  const content = files.get(path);
  if (content === undefined) throw new Error(`no ${path} among ${[...files.keys()].join(", ")}`);
  return content;
}

const sortPage = (changes: Partial<MadeInput>) => page(renderReports(input(changes)), "reports/benchmarks/sort.md");
const mainPage = (changes: Partial<MadeInput>) => page(renderReports(input(changes)), "reports/summary-main.md");
const sortRow = (changes: Partial<MadeInput>) =>
  mainPage(changes)
    .split("\n")
    .find((line) => line.includes("[sort]"));

const link = (number: number) => `[\`${idOf(number).slice(0, 12)}\`](https://example.org/lang/commit/${idOf(number)})`;
const sorted = (seconds: number) => ({ sort: { compiled: measured(seconds) } });
const program = (seconds: number, fingerprint = "f") => ({ sort: { compiled: { ...measured(seconds), fingerprint } } });
const copy = (as: number) => ({ sort: { compiled: { status: "reused" as const, workload: "w1", fingerprint: "f", as: idOf(as) } } });
const readmeOf = (sessions: MadeInput["sessions"]) => page(renderReports(input({ sessions })), "README.md");
const baseline = session("baseline", { sort: { interpreted: measured(0.05) } }, { serial: 99 });

/** Three revisions: 60 days, 59 days and 1 day before `now`; the second does not compile. */
const story: Partial<MadeInput> = {
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

test("a benchmark whose sessions are bimodal says so, and which of them counts", () => {
  const sessions = Array.from({ length: 30 }, (_, number) =>
    session(number, sorted(number % 5 === 2 ? 0.0142 : 0.012), { serial: number }),
  );
  const content = sortPage({ ...story, history: history(30), sessions });
  expect(content).toContain(
    "Sessions of one program are bimodal here, more than 3.0 % apart. Each program gets three sessions, and its value is that of the faster group, which is the usual one.",
  );
  expect(sortPage(story)).not.toContain("bimodal");
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

test("a listed benchmark without any session is not measured yet", () => {
  expect(sortRow({})).toBe("| [sort](benchmarks/sort.md) | not measured yet |  |  |");
  expect(sortPage({})).toContain("Not measured yet.");
  expect(renderReports(input()).has("reports/benchmarks/sort.svg")).toBe(false);
});

test("one revision alone has a value and nothing to compare with", () => {
  const now = revision(1).committed;
  expect(sortRow({ history: history(1), sessions: [session(0, sorted(0.01)), baseline], now })).toBe(
    "| [sort](benchmarks/sort.md) | 10.000 ± 0.023 ms | 5.00× | no older value | no older value |",
  );
});

test("without a revision in the last three months the summary says that nothing is new", () => {
  const sessions = [0, 1, 2].map((number) => session(number, sorted(0.01 + number), { serial: number }));
  expect(sortRow({ sessions, now: "2027-01-01T00:00:00Z" })).toContain("| no new value | no new value |");
});

test("values that differ are no change: only fresh sessions confirm one", () => {
  const now = revision(100).committed;
  const sessions = Array.from({ length: 12 }, (_, number) => session(9 * number, sorted(number < 11 ? 0.01 : 0.02), { serial: number }));
  const row = sortRow({ history: history(100), sessions, now });
  expect(row).toMatch(/20\.000 ± \d\.\d+ ms \| no confirmed change \| no confirmed change \|$/);
});

test("a benchmark that only ever failed has the failure for a value, and no chart", () => {
  const sessions = [0, 1].map((number) => session(number, { sort: { compiled: failed() } }, { serial: number }));
  expect(sortRow({ sessions })).toContain("only failures so far, the last at");
  expect(sortRow({ sessions })).toContain("compile, cc said no");
  expect(sortPage({ sessions })).toContain("Only failures so far");
  expect(sortPage({ sessions }).match(/cc said no<\/summary>/g)).toHaveLength(1);
  expect(renderReports(input({ sessions })).has("reports/benchmarks/sort.svg")).toBe(false);
  const readme = page(renderReports(input({ sessions })), "README.md");
  expect(readme).toMatch(/^\| failing \| every benchmark since .*, 2 revisions in a row: compile: cc said no \|$/m);
});

test("a benchmark that fails by now keeps its last value and says where it fails", () => {
  const sessions = [session(0, sorted(0.01)), session(1, { sort: { compiled: failed() } }, { serial: 1 })];
  expect(sortRow({ sessions })).toContain(`10.000 ± 0.023 ms<br>fails at [\`${idOf(1).slice(0, 12)}\`]`);
  expect(sortPage({ sessions })).toContain("It has failed since then, most recently at");
});

test("the first page says since which revision benchmarks fail and why, and counts them beside the host's state", () => {
  const sessions = [0, 1, 2].map((number) =>
    session(number, { hash: { compiled: measured(1) }, sort: { compiled: number === 0 ? measured(1) : failed() } }, { serial: number }),
  );
  const benchmarks = ["hash", "sort"].map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }));
  const readme = page(renderReports(input({ sessions, benchmarks })), "README.md");
  const id = idOf(1);
  expect(readme).toContain(
    `## Failing at the newest revision\n\n- [sort](reports/benchmarks/sort.md) since [\`${id.slice(0, 12)}\`](https://example.org/lang/commit/${id}): compile: cc said no\n`,
  );
  expect(readme).toContain("| failing | 1 benchmark |");
});

test("missing, failed and pointless baselines have different texts, in a table in which another benchmark has a baseline", () => {
  const sessions = [
    session(0, { ...sorted(0.01), tree: { compiled: measured(0.01) } }),
    session("baseline", { tree: { interpreted: measured(0.05) } }, { serial: 98 }),
  ];
  const broken = session("baseline", { sort: { interpreted: failed({ stage: "run", message: "no numpy" }) } }, { serial: 99 });
  const tree = { name: "tree", group: "main" as const, variants: ["compiled" as const, "interpreted" as const], workload: "w1" };
  const sort = { ...tree, name: "sort" };
  const benchmarks = [sort, tree];
  const compiledOnly = [{ ...sort, variants: ["compiled" as const] }, tree];
  expect(sortRow({ sessions, benchmarks })).toContain("| no baseline yet |");
  expect(sortPage({ sessions })).toContain("The interpreter itself has not been measured in this environment yet.");
  expect(sortRow({ sessions: [...sessions, broken], benchmarks })).toContain("| baseline failed |");
  expect(sortPage({ sessions: [...sessions, broken] })).toContain("The baseline of the interpreter failed: run, no numpy.");
  expect(sortRow({ sessions, benchmarks: compiledOnly })).toContain("| compiled only |");
  expect(sortPage({ sessions, benchmarks: compiledOnly })).toContain("It runs compiled only");
});

test("a table has a column of speed-ups only if one of its benchmarks has a baseline", () => {
  const measuredOnly = [session(0, sorted(0.01))];
  const failedBaseline = session("baseline", { sort: { interpreted: failed() } }, { serial: 99 });
  for (const sessions of [measuredOnly, [...measuredOnly, failedBaseline]]) {
    expect(mainPage({ sessions })).toContain("| benchmark | value | last month | last 3 months |\n| --- | --: | --: | --: |\n");
    expect(sortPage({ sessions })).toContain(
      "| date | revision | value | 95 % interval | vs. previous |\n| --- | --- | --: | --: | --: |\n",
    );
    expect(sortRow({ sessions })?.split(" | ")).toHaveLength(4);
  }
  const sessions = [...measuredOnly, baseline];
  expect(mainPage({ sessions })).toContain("| value | speed-up over the interpreter | last month |");
  expect(sortPage({ sessions })).toContain("| vs. previous | speed-up over the interpreter |");
});

test("a schedule that does nothing is said to, with the reason as it was written", () => {
  const paused = "paused by the configuration: moving *house*";
  expect(page(renderReports(input({ paused })), "README.md")).toContain(
    "| schedule | paused by the configuration&#58; moving \\*house\\* |",
  );
  expect(page(renderReports(input()), "README.md")).not.toContain("| schedule |");
});

test("a suite that cannot be listed is said to be so, with the reason", () => {
  expect(page(renderReports(input({ unlisted: ["no *module*", "nor"] })), "README.md")).toContain("| suite | no \\*module\\*; nor |");
  expect(page(renderReports(input()), "README.md")).not.toContain("| suite |");
});

test("values of another environment are shown as not yet linked, with a row where the transition is", () => {
  const later = environment("e1", { python: { version: "3.13.5", buildFlags: "", sha256: "b" }, compiler: "gcc 14.2.0" });
  const environments = new Map([
    ["e0", environment("e0")],
    ["e1", later],
  ]);
  const old = [0, 1].map((number) => session(number, sorted(0.02), { environment: "e0", serial: number }));
  const before = { sessions: old, environments };
  expect(sortRow(before)).toContain("| not measured in this environment yet |");
  expect(sortPage(before)).toContain("**environment `e0`**: not yet linked with the present environment");
  const after = { sessions: [...old, session(2, sorted(0.01), { serial: 2 })], environments };
  expect(sortRow({ ...after, now: revision(33).committed })).toContain("| no new value |");
  expect(sortRow({ ...after, now: revision(31).committed })).toContain("| not yet linked |");
  const label = "Python 3.12.1 → 3.13.5, compiler gcc 12.2.0 → gcc 14.2.0";
  expect(sortPage(after)).toContain(`|  | **${label}**: older values are not yet linked |  |  |  |`);
  const chart = page(renderReports(input(after)), "reports/benchmarks/sort.svg");
  expect(chart).toContain(`>${label}</text>`);
  expect(chart).toContain('class="unlinked"');
});

test("an edited benchmark is a labelled transition, and no change of the target", () => {
  const sessions = [session(1, sorted(0.01)), session(2, { sort: { compiled: measured(0.02, { workload: "w2" }) } }, { serial: 1 })];
  const benchmarks = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w2" }];
  const changes = { sessions, benchmarks, now: revision(2).committed };
  expect(sortPage(changes)).toContain("|  | **benchmark edited in the suite**: older values are not yet linked |  |  |  |");
  const rows = sortPage(changes)
    .split("\n")
    .filter((line) => line.startsWith("| 2026-"));
  expect(rows.map((line) => line.slice(2, -2).split(" | ").slice(4, 5))).toEqual([[""], [""]]);
  expect(sortRow({ ...changes, now: revision(31).committed })).toContain("| not yet linked |");
});

test("what a dropped benchmark differs from session to session is no error of any other's value", () => {
  const noisy = [0.001, 1].map((seconds, index) => session(0, { gone: { compiled: measured(seconds) } }, { serial: index + 1 }));
  const sessions = [session(0, sorted(0.01)), ...noisy];
  expect(sortRow({ sessions })).toContain("| 10.000 ± 0.023 ms |");
  expect(sortPage({ sessions })).not.toContain("the suite's median");
  const listed = ["gone", "sort"].map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }));
  expect(sortRow({ sessions, benchmarks: listed })).toMatch(/\| \S+ ms \(error above a factor of 10\) \|/);
});

test("a benchmark that began anew says so, with the versions, and values of other versions stay apart", () => {
  const versions = ["w1", "w9-v2", "w9-v3"];
  const outcomes = (index: number) => ({ sort: { compiled: measured(0.01 * (index + 1), { workload: versions[index] ?? "" }) } });
  const sessions = versions.map((_, index) => session(index, outcomes(index), { serial: index }));
  const benchmarks = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w9-v3" }];
  const across = scalingFile([scalingFactor({ workload: "w1" }, { workload: "w9-v3" }, Math.log(3))]);
  const decisions = [decision(1, { context: { environment: "e1", workload: "w9-v2" } })];
  const changes = { sessions, benchmarks, scalingFiles: [across], decisions, now: revision(31).committed };
  const text = sortPage(changes);
  expect(text).toContain(
    "It started anew with version 3. Values of versions 1, 2 are shown separately and cannot be compared with present ones.",
  );
  expect(text).toContain("|  | **benchmark version 2 → 3**: starts anew here; older values are not linked |");
  expect(text).toContain("|  | **benchmark version 1 → 2**: starts anew here; older values are not linked |");
  expect(text).not.toMatch(/not yet linked|broken|older values ×|confirmed/);
  expect(sortRow(changes)).toContain("| began anew |");
  const files = renderReports(input(changes));
  expect(page(files, "reports/benchmarks/sort.svg")).toContain("grey: other version");
  expect(page(files, "docs/data/hosts/host/benchmarks/sort.js")).toContain('"state":"other version"');
  expect(page(files, "docs/data/hosts/host/sentences.js")).toContain("It started anew with version 3");
});

test("revisions that run the same program share its value, say so, and are drawn once", () => {
  const sessions = [
    session(0, program(0.02, "e"), { serial: 0 }),
    session(1, program(0.01, "f"), { serial: 1 }),
    session(2, copy(1), { serial: 2 }),
    session(3, program(0.012, "f"), { serial: 3 }),
  ];
  const text = sortPage({ history: history(4), sessions });
  const rows = text
    .split("\n")
    .filter((line) => line.startsWith("| 2026-"))
    .map((line) => line.slice(2, -2).split(" | "));
  expect(rows.map(([, revision = ""]) => revision.replace(/.*?Change/, "Change"))).toEqual([
    `Change number 3<br>same program as ${link(2)}, also measured`,
    `Change number 2<br>same program as ${link(1)}`,
    "Change number 1",
    "Change number 0",
  ]);
  expect(new Set(rows.slice(0, 3).map(([, , value]) => value)).size).toBe(1);
  expect(rows.map(([, , , , change]) => change !== "")).toEqual([false, false, true, false]);
  expect(text).toContain("share one value");
  const files = renderReports(input({ history: history(4), sessions }));
  expect(page(files, "reports/benchmarks/sort.svg").match(/class="dot"/g)).toHaveLength(2);
  expect(page(files, "README.md")).toContain("| revisions measured | 3 of 4, 1 more with reused results only |");
  expect(page(files, "reports/environments.md")).toContain("3 sessions from");
  expect(sortPage({ sessions: sessions.slice(0, 2) })).not.toContain("same program");
});

test("the last session says how much of it was not measured", () => {
  const last = session(1, { ...copy(0), tree: { compiled: measured(1) } }, { serial: 1 });
  expect(page(renderReports(input({ sessions: [last] })), "README.md")).toContain(
    "(new): 1 measured, 1 reused from a neighbouring revision |",
  );
});

test("what controls say of the machine is in the overview once there is a control", () => {
  const again = { ...session(0, program(0.01), { serial: 1 }), reason: "control" as const };
  expect(readmeOf([session(0, program(0.01)), again])).toContain("| machine | unknown: only 1 program measured again so far |");
  expect(readmeOf([session(0, program(0.01))])).not.toContain("| machine |");
});

test("an environment without a record is said to have none", () => {
  const sessions = [session(0, sorted(0.01), { environment: "lost" })];
  const files = renderReports(input({ sessions, currentEnvironment: "lost", environments: new Map() }));
  expect(page(files, "reports/environments.md")).toContain("no record of this environment");
  expect(page(files, "reports/summary-main.md")).toContain("no record of it");
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

test("a benchmark the suite dropped keeps its page and leaves the summary", () => {
  const sessions = [session(0, { gone: { compiled: measured(0.01) }, ...sorted(1) })];
  const files = renderReports(input({ sessions }));
  expect(page(files, "README.md")).toContain("## No longer in the suite\n\n[gone](reports/benchmarks/gone.md)");
  expect(page(files, "reports/benchmarks/gone.md")).toContain("No longer in the suite: its series ends here.");
  expect(page(files, "reports/summary-main.md")).not.toContain("gone");
});

test("names of benchmarks are text in pages, and harmless as file names", () => {
  const name = "../a|b <i>";
  const benchmarks = [{ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  const files = renderReports(input({ benchmarks, sessions: [session(0, { [name]: { compiled: measured(1) } })] }));
  for (const path of files.keys())
    expect(path).toMatch(/^(README\.md|reports\/(benchmarks\/)?\w[\w.-]*\.(md|svg)|docs\/data\/([a-z]+\/)*(\d+\/)?\w[\w.-]*\.js)$/);
  expect(page(files, "reports/summary-main.md")).toContain("| [../a&#124;b &#60;i&#62;](benchmarks/");
});

test("a page shows the newest 50 rows, a chart the newest 500 points", () => {
  const sessions = Array.from({ length: 600 }, (_, number) => session(number, sorted(0.01), { serial: number }));
  const files = renderReports(input({ history: history(600), sessions }));
  const rows = page(files, "reports/benchmarks/sort.md").match(/^\| 20/gm);
  expect(rows).toHaveLength(50);
  expect(page(files, "reports/benchmarks/sort.md")).toContain(idOf(599));
  const [, line = ""] = /class="line" d="M([^"]*)"/.exec(page(files, "reports/benchmarks/sort.svg")) ?? [];
  expect(line.split("L")).toHaveLength(500);
});

test("compiled and interpreted measurements of revisions get a panel and a table each", () => {
  const sessions = [
    session(0, { sort: { compiled: measured(0.01), interpreted: measured(0.05) } }),
    session(1, { sort: { interpreted: measured(0.051) } }, { serial: 1 }),
  ];
  expect(sortPage({ sessions }).match(/^## Newest revisions, .*/gm)).toEqual([
    "## Newest revisions, compiled",
    "## Newest revisions, interpreted",
  ]);
  const chart = page(renderReports(input({ sessions })), "reports/benchmarks/sort.svg");
  expect(chart.match(/class="panel"/g)).toHaveLength(2);
  expect(chart.match(/class="dot"/g)).toHaveLength(3);
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

test("a value of samples that are all equal is shown with a warning on every page, unless that is expected", () => {
  const equal = measured(3, { error: 1e-17 });
  const sessions = [session(2, { sort: { compiled: equal } }), session("baseline", { sort: { interpreted: equal } }, { serial: 1 })];
  const warned = renderReports(input({ sessions }));
  expect(warned.get("reports/summary-main.md")).toMatch(/\| [\d.]+ s<br>all samples equal \|/);
  expect(warned.get("reports/benchmarks/sort.md")).toContain("Warning: all its samples are equal, so this may not be a time.");
  expect(warned.get("reports/benchmarks/sort.md")).toMatch(/ s<br>all samples equal \|/);
  expect(warned.get("reports/benchmarks/sort.md")).toMatch(/The interpreter itself takes 3\.0+ s \(warning: all samples equal\)\./);
  expect(warned.get("docs/data/index.js")).toContain('"said":"all samples equal"');
  expect(warned.get("docs/data/hosts/host/sentences.js")).toContain("Warning: all its samples are equal");

  const expected = renderReports(input({ sessions, constant: new Set(["sort"]) }));
  expect([...expected.values()].filter((text) => /samples (are )?equal/.test(text))).toEqual([]);
});
