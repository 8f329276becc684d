import { expect, test } from "vitest";
import type { PageIndex, PageRevisions } from "../../../../runner/report/page/data.ts";
import { renderReports } from "../../../../runner/report/markdown.ts";
import { input, revision } from "../fixture.ts";
import { handed } from "../../../page/page-data.ts";

test("years follow the history: a date that runs backwards, or ahead of the clock, moves no revision", () => {
  const history = [revision(0, 10), revision(1, 400), revision(2, 20), revision(3, 5000)];
  const from = renderReports(input({ history, now: "2027-06-01T00:00:00.000Z" }));
  expect((handed("index", from) as PageIndex).years).toEqual([
    [2026, 1],
    [2027, 3],
  ]);
  expect((handed("revisions/2027", from) as PageRevisions).ids).toEqual(history.slice(1).map(({ id }) => id));
});
