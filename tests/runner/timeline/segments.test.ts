import { expect, test } from "vitest";
import { session } from "../report/fixture.ts";
import { sorted, compiledOf, numbers } from "./sort-series.ts";

test("another environment or workload is another segment, never joined, with today's last", () => {
  const sessions = [
    session(0, sorted(10), { environment: "e0", serial: 0 }),
    session(7, sorted(10), { environment: "e0", serial: 1 }),
    session(2, sorted(5, "w0"), { serial: 2 }),
    session(3, sorted(6), { serial: 3 }),
    session(0, sorted(7), { serial: 4 }),
  ];
  expect(
    compiledOf(sessions).segments.map(({ environment, workload, link, points }) => [environment, workload, link.status, numbers(points)]),
  ).toEqual([
    ["e1", "w0", "not yet linked", [2]],
    ["e0", "w1", "not yet linked", [0, 7]],
    ["e1", "w1", "current", [0, 3]],
  ]);
});
