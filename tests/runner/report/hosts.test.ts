import { expect, test } from "vitest";
import type { HostState } from "../../../runner/model.ts";
import { hostNames, stated } from "../../../runner/report/hosts.ts";
import { renderReports } from "../../../runner/report/markdown.ts";
import {
  decision,
  environment,
  failed,
  history,
  scalingFactor,
  scalingFile,
  idOf,
  input,
  measured,
  revision,
  type Outcomes,
} from "./fixture.ts";
import { both, byHost, page, on, two, sort } from "./two-hosts.ts";

test("every host has its state, its line in the summary and its part of each page, sorted by name", () => {
  const files = renderReports(input(both));
  const [before = "", fast = "", slow = ""] = byHost(page(files, "README.md"));
  expect(before).toContain("# [lang](https://example.org/lang): benchmarks");
  expect(fast).toContain("| last session | 2026-06-01 00:02 UTC");
  expect(slow).toContain("| last session | 2026-06-01 00:12 UTC");
  expect(slow).toContain("Written by Evenkeel from the results of fast, slow.");
  const summary = page(files, "reports/summary-main.md");
  expect(summary).toContain("- Measured by fast: Python 3.12.1");
  expect(summary.split("\n").filter((line) => line.startsWith("| [sort]"))).toEqual([
    expect.stringMatching(/^\| \[sort\]\(benchmarks\/sort\.md\) \| fast \| 10\.000 ± 0\.023 ms \| no older value/),
    expect.stringMatching(/^\| \[sort\]\(benchmarks\/sort\.md\) \| slow \| 20\.000 ± 0\.045 ms \| no older value/),
  ]);
  const sections = byHost(page(files, "reports/benchmarks/sort.md"));
  expect(sections[1]).toContain("![Timeline of sort](../charts/fast/sort.svg)");
  expect(sections[2]).toContain("![Timeline of sort](../charts/slow/sort.svg)");
  expect(sections[2]).toContain("### Newest revisions, compiled");
  expect(page(files, "reports/charts/slow/sort.svg")).not.toBe(page(files, "reports/charts/fast/sort.svg"));
  expect(byHost(page(files, "reports/environments.md"))).toHaveLength(3);
});

test("rows of a benchmark stay together where one of its hosts confirmed the newest change", () => {
  const files = renderReports(
    input({
      ...both,
      benchmarks: ["app", "sort"].map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" })),
      sessions: [0, 1, 2].flatMap((number) => [on("fast", number, two(0.01), number), on("slow", number, two(0.02), 10 + number)]),
      decisions: [decision(2, { host: "fast" })],
    }),
  );
  const summary = page(files, "reports/summary-main.md");
  const table = summary.slice(0, summary.indexOf("##")).matchAll(/^\| \[(.*?)\]\(.*?\) \| (\w+) \|/gm);
  expect([...table].map(([, name, host]) => `${name} ${host}`)).toEqual(["sort fast", "sort slow", "app fast", "app slow"]);
});

test("no timeline holds values of another host, not even of one whose environment is the same", () => {
  const files = renderReports(input(both));
  const [, fast = "", slow = ""] = byHost(page(files, "reports/benchmarks/sort.md"));
  expect(fast.match(/\| \d+\.000 ms \|/g)).toEqual(["| 10.000 ms |", "| 10.000 ms |", "| 10.000 ms |"]);
  expect(slow.match(/\| \d+\.000 ms \|/g)).toEqual(["| 20.000 ms |", "| 20.000 ms |", "| 20.000 ms |"]);
  expect(fast + slow).not.toContain("linked");
});

test("changes, factors, failures and whole revisions that failed are those of the host that found them", () => {
  const failure = { stage: "dependencies" as const, message: "no wheel", output: "" };
  const files = renderReports(
    input({
      sessions: [
        on("fast", 0, sort(0.01), 0, "e0"),
        ...[0, 1].map((number) => on("fast", number, sort(0.01), number + 1)),
        on("slow", 0, sort(0.02), 10, "e8"),
        on("slow", 1, { sort: { compiled: failed() } }, 11),
        { ...on("slow", 2, {}, 12), failure },
      ],
      scalingFiles: [{ ...scalingFile([scalingFactor({ environment: "e0" }, { environment: "e1" }, 0)]), host: "fast" }],
      decisions: [decision(1, { host: "fast" })],
      environments: new Map(["e0", "e1", "e8"].map((id) => [id, environment(id)])),
      now: revision(3).committed,
    }),
  );
  const readme = page(files, "README.md");
  expect(readme).toMatch(/^- on slow: every benchmark since .*, 2 revisions in a row: dependencies: no wheel$/m);
  expect(readme).toContain("Change number 2, on slow: dependencies, no wheel");
  expect(readme).toContain("[sort](reports/benchmarks/sort.md), on fast | +5.13 %");
  const [, fast = "", slow = ""] = byHost(page(files, "reports/benchmarks/sort.md"));
  expect([fast, slow].map((text) => text.includes("confirmed: slower"))).toEqual([true, false]);
  const [, scalingFactors = "", unlinked = ""] = byHost(page(files, "reports/environments.md"));
  expect(scalingFactors).toContain("### Scaling factors");
  expect(scalingFactors).not.toContain("`e8`");
  expect(unlinked).toContain("These environments are not yet linked with each other.");
  expect(unlinked).toContain("### `e8`");
});

