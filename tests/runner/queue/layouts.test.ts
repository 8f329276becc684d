import { describe, expect, test } from "vitest";
import { measured } from "../../../bench/detection/server.ts";
import { changesToReport } from "../../../runner/alerts/changes.ts";
import type { WorkItem } from "../../../runner/model.ts";
import { changesText } from "../../../runner/queue/changes.ts";
import { layoutsText } from "../../../runner/report/changes.ts";
import { standing } from "../../../runner/timeline/detection/readings.ts";
import { idOf } from "../report/fixture.ts";

const first = 18;
const layoutOf = ({ subject }: WorkItem): number => (subject.kind === "layout" ? subject.layout : 0);
/** Slower by 5 % from a revision on, in all layouts. */
const ofTheCode = { revisions: 20, truth: (number: number) => (number >= first ? 1.05 : 1), layouts: () => 0 };
/** In the first builds alone. */
const ofTheBinary = { revisions: 20, layouts: (number: number, layout: number) => (number >= first && layout === 0 ? 0.05 : 0) };
const alertsOf = ({ decisions }: Pick<ReturnType<typeof measured>, "decisions">, environment = "here") =>
  changesToReport(decisions, { host: "host", environment }, { name: "mypy" });

/** A server whose change is confirmed, and is to be checked. */
function confirmed(how: Parameters<typeof measured>[0]) {
  const server = measured(how);
  for (;;) {
    server.decide();
    const [item] = server.changes().items;
    if (!item) throw new Error("nothing is asked for");
    if (item.reason === "layout") return { server, item };
    server.measure(server.numberOf(item), item);
  }
}

describe("a confirmed change of the code", () => {
  const { server, item } = confirmed(ofTheCode);

  test("is checked with a build in another layout, in words", () => {
    expect(item).toMatchObject({ subject: { kind: "layout", revision: idOf(first), layout: 1 }, reason: "layout", benchmarks: ["sort"] });
    expect(item.because).toMatch(/^check sort \+[45]\.\d\d % at [0-9a-f]{12} in other layouts: session 1 of at most 12$/);
    expect(changesText(server.changes())).toMatch(/^sort \+[45]\.\d\d % at \w+, confirmed, in other layouts \(0 of at most 12 sessions\)$/);
  });

  test("is told to nobody before that, unless the environment is another one by now", () => {
    expect(alertsOf(server)).toEqual([]);
    expect(alertsOf(server, "there")).toEqual([
      expect.objectContaining({ text: expect.stringMatching(/additional sessions?, not checked with other layouts yet\./) }),
    ]);
  });

  test("is of the code where pairs of other layouts show it, and told once", () => {
    const done = server.settle();
    expect(done.map((one) => [server.numberOf(one), layoutOf(one)])).toEqual([
      [18, 1],
      [17, 1],
      [17, 2],
      [18, 2],
    ]);
    const [decision, ...others] = standing(server.decisions);
    expect(others).toEqual([]);
    expect(decision).toMatchObject({ n: 2, outcome: "confirmed", firstBad: idOf(first), layouts: { verdict: "code" } });
    expect(decision?.layouts?.sessions).toEqual(server.sessions.filter(({ reason }) => reason === "layout").map(({ id }) => id));
    expect(decision && layoutsText(decision)).toMatch(/^, in other layouts too \(\+[45]\.\d % ± \d\.\d %\)$/);
    expect(alertsOf(server)).toHaveLength(1);
  });

  test("values of other layouts are of no revision", () => {
    expect(server.changes()).toMatchObject({ items: [], findings: [], open: [], layouts: [] });
  });
});

test("a change of two binaries alone is called so, and told to nobody", () => {
  const server = measured(ofTheBinary);
  server.settle();
  const [decision] = standing(server.decisions);
  expect(decision).toMatchObject({ outcome: "confirmed", firstBad: idOf(first), layouts: { verdict: "binary" } });
  expect(decision && layoutsText(decision)).toMatch(/^, of these binaries only, not in other layouts \([+−]0\.\d+ % ± \d\.\d %\)$/);
  expect(alertsOf(server)).toEqual([]);
});

test("a build that leaves the program as it is ends the check, and the change is told", () => {
  const { server, item } = confirmed(ofTheCode);
  server.measure(server.numberOf(item), item);
  const session = server.sessions.at(-1);
  const outcome = session?.benchmarks["sort"]?.compiled;
  if (outcome?.status !== "ok") throw new Error("nothing was measured");
  outcome.fingerprint = `sort ${first}`;
  server.settle();
  expect(standing(server.decisions)).toEqual([expect.objectContaining({ layouts: { verdict: "fixed", sessions: [session?.id] } })]);
  expect(alertsOf(server)).toHaveLength(1);
});

test("a build that fails leaves it untold, with the reason", () => {
  const { server, item } = confirmed(ofTheCode);
  server.measure(server.numberOf(item), item);
  const session = server.sessions.at(-1);
  if (session) session.failure = { stage: "compile", message: "ld said no", output: "" };
  server.settle();
  const [decision] = standing(server.decisions);
  expect(decision && layoutsText(decision)).toBe(", cause unknown: the code or the layout of these binaries (compile: ld said no)");
  expect(alertsOf(server)).toHaveLength(1);
});

test("one session serves all benchmarks that changed at a revision", () => {
  const { item } = confirmed({ ...ofTheCode, benchmarks: ["sort", "tree"] });
  expect(item.benchmarks).toEqual(["sort", "tree"]);
});

test("a range is checked once, before or after it is narrowed", () => {
  const server = measured(ofTheCode, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 19]);
  server.settle();
  const [decision, ...others] = standing(server.decisions);
  expect(others).toEqual([]);
  expect(decision).toMatchObject({ firstBad: idOf(first), skipped: 0, layouts: { verdict: "code" } });
  expect(server.sessions.filter(({ reason }) => reason === "layout")).toHaveLength(4);
});

test("where nobody wants it, or where it is not known what runs, nothing is checked", () => {
  const { layouts: _, ...unwanted } = ofTheCode;
  const server = measured(unwanted);
  server.settle();
  expect(server.decisions).toEqual([expect.not.objectContaining({ layouts: expect.anything() })]);
  expect(alertsOf(server)).toHaveLength(1);
});
