import { expect, test } from "vitest";
import { impact } from "../../../runner/queue/timeline-impact.ts";
import { afterTransition, Server } from "./upgrade-server.ts";

test("an environment that is next asks for bridges of what was measured, and of nothing where all is here", () => {
  const server = afterTransition({ revisions: 9, benchmarks: ["sort", "tree"] });
  expect(impact(server.input(), [])).toMatchObject({ baselines: { benchmarks: 0, sessions: 0 }, bridges: { benchmarks: 2, sessions: 5 } });
  const here = new Server({ revisions: 9 });
  for (const number of here.history.keys()) here.measure(number);
  expect(impact(here.input(), [])).toEqual({
    baselines: { benchmarks: 0, sessions: 0 },
    bridges: { benchmarks: 0, sessions: 0 },
    seconds: 0,
  });
});

test("interpreted benchmarks need baselines anew, and sessions that tell their noise; without durations no time is told", () => {
  const server = afterTransition({ revisions: 9, benchmarks: ["sort", "tree"] });
  const input = server.input();
  const benchmarks = input.benchmarks.map((one) => ({ ...one, variants: ["compiled" as const, "interpreted" as const] }));
  const found = impact({ ...input, benchmarks }, []);
  expect(found.baselines).toEqual({ benchmarks: 2, sessions: 4 });
  expect(found).not.toHaveProperty("seconds");
});
