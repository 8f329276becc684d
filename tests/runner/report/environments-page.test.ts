import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { input, session } from "./fixture.ts";
import { sorted, page } from "./pages.ts";

test("an environment without a record is said to have none", () => {
  const sessions = [session(0, sorted(0.01), { environment: "lost" })];
  const files = renderReports(input({ sessions, currentEnvironment: "lost", environments: new Map() }));
  expect(page(files, "reports/environments.md")).toContain("no record of this environment");
  expect(page(files, "reports/summary-main.md")).toContain("no record of it");
});
