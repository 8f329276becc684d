import { expect, test } from "vitest";
import { pointsOf } from "../../page/points.ts";
import { tracksOf } from "../../page/tracks.ts";
import type { PageBenchmark, PageYear } from "../../runner/report/page/data.ts";
import { renderReports } from "../../runner/report/markdown.ts";
import { failed, input, measured, revision, session } from "../runner/report/fixture.ts";
import { handed } from "./page-data.ts";

test("a failure ends the line of a chart, and has no value", () => {
  const sessions = [measured(1), failed(), measured(2)].map((compiled, number) =>
    session(number, { sort: { compiled } }, { serial: number }),
  );
  const from = renderReports(input({ sessions, now: revision(3).committed }));
  const content = handed("hosts/host/benchmarks/sort", from) as PageBenchmark;
  const points = content.series.flatMap((one) =>
    pointsOf(one, content, [{ content: handed("hosts/host/points/2026/sort", from) as PageYear, start: 0 }]),
  );
  const { tracks, failures } = tracksOf(points, "continuous");
  expect(tracks.map(({ values }) => values)).toEqual([[1, null, 2]]);
  expect(failures).toEqual([{ position: 1 }]);
  expect(points[1]?.failure).toEqual({ stage: "compile", message: "cc said no" });
});
