// Links of environments in all that shows them: sentences, rows, transitions and charts.

import { describe, expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { decision, history, scalingFactor, scalingFile, idOf, input, session } from "./fixture.ts";
import { rowsOf, sortPage, linked, label, chart, sortRow, pageOf, e0, e1, story, sorted, both, broken, factor } from "./linked-reports.ts";

describe("where a scaling factor links two environments", () => {
  test("old values are shown in today's seconds, with the scaling factor's error, and the transition is a labelled row with the factor", () => {
    expect(rowsOf(sortPage({ scalingFiles: linked }))).toEqual([
      ["2026-01-03", "Change number 2", "11.000 ms", "10.975 … 11.025", "0.00 % ± 0.52 %", "4.55×"],
      ["", `**${label}**: older values × 0.5000 ± 0.46 %`, "", "", "", ""],
      ["2026-01-02", "Change number 1", "11.000 ms", "10.946 … 11.054", "+10.00 % ± 0.33 %", "4.55×"],
      ["2026-01-01", "Change number 0", "10.000 ms", "9.951 … 10.049", "", "5.00×"],
    ]);
    const page = sortPage({ scalingFiles: linked });
    expect(page).toContain("multiplied by the scaling factor of the transition, whose error is included in their intervals");
    expect(page).not.toContain("not yet linked");
  });

  test("the chart has one line across the transition, which is drawn and labelled, and nothing is grey", () => {
    const svg = chart({ scalingFiles: linked });
    expect(svg.match(/class="line"/g)).toHaveLength(1);
    expect(svg.match(/class="dot"/g)).toHaveLength(3);
    expect(svg.match(/class="transition"/g)).toHaveLength(1);
    expect(svg).toContain(`>${label}</text>`);
    expect(svg).not.toContain('class="unlinked"');
    expect(svg).not.toContain("grey: ");
  });

  test("error bars of old values are as wide as they are uncertain", () => {
    const heights = [...chart({ scalingFiles: linked }).matchAll(/class="whisker" d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)"/g)].map(
      ([, low, high]) => Number(low) - Number(high),
    );
    const [first = 0, , last = 0] = heights;
    expect(heights).toHaveLength(3);
    expect(first).toBeGreaterThan(1.5 * last);
  });

  test("the summary goes across the transition and says that it does", () => {
    expect(sortRow({ scalingFiles: linked, decisions: [decision(2)] })).toMatch(
      /^\| \[sort\]\(benchmarks\/sort\.md\) \| 11\.000 ± 0\.025 ms \| 4\.55× \| \+5\.13 % ± 0\.46 % \|/,
    );
    expect(pageOf("reports/summary-main.md", { scalingFiles: linked })).toContain(
      "are scaled to the present ones. A transition is not a change by itself.",
    );
    expect(pageOf("reports/summary-main.md", {})).not.toContain("are scaled to the present ones");
  });

  test("a weak one is called so", () => {
    const weak = scalingFactor(e0, e1, 0, { status: "weak", factor: { phi: 0, standardError: 0.02, degreesOfFreedom: 8 } });
    expect(sortPage({ scalingFiles: [scalingFile([weak])] })).toContain("older values × 1.0000 ± 4.6 % (weak)");
  });

  test("a chain says over how many scaling factors it goes", () => {
    const via = [scalingFactor(e0, { environment: "e9" }, 0.1), scalingFactor({ environment: "e9" }, e1, 0.2)];
    expect(sortPage({ scalingFiles: [scalingFile(via)] })).toContain("older values × 1.3499 ± 0.60 % (over 2 scaling factors)");
  });

  test("after a rollback the first environment's values are today's again, with a transition there and back", () => {
    const sessions = [...(story.sessions ?? []), session(3, sorted(0.021), { environment: "e0", serial: 6 })];
    const changes = { history: history(4), sessions, scalingFiles: linked, currentEnvironment: "e0" };
    const rows = rowsOf(sortPage(changes)).map(([, text, value]) => [text?.replace(/\*\*.*\*\*/, "transition"), value]);
    expect(rows).toEqual([
      ["Change number 3", "21.000 ms"],
      ["transition: older values × 2.0000 ± 0.46 %", ""],
      ["Change number 2", "22.00 ms"],
      ["transition: older values × 0.5000 ± 0.46 %", ""],
      ["Change number 1", "22.000 ms"],
      ["Change number 0", "20.000 ms"],
    ]);
    expect(chart(changes).match(/class="transition"/g)).toHaveLength(2);
    expect(chart(changes).match(/class="line"/g)).toHaveLength(1);
  });

  test("the variants of a benchmark are linked each by itself", () => {
    const sessions = [
      session(0, both(0.02), { environment: "e0", serial: 0 }),
      session(1, both(0.02), { environment: "e0", serial: 1 }),
      session(2, both(0.01), { serial: 2 }),
    ];
    const svg = chart({ sessions, scalingFiles: linked });
    expect(svg.match(/class="panel"/g)).toHaveLength(2);
    expect(svg.match(/class="unlinked"/g)).toHaveLength(1);
    const page = sortPage({ sessions, scalingFiles: linked });
    expect(page.match(/older values × 0\.5000/g)).toHaveLength(1);
    expect(page.match(/older values are not yet linked/g)).toHaveLength(1);
  });
});

describe("where the series is broken", () => {
  test("page, summary and chart say so with the reason, and old values stay as they were measured", () => {
    const page = sortPage({ scalingFiles: broken });
    expect(page).toContain("Older values cannot be linked with present ones: it &#60;fails&#62; on 3.13.");
    const rows = rowsOf(page).map(([, text, value]) => [text, value]);
    expect(rows).toEqual([
      ["Change number 2", "11.000 ms"],
      ["Change number 1", "11.000 ms"],
      [`**${label}**: older values cannot be linked: it &#60;fails&#62; on 3.13`, ""],
      ["Change number 1", "22.000 ms"],
      ["Change number 0", "20.000 ms"],
    ]);
    expect(sortRow({ scalingFiles: broken })).toContain("| broken: it &#60;fails&#62; on 3.13 | broken: it &#60;fails&#62; on 3.13 |");
    expect(chart({ scalingFiles: broken })).toContain("grey: broken");
    expect(chart({ scalingFiles: broken }).match(/class="unlinked"/g)).toHaveLength(1);
  });
});

test("the same scaling factors give the same bytes, in whatever order their files come", () => {
  const files = [scalingFile([factor(0.1)], 1), scalingFile([factor(0.2)], 2), scalingFile([{ ...factor(0.3), benchmark: "tree" }], 3)];
  const one = renderReports(input({ ...story, scalingFiles: files }));
  expect([...renderReports(input({ ...story, scalingFiles: [...files].reverse() }))]).toEqual([...one]);
  expect(one.get("reports/benchmarks/sort.md")).toContain(idOf(2));
});
