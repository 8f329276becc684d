import { expect, test } from "vitest";
import { synthetic } from "../../bench/report/synthetic.ts";
import { buildPage } from "../../page/build.ts";
import { renderReports } from "../../runner/report/markdown.ts";
import { resultsOf } from "../../runner/timeline/results-builder.ts";
import { input } from "../runner/report/fixture.ts";

test("without data the page weighs less than 150 KB, and the same sources make the same page", async () => {
  const { files } = await buildPage();
  expect(Object.keys(files).sort()).toEqual([".nojekyll", "index.html", "page.css", "page.js"]);
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(bytes).toBeLessThan(150_000);
  expect((await buildPage()).files).toEqual(files);
});

test("what the overview of 130 benchmarks loads is below 50 KB", () => {
  const made = synthetic(130, 150);
  const more = { environments: new Map(made.environments.map((one) => [one.id, one])), currentEnvironment: made.environments[1]?.id ?? "" };
  const results = resultsOf(made.sessions);
  const whole = input({
    ...more,
    history: made.history,
    scalingFiles: made.scalingFiles,
    benchmarks: made.listed,
    results,
    now: "2021-03-01T00:00:00Z",
  });
  const index = renderReports(whole).get("docs/data/index.js") ?? "";
  expect(index.match(/"spark"/g)).toHaveLength(130);
  expect(Buffer.byteLength(index)).toBeLessThan(50_000);
});