test("the same results give the same bytes, in whatever order sessions and environments come", () => {
  const environments = [environment("e0"), environment("e1")];
  const one = renderReports(input({ ...both, environments: new Map(environments.map((each) => [each.id, each])) }));
  const other = renderReports(
    input({
      ...both,
      sessions: [...(both.sessions ?? [])].reverse(),
      environments: new Map([...environments].reverse().map((each) => [each.id, each])),
    }),
  );
  expect([...other]).toEqual([...one]);
});

test("a session of one host changes no data of another's benchmarks, and machineShifts no section of a page", () => {
  const before = renderReports(input(both));
  const sessions = [...(both.sessions ?? []), on("fast", 2, sort(0.01), 20)];
  const after = renderReports(input({ ...both, sessions }));
  const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  expect(changed).toContain("docs/data/index.js");
  expect(changed.filter((path) => path.includes("slow"))).toEqual([]);
  expect(page(after, "docs/data/index.js").indexOf('"name":"fast"')).toBeLessThan(
    page(after, "docs/data/index.js").indexOf('"name":"slow"'),
  );
  expect(page(before, "docs/data/index.js").indexOf('"name":"slow"')).toBeLessThan(
    page(before, "docs/data/index.js").indexOf('"name":"fast"'),
  );
  expect(byHost(page(after, "reports/benchmarks/sort.md"))[2]).toBe(byHost(page(before, "reports/benchmarks/sort.md"))[2]);
});

test("a name of a host that a session brings is text, and harmless in paths", () => {
  const sessions = [on("fast", 0, sort(0.01), 0), { ...on("x", 0, sort(0.01), 1), host: "../../<b> | `x`" }];
  const files = renderReports(input({ sessions }));
  for (const path of files.keys()) expect(path).toMatch(/^(\w[\w.-]*\/)*\w[\w.-]*$/);
  expect(page(files, "README.md")).toContain("## ../../&#60;b&#62; &#124; &#96;x&#96;\n");
  expect(page(files, "reports/summary-main.md")).toContain("| ../../&#60;b&#62; &#124; &#96;x&#96; |");
});

test("an address that a host gives cannot end its link", () => {
  const target = { name: "lang", web: "https://example.org/a)[b](javascript:x" };
  const readme = page(renderReports(input({ target })), "README.md");
  expect(readme).toContain("# [lang](https://example.org/a%29%5bb%5d%28javascript:x): benchmarks");
});

test("hosts come by their most recent session, those without any by name", () => {
  const sessions = ["b", "a", "c", "a"].map((host) => ({ host }));
  const states = ["z", "y", "a"].map((host) => ({ host }));
  expect(hostNames(sessions, states)).toEqual(["a", "c", "b", "y", "z"]);
});

const state: HostState = {
  schema: 1,
  host: "a",
  written: "2026-06-01T00:00:00.000Z",
  program: "111",
  environment: environment("e1"),
  target: { name: "lang", since: idOf(0), tip: idOf(2) },
  waiting: 3,
};

test("a state brings what waits, and why nothing is measured", () => {
  expect(stated({ ...state, paused: "paused", blocked: "no compiler" }, [state])).toEqual({
    backlog: 3,
    paused: "paused",
    blocked: "no compiler",
  });
  expect(stated({ ...state, constant: ["sort"] }, [state])).toEqual({ backlog: 3, constant: new Set(["sort"]) });
  const readme = page(renderReports(input({ blocked: "no <compiler>" })), "README.md");
  expect(readme).toContain("| blocked | no &#60;compiler&#62; |");
});

test("a host with another version of the program than the one that wrote last says so", () => {
  const newer = { ...state, host: "b", program: "222", written: "2026-07-01T00:00:00.000Z" };
  expect(stated(state, [state, newer]).programUnlike).toBe("b");
  expect(stated(newer, [state, newer]).programUnlike).toBeUndefined();
  expect(page(renderReports(input({ programUnlike: "b" })), "README.md")).toContain(
    "| program | differs from the version on b: run npm run up for both hosts |",
  );
});

test("samples are expected to be equal by the state of the host that measured them, and of no other", () => {
  const equal: Outcomes = { sort: { compiled: measured(3, { error: 1e-17 }) } };
  const made = input({ sessions: [on("fast", 0, equal, 0), on("slow", 0, equal, 10)] });
  const hosts = made.hosts.map((one) => (one.name === "fast" ? { ...one, constant: new Set(["sort"]) } : one));
  const [, fast = "", slow = ""] = byHost(page(renderReports({ ...made, hosts }), "reports/benchmarks/sort.md"));
  expect([fast, slow].map((text) => text.includes("all its samples are equal"))).toEqual([false, true]);
});

test("a host of which only sessions are known has no word of what waits", () => {
  const whole = input({ history: history(2), ...both });
  const hosts = whole.hosts.map(({ name, currentEnvironment, benchmarks }) => ({ name, currentEnvironment, benchmarks }));
  expect(page(renderReports({ ...whole, hosts }), "README.md")).not.toContain("| waiting |");
});
