import { expect, test } from "vitest";
import { Server, preUpgradeItemsOf, numbersOf, bimodal } from "./upgrade-server.ts";

test("a pre-upgrade run is five sessions of what will be held out, and one of each program of the next bridge", () => {
  const server = new Server({ revisions: 9 });
  for (const number of server.history.keys()) server.measure(number);
  const items = preUpgradeItemsOf(server);
  expect(numbersOf(server, items).sort((a, b) => b - a)).toEqual([8, 8, 8, 8, 8, 7, 6, 5, 4, 3]);
  for (const item of items) server.measure(server.numberOf(item), item);
  expect(preUpgradeItemsOf(server)).toEqual([]);
});

test("the pre-upgrade run of a bimodal benchmark is three sessions of each program of the next bridge", () => {
  const server = new Server({ revisions: 60, truth: bimodal, noise: 0.001 });
  for (const number of server.history.keys()) server.measure(number);
  const numbers = numbersOf(server, preUpgradeItemsOf(server)).sort((a, b) => b - a);
  expect(numbers).toEqual([59, 59, 59, 59, 59, ...[58, 57, 56, 55, 54].flatMap((one) => [one, one, one])]);
});

test("where there is a single program, the pre-upgrade run is five sessions of it", () => {
  const server = new Server({ revisions: 1 });
  server.measure(0);
  expect(numbersOf(server, preUpgradeItemsOf(server))).toEqual([0, 0, 0, 0, 0]);
});
