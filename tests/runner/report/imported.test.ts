// Imported history in every page: the rows, the charts, the summary and the data of the page.

import { beforeAll, expect, test } from "vitest";
import type { Revision } from "../../../runner/model.ts";
import { renderReports } from "../../../runner/report/markdown.ts";
import type { PageIndex } from "../../../runner/report/page/data.ts";
import { imported, sample, smallSample } from "../import/fixture.ts";
import { input } from "./fixture.ts";

let files: Map<string, string>;
const text = (path: string) => files.get(path) ?? "";

/** The sample as a server shows it that has measured nothing itself. */
beforeAll(() => {
  const layout = sample();
  const { sessions, environments, scalingFiles } = imported(layout.rows, layout.scaling, undefined, () => "imported");
  const last = sessions.at(-1);
  const history = smallSample()
    .eras.flatMap(({ revisions }) => revisions)
    .map((id, number): Revision => {
      return {
        id,
        committed: new Date(Date.UTC(2020, 9, 1) + number * 86_400_000).toISOString(),
        author: "Ann",
        title: `Change ${number}`,
        isEmpty: false,
      };
    });
  files = renderReports(
    input({
      history,
      sessions,
      scalingFiles,
      environments: new Map(environments.map((one) => [one.id, one])),
      currentEnvironment: last?.environment ?? "",
      benchmarks: [...new Map(sessions.flatMap(({ listed }) => listed).map((one) => [one.name, one])).values()],
      now: history.at(-1)?.committed ?? "",
    }),
  );
});

test("one line leads over all eras, with a transition at each", () => {
  const chart = text("reports/benchmarks/app_00.svg");
  expect(chart.match(/class="transition-label"/g)).toHaveLength(3);
  expect(chart).toContain("CPU Intel Core i7-2600K (64-bit) → Intel Core i5-1145G7");
  expect(chart).not.toMatch(/grey: (not|broken)/);
});

test("what is linked by an old factor is shown without interval, and never as exact", () => {
  const page = text("reports/benchmarks/app_00.md");
  expect(text("reports/benchmarks/app_00.svg")).toContain("no band: error not known");
  expect(page).toMatch(/older values × \d\.\d{4} \(error not known\)/);
  expect(page).toMatch(/Change 79 \| \d+\.\d+ ms \| not known \|/);
  expect(page).toContain("linked by a factor with an unknown error");
  expect(text("reports/environments.md")).toMatch(/\(error( of \d+)? not known\)/);
});

test("changes between values of one era have their interval all the same", () => {
  expect(text("reports/benchmarks/app_00.md")).toMatch(/Change 78 \| \d+\.\d+ ms \| not known \| [−+]?\d+\.\d+ % ± \d+\.\d+ %/);
});

test("a benchmark without factors is bridged by revisions measured again, or broken with the reason", () => {
  expect(text("reports/benchmarks/app_10.md")).toMatch(/older values × \d\.\d{4} ± \d+\.\d+ %/);
  expect(text("reports/benchmarks/app_17.md")).toContain("cannot be linked: the import has no usable factor");
});

test("environments say what nobody recorded, and pages what an imported value is", () => {
  expect(text("reports/environments.md")).toContain("| Python's build flags | not known |");
  expect(text("reports/environments.md")).toContain("| machine | not known |");
  expect(text("reports/benchmarks/app_10.md")).toContain("standard deviation of an unknown number of samples");
});

test("no page shows a number that is none", () => {
  for (const [path, content] of files) expect([path, content.match(/NaN|Infinity|undefined/g)]).toEqual([path, null]);
});

test("no step of imported values is shown as a change, anywhere: the summary and each page say that none can be detected", () => {
  const main = text("reports/summary-main.md");
  const rows = main.split("\n").filter((line) => line.startsWith("| [app"));
  expect(rows.length).toBeGreaterThan(15);
  const said = new Set(rows.flatMap((row) => row.split(" | ").slice(-2)).map((cell) => cell.replace(/ \|$|: .*/g, "")));
  expect([...said].filter((cell) => /%|slower|faster|confirmed/.test(cell))).toEqual([]);
  expect(said).toContain("not judged yet");
  expect(main).toMatch(/^Changes cannot be detected yet in .+: there are too few measurements/m);
  expect(text("reports/benchmarks/app_00.md")).toContain("Changes cannot be detected yet: all values were imported");
  const shown = JSON.parse(/^evenkeel\("index",(.*)\)\n$/s.exec(text("docs/data/index.js"))?.[1] ?? "") as PageIndex;
  for (const { slower, faster, changed, month, quarter } of shown.hosts[0]?.benchmarks ?? []) {
    expect([slower, faster, changed, month?.[1], quarter?.[1]].filter(Boolean)).toEqual([]);
  }
  for (const [path, content] of files)
    expect([path, /class="change"|confirmed: |## Confirmed changes/.test(content)]).toEqual([path, false]);
});
