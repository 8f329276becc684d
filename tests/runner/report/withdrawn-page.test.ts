import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { input } from "./fixture.ts";
import { both, page, byHost } from "./two-hosts.ts";

test("what was withdrawn is listed once for all hosts, and a benchmark's page says until when its values were", () => {
  const withdrawal = {
    schema: 1,
    id: "x",
    written: "2026-06-02T00:00:00.000Z",
    host: "fast",
    by: "ada",
    what: { kind: "session", session: "20260601T000000Z-slow-333333330000-e1-new-0000" },
    action: "withdraw",
    why: "the <wrong> file",
  } as const;
  const ofBenchmark = { ...withdrawal, id: "y", what: { kind: "benchmark", benchmark: "sort" } } as const;
  const files = renderReports(input({ ...both, withdrawn: [withdrawal, ofBenchmark] }));
  expect(page(files, "README.md").match(/reports\/withdrawn\.md.*/g)).toEqual(["reports/withdrawn.md): 1 session, 1 benchmark"]);
  expect(page(files, "reports/withdrawn.md").match(/<code>.*<\/code> \| ada on fast/g)).toHaveLength(1);
  expect(page(files, "reports/withdrawn.md")).toContain("| benchmark sort, all values until then | ada on fast | 2026-06-02 00:00 UTC |");
  const [, fast = ""] = byHost(page(files, "reports/benchmarks/sort.md"));
  expect(fast).toContain("Values from before 2026-06-02 00:00 UTC were withdrawn: the &#60;wrong&#62; file.");
});
