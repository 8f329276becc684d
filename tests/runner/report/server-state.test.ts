import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { input, measured, session } from "./fixture.ts";
import { page, copy } from "./pages.ts";

test("a schedule that does nothing is said to, with the reason as it was written", () => {
  const paused = "paused by the configuration: moving *house*";
  expect(page(renderReports(input({ paused })), "README.md")).toContain(
    "| schedule | paused by the configuration&#58; moving \\*house\\* |",
  );
  expect(page(renderReports(input()), "README.md")).not.toContain("| schedule |");
});

test("a suite that cannot be listed is said to be so, with the reason", () => {
  expect(page(renderReports(input({ unlisted: ["no *module*", "nor"] })), "README.md")).toContain("| suite | no \\*module\\*; nor |");
  expect(page(renderReports(input()), "README.md")).not.toContain("| suite |");
});

test("the last session says how much of it was not measured", () => {
  const last = session(1, { ...copy(0), tree: { compiled: measured(1) } }, { serial: 1 });
  expect(page(renderReports(input({ sessions: [last] })), "README.md")).toContain(
    "(new): 1 measured, 1 reused from a neighbouring revision |",
  );
});
