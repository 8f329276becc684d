import { expect, test } from "vitest";
import { nearest } from "../../config/nearest.ts";

test.each([
  ["host_key", ["hostKey", "address"], "hostKey"],
  ["adress", ["hostKey", "address"], "address"],
  ["name", ["names", "nmae"], "names"],
  ["brnach", ["branch", "bench"], "branch"],
  ["cron", ["samples"], undefined],
  ["x", [], undefined],
])("%s of %j means %s", (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant);
});
