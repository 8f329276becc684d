import { expect, test } from "vitest";
import { idOf } from "../report/fixture.ts";
import { afterTransition, numbersOf, bimodal, Server } from "./upgrade-server.ts";

test("a transition is bridged by the five newest programs but one, which is held out to judge the bridge", () => {
  const server = afterTransition({ revisions: 9 });
  const { items } = server.plan();
  expect(numbersOf(server, items)).toEqual([7, 6, 5, 4, 3]);
  expect(items.every(({ reason }) => reason === "bridge")).toBe(true);
});

test("a quiet bridge is finished after one session of each program, and finds the factor", () => {
  const server = afterTransition({ revisions: 9, truth: (_, __, environment) => (environment === "new" ? 0.8 : 1), noise: 0.001 });
  const done = server.catchUp().filter(({ reason }) => reason === "bridge");
  expect(done).toHaveLength(5);
  const [scalingFactor] = server.scalingFactors;
  expect(scalingFactor).toMatchObject({ benchmark: "sort", status: "linked", from: { environment: "old" }, to: { environment: "new" } });
  expect(Math.exp(scalingFactor?.factor?.phi ?? 0)).toBeCloseTo(0.8, 2);
  expect(server.plan().bridges).toEqual([]);
});

test("a noisy bridge gets three sessions of each program, then eight programs, and is then called weak", () => {
  const server = afterTransition({ revisions: 20, noise: 0.1 });
  const done = server.catchUp().filter(({ reason }) => reason === "bridge");
  const times = new Map(numbersOf(server, done).map((number) => [number, 0]));
  for (const number of numbersOf(server, done)) times.set(number, (times.get(number) ?? 0) + 1);
  expect([...times.entries()].sort(([a], [b]) => b - a)).toEqual([18, 17, 16, 15, 14, 13, 12, 11].map((number) => [number, 3]));
  expect(server.scalingFactors[0]?.status).toBe("weak");
});

test("a bimodal benchmark is bridged by three sessions of each program from the start", () => {
  const server = afterTransition({ revisions: 60, truth: bimodal, noise: 0.001 });
  expect(numbersOf(server, server.plan().items).sort((a, b) => b - a)).toEqual([58, 57, 56, 55, 54].flatMap((one) => [one, one, one]));
});

test("copies are no bridge points: neighbours that run one program count once", () => {
  const server = afterTransition({ revisions: 12, program: (_, number) => Math.floor(number / 2) });
  // The newest program, of revisions 10 and 11, is held out.
  const points = numbersOf(server, server.plan().items).map((number) => Math.floor(number / 2));
  expect(points).toEqual([4, 3, 2, 1, 0]);
});

test("what no longer builds after the transition is a break with its reason, and is not asked for again", () => {
  const server = afterTransition({ revisions: 9, truth: (_, __, environment) => (environment === "new" ? undefined : 1) });
  const done = server.catchUp();
  expect(numbersOf(server, done)).toEqual([7, 6, 5]);
  expect(server.scalingFactors).toEqual([
    expect.objectContaining({ status: "broken", reason: "3 of the newest programs before the transition cannot be measured after it" }),
  ]);
  expect(server.plan()).toMatchObject({ bridges: [], items: [] });
});

test("a break is taken up again once the configuration that it was made with is another one, and left where that changes nothing", () => {
  let lacks = true;
  const server = afterTransition({ revisions: 9, truth: (_, __, environment) => (environment === "new" && lacks ? undefined : 1) });
  server.catchUp();
  expect(server.plan()).toMatchObject({ bridges: [], items: [] });
  server.setup = "another mistake";
  expect(numbersOf(server, server.catchUp())).toEqual([7, 6, 5]);
  expect(server.plan()).toMatchObject({ bridges: [], items: [] });
  [server.setup, lacks] = ["corrected", false];
  expect(
    numbersOf(
      server,
      server.catchUp().filter(({ reason }) => reason === "bridge"),
    ),
  ).toEqual([7, 6, 5, 4, 3]);
  expect(server.scalingFactors.at(-1)).toMatchObject({ status: "linked" });
});

test("a program that does not build after the transition gives its place to the next older one", () => {
  const server = afterTransition({
    revisions: 12,
    noise: 0.001,
    truth: (_, number, environment) => (environment === "new" && number === 9 ? undefined : 1),
  });
  const done = server.catchUp().filter(({ reason }) => reason === "bridge");
  expect(numbersOf(server, done)).toEqual([10, 9, 8, 7, 6, 5]);
  expect(server.scalingFactors[0]?.revisions).toEqual([10, 8, 7, 6, 5].map(idOf));
});

test("going back to an earlier environment needs no new bridge", () => {
  const server = afterTransition({ revisions: 9, noise: 0.001 });
  server.catchUp();
  server.environment = "old";
  expect(server.plan()).toMatchObject({ bridges: [], items: [] });
});

test("an edited benchmark is bridged within its environment", () => {
  let workload = "w1";
  const server = new Server({ revisions: 9, workload: () => workload });
  for (const number of server.history.keys()) server.measure(number);
  workload = "w2";
  const { items, bridges } = server.plan();
  expect(bridges[0]).toMatchObject({ from: { environment: "old", workload: "w1" }, to: { environment: "old", workload: "w2" } });
  expect(items).toHaveLength(5);
});
