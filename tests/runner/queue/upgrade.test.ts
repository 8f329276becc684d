import { expect, test } from "vitest";
import type { Measured, Session } from "../../../runner/model.ts";
import { ownTimeline, upgrade } from "../../../runner/queue/upgrade.ts";
import { Server, afterTransition } from "./upgrade-server.ts";

test("before any transition nothing is bridged", () => {
  const server = new Server({ revisions: 9 });
  for (const number of server.history.keys()) server.measure(number);
  expect(server.plan()).toEqual({ bridges: [], items: [], verification: undefined, verifying: [] });
});

test("a third environment is bridged from the second, and the first is linked by the chain", () => {
  const server = afterTransition({
    revisions: 12,
    noise: 0.001,
    truth: (_, __, environment) => ({ old: 1, new: 0.8, third: 0.6 })[environment],
  });
  server.catchUp();
  server.environment = "third";
  expect(new Set(server.plan().bridges.map(({ from }) => from.environment))).toEqual(new Set(["new"]));
  server.catchUp();
  expect(server.scalingFactors.map(({ from, to }) => `${from.environment} ${to.environment}`)).toEqual(["old new", "new third"]);
  const first = ownTimeline(server.input())[0]?.series[0]?.segments.find(({ environment }) => environment === "old");
  expect(first?.link.status).toBe("linked");
});

test("another host's environment is no transition of this one", () => {
  const server = new Server({ revisions: 9 });
  const other = new Server({ revisions: 9 }, "other");
  other.environment = "elsewhere";
  for (const number of server.history.keys()) {
    server.measure(number);
    server.sessions.push(other.measure(number));
  }
  expect(server.plan().items).toEqual([]);
});

test("a benchmark that begins anew with a version owes no bridge from its older values, and no verdict; others do", () => {
  const how = { revisions: 9, benchmarks: ["sort", "tree"] };
  const server = afterTransition(how);
  const versioned = server.listed.map((one) => (one.name === "sort" ? { ...one, workload: "w-v2" } : one));
  const asked = upgrade({ ...server.input(), benchmarks: versioned });
  expect([...new Set(asked.bridges.map(({ benchmark }) => benchmark))]).toEqual(["tree"]);
  expect([...new Set(asked.items.flatMap(({ benchmarks = [] }) => benchmarks))]).toEqual(["tree"]);
  const reopened = { sessions: new Map([["sort", 3]]), since: "" };
  expect(upgrade({ ...server.input(), benchmarks: versioned, reopened }).bridges.map(({ benchmark }) => benchmark)).not.toContain("sort");

  server.catchUp();
  expect(server.plan().verification?.verdict.benchmarks.map(({ benchmark }) => benchmark)).toEqual(["sort", "tree"]);
  const judged = upgrade({ ...server.input(), benchmarks: versioned }).verification;
  expect(judged?.verdict.benchmarks.map(({ benchmark, verdict }) => [benchmark, verdict])).toEqual([["tree", "continuous"]]);

  // The same environment: nothing but the version changed.
  const here = new Server(how);
  for (const number of here.history.keys()) here.measure(number);
  const again = upgrade({ ...here.input(), benchmarks: versioned });
  expect([again.bridges, again.items, again.verifying]).toEqual([[], [], []]);
  const edited = here.listed.map((one) => ({ ...one, workload: "other" }));
  expect(upgrade({ ...here.input(), benchmarks: edited }).bridges).toHaveLength(2);
});

test("what a dropped benchmark differs from session to session is no error of the bridges of others", () => {
  const server = afterTransition({ revisions: 9, benchmarks: ["sort", "gone"] });
  const benchmarks = server.listed.filter(({ name }) => name === "sort");
  for (let items = upgrade({ ...server.input(), benchmarks }).items; items.length > 0;) {
    for (const item of items) server.measure(server.numberOf(item), item);
    items = upgrade({ ...server.input(), benchmarks }).items;
  }
  const factorOf = (sessions: readonly Session[]) => upgrade({ ...server.input(), sessions, benchmarks }).bridges[0]?.scalingFactor?.factor;
  const before = factorOf(server.sessions);
  expect(before?.standardError).toBeGreaterThan(0);
  const noisy = [1, 5].map((seconds, index): Session => {
    const one = server.measure(8, { reason: "control", benchmarks: ["gone"] });
    return {
      ...one,
      id: `${one.id}-${index}`,
      benchmarks: { gone: { compiled: { ...(one.benchmarks["gone"]?.compiled as Measured), seconds } } },
    };
  });
  expect(factorOf([...server.sessions, ...noisy])).toEqual(before);
});
