import { expect, test } from "vitest";
import { pointsOf, valueAt } from "../../../../page/points.ts";
import { renderReports } from "../../../../runner/report/markdown.ts";
import { input, measured, revision, session } from "../fixture.ts";
import { loaded } from "../../../page/page-data.ts";

test("a year's points say how far back they reach: a program measured first in the year before is found in the file of its newest revision", () => {
  const history = [revision(0, 300), revision(1, 360), revision(2, 380), revision(3, 400)];
  const fingerprints = ["a", "b", "b", "c"];
  const sessions = fingerprints.map((fingerprint, number) =>
    session(number, { sort: { compiled: { ...measured(1 + number), fingerprint: fingerprint.repeat(16) } } }, { serial: number }),
  );
  const from = renderReports(input({ history, sessions, now: revision(3, 401).committed }));
  const { content, years } = loaded("sort", from);
  expect(content.years).toEqual([
    [2026, 0],
    [2027, 1],
  ]);
  const [series] = content.series;
  if (!series) throw new Error("no series");
  const newest = pointsOf(series, content, years.slice(1));
  expect(valueAt(newest, 1)).toMatchObject({ start: 1, position: 2, revisions: 2 });
  expect(valueAt(newest, 0)).toBeUndefined();
});
