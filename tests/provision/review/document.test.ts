import { describe, expect, test } from "vitest";
import { plannedEffects } from "../../../runner/resources/planned-effects.ts";
import { documentOf } from "../../../provision/review/document.ts";
import { markdownOf } from "../../../provision/review/markdown.ts";
import { reviewOf } from "../../../provision/review/review.ts";
import { textOf } from "../../../provision/review/text.ts";
import { another, build, reportWith } from "./example.ts";

const now = new Date("2026-01-02T10:00:00Z");
const diff = "--- /etc/x (now)\n+++ /etc/x (as declared)\n@@ -1 +1 @@\n-old\n+new\n";
const files = plannedEffects({ effects: [{ what: "/etc/x", is: "another text", willBe: "as declared", diff }] });
const document = documentOf(
  reviewOf([
    {
      host: "bench",
      applied: {},
      declared: {},
      changes: [{ path: "python.version", is: "3.12", willBe: "3.13" }],
      report: reportWith({
        drift: { directories: [{ what: "/srv/log mode", is: "0600", shouldBe: "0755", hint: "somebody's hand" }] },
        planned: { python: build, files },
        free: { "/opt": 1e9 },
        impact: another,
      }),
    },
  ]),
  ["npm run apply -- config/mypyc.yaml"],
  now,
);

describe("a review", () => {
  test("has six parts in one order, the verdict before them", () => {
    const text = textOf(document, false);
    expect(text.split("\n")[0]).toBe(
      "bench: 1 drifted value; 1 change; another environment; about 5 h of bridging; schedule paused about 40 min",
    );
    expect(text.match(/^\d .*$/gm)).toEqual([
      "1 Drift",
      "2 Configuration",
      "3 Effects on the host",
      "4 Consequences for the timeline",
      "5 Not previewed",
      "6 Apply this plan",
    ]);
  });

  test("shows all rows aligned, without colours if the terminal has none", () => {
    const lines = textOf(document, false).split("\n");
    expect(lines).toContain("  directories  /srv/log mode  0600 -> 0755 (somebody's hand)");
    expect(lines).toContain("  python.version  3.12 -> 3.13");
    expect(lines).toContain("  python  Python  3.12.3 -> 3.13, built on the host");
    expect(lines).toContain("      -old");
    expect(lines).toContain("  57 packages held: they stay at their versions");
    expect(lines).toContain("  disk: 2.5 GB needed below /opt, 1 GB free: too little");
    expect(lines).toContain("  environment  aaaa -> another one, whose id is not known yet");
    expect(lines).toContain("  because of Python: 3.12.3 -> 3.13");
    expect(lines).toContain(
      "  pre-upgrade run missing: run `evenkeel pre-upgrade` on the host to measure the present environment a last time",
    );
    expect(lines).toContain("  bridges: 111 benchmarks in 5 sessions at least; with the baselines about 5 h");
    expect(lines).toContain("  up pauses the schedule: about 40 min, until 10:40 UTC if it starts now");
    expect(lines.join("\n")).not.toContain("\u001B");
    expect(textOf(document, true)).toContain("\u001B[");
  });

  test("counts dependencies on the terminal, and lists them in Markdown", () => {
    const gcc = { what: "package gcc", is: "not installed", willBe: "4:14.2.0-1" };
    const along = { what: "package cpp-14", is: "not installed", willBe: "14.2.0-19", comesAlong: true };
    const packages = plannedEffects({ effects: [along, gcc] });
    const installing = documentOf(
      reviewOf([{ host: "b", declared: {}, applied: {}, changes: [], report: reportWith({ planned: { packages } }) }]),
      [],
      now,
    );
    const lines = textOf(installing, false).split("\n");
    expect(lines).toContain("  packages  package gcc  not installed -> 4:14.2.0-1");
    expect(lines).toContain("  1 more package is required (--verbose shows them)");
    expect(lines.join("\n")).not.toContain("cpp-14");
    expect(textOf(installing, false, true)).toContain("package cpp-14");
    expect(markdownOf(installing)).toContain("| packages: package cpp-14 | not installed | 14.2.0-19 |");
  });

  test("counts the defaults of a new host, and shows them with --verbose and in Markdown", () => {
    const changes = [
      { path: "python.version", willBe: "3.13" },
      { path: "hosts[b].port", willBe: "22" },
      { path: "schedule.cron", willBe: "*/20 * * * *" },
    ];
    const bare = { os: "Debian", provisioned: false, packages: ["Inst nodejs (20 Debian)", "Inst clang (19 Debian)"] };
    const report = { host: "b", skipped: false, bare };
    const review = reviewOf([{ host: "b", declared: { packages: ["clang"] }, changes, report }]);
    const added = documentOf(review, [], now);
    const text = textOf(added, false);
    expect(text).toMatch(/^b: a new host: everything is applied; 1 setting$/m);
    expect(text).toContain("  python.version  not set -> 3.13\n  2 more settings keep their defaults (--verbose shows them)");
    expect(text).toContain("package clang");
    expect(text).not.toMatch(/port|cron|nodejs/);
    for (const all of [textOf(added, false, true), markdownOf(added)]) expect(all).toMatch(/hosts\[b\]\.port[^]*nodejs/);
  });

  test("does not repeat drift as effects: it is restored", () => {
    const mode = { what: "/srv/log mode", is: "0600", shouldBe: "0755" };
    const directories = plannedEffects({ effects: [{ what: mode.what, is: mode.is, willBe: mode.shouldBe }] });
    const drifted = documentOf(
      reviewOf([
        {
          host: "b",
          declared: {},
          applied: {},
          changes: [],
          report: reportWith({ drift: { directories: [mode] }, planned: { directories } }),
        },
      ]),
      [],
      now,
    );
    const text = textOf(drifted, false);
    expect(text).toContain("  1 drifted value is restored");
    expect(text.match(/\/srv\/log mode/g)).toHaveLength(1);
  });

  test("is Markdown for a pull request: tables of values, diffs as code, nothing of a value as markup", () => {
    const markdown = markdownOf(document);
    expect(markdown).toContain("| python.version | 3.12 | 3.13 |");
    expect(markdown).toContain(`\`\`\`diff\n${diff}\`\`\``);
    expect(markdown).toContain("- npm run apply -- config/mypyc.yaml");
    const odd = documentOf(
      reviewOf([{ host: "b", declared: {}, applied: {}, changes: [{ path: "x", is: "a|b", willBe: "<i>*c*" }], report: reportWith({}) }]),
      [],
      now,
    );
    expect(markdownOf(odd)).toContain("| x | a\\|b | &lt;i>\\*c\\* |");
  });
});
