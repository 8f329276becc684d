import { expect, test } from "vitest";
import type { Simulation } from "../../../bench/detection/server.ts";
import { standing } from "../../../runner/timeline/detection/readings.ts";
import { decidedIn, confirmedBy } from "./changes-server.ts";

test("the size of a range that is narrowed is that of its own boundary, not of the range", () => {
  const how: Simulation = { revisions: 60, truth: (number) => (number >= 50 ? 0.97 : 1) * (number >= 40 ? 1.05 : 1) };
  const server = decidedIn([...Array(32).keys(), 55, 56, 57, 58, 59], how);
  expect(confirmedBy(server)).toEqual([
    { at: 40, skipped: 0, direction: "slower" },
    { at: 50, skipped: 0, direction: "faster" },
  ]);
  const sizes = standing(server.decisions).flatMap(({ outcome, change }) => (outcome === "confirmed" && change ? [change.phi] : []));
  expect(sizes.sort((a, b) => a - b).map((phi) => phi.toFixed(2))).toEqual([Math.log(0.97).toFixed(2), Math.log(1.05).toFixed(2)]);
});
