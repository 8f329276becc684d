import { describe, expect, test } from "vitest";
import { newestMeasured } from "../../../runner/timeline/timeline.ts";
import { scalingFactor } from "../report/fixture.ts";
import { a, b, c, drawn, seriesOf, upgraded, taken, broke, shown, at, program } from "./linked-series.ts";

describe("the line", () => {
  const scalingFactors = [scalingFactor(a, b, Math.log(0.5)), scalingFactor(b, c, 0)];

  test("has each revision once, where it was measured for its own sake, and a transition after the old environment's last", () => {
    expect(drawn(seriesOf(upgraded, scalingFactors, "b"))).toBe("1a 2a 3a | 4b");
  });

  test("shows a revision where it was measured, be it only to link, rather than where it failed", () => {
    const sessions = [
      taken(1, "a", 10),
      broke(2, "a"),
      taken(3, "a", 10),
      taken(2, "b", 5, "bridge"),
      broke(3, "b", "bridge"),
      taken(4, "b", 5),
    ];
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("1a 2b 3a | 4b");
  });

  test("has one transition though a backlog was measured on both sides of it", () => {
    const sessions = [taken(1, "a", 10), taken(9, "a", 10), taken(5, "a", 10), taken(10, "b", 5), taken(7, "b", 5), taken(3, "b", 5)];
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("1a 3b 5a 7b 9a | 10b");
  });

  test("goes on in the first environment after a rollback, without any new scaling factor", () => {
    const sessions = [
      taken(1, "a", 10),
      taken(2, "a", 10),
      taken(2, "b", 5, "bridge"),
      taken(3, "b", 5),
      taken(4, "b", 5),
      taken(5, "a", 10),
    ];
    const series = seriesOf(sessions, scalingFactors.slice(0, 1), "a");
    expect(series.segments.map(({ environment, link }) => [environment, link.status])).toEqual([
      ["b", "linked"],
      ["a", "current"],
    ]);
    expect(drawn(series)).toBe("1a 2a | 3b 4b | 5a");
    expect(shown(at(series, 3))?.value).toBeCloseTo(10, 12);
    expect(at(series, 5).segment).toBe(at(series, 1).segment);
    // And again in the second.
    const forth = seriesOf([...sessions, taken(6, "b", 5)], scalingFactors.slice(0, 1), "b");
    expect(drawn(forth)).toBe("1a 2a | 3b 4b | 5a | 6b");
    expect(shown(at(forth, 1))?.value).toBeCloseTo(5, 12);
  });

  test("prefers the current environment where two hosts measure every revision", () => {
    const sessions = [1, 2, 3].flatMap((number) => [taken(number, "a", 10), taken(number, "b", 5)]);
    expect(drawn(seriesOf(sessions, scalingFactors, "a"))).toBe("1a 2a 3a");
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("1b 2b 3b");
  });

  test("follows the history, whatever was measured first", () => {
    const sessions = [taken(8, "a", 1), taken(2, "a", 1), taken(9, "b", 1), taken(5, "a", 1)];
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("2a 5a 8a | 9b");
  });

  test("is the current segment alone where nothing is linked, and its newest value the newest of all that is linked", () => {
    expect(drawn(seriesOf(upgraded, [], "b"))).toBe("2b 3b 4b");
    const before = upgraded.slice(0, 5);
    const newest = newestMeasured(seriesOf([...before, taken(4, "a", 13)], scalingFactors, "b"));
    expect(newest && shown(newest)?.value).toBeCloseTo(6.5, 12);
    expect(newestMeasured(seriesOf(before.slice(0, 3), [], "b"))).toBeUndefined();
  });

  test("shows a run of one program only with the revisions that are its own there", () => {
    const sessions = [program(1, "a", 10), program(2, "a", 10), program(2, "b", 5, "bridge"), program(3, "b", 5), program(4, "b", 5)];
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("1+2a | 3+4b");
  });
});
