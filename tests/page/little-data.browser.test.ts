import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Imported } from "../../runner/model.ts";
import { openBrowser } from "../../lab/browser.ts";
import { environment, failed, measured, revision, session } from "../runner/report/fixture.ts";
import type { MadeInput } from "../runner/report/fixture.ts";
import { makeSite } from "./site.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser((line) => console.warn(line));
});
afterAll(() => browser?.close());

const one = session(0, { sort: { compiled: measured(0.01) } });
const { machine: _, ...othersEnvironment } = environment("e1");
const importedAt = (number: number) => {
  const compiled: Imported = { status: "imported", workload: "w1", seconds: 0.01, deviation: 0, taken: revision(number).committed };
  return session(number, { sort: { compiled } }, { serial: number, reason: "import" });
};
const nothing: Partial<MadeInput> = { history: [], environments: new Map(), currentEnvironment: "", benchmarks: [] };

const oneRevision = "Both sides are the same revision: choose another one.";

test.each<[string, Partial<MadeInput>, string, string, string]>([
  ["no revision", { history: [] }, "not measured yet", "Not measured yet.", "the history has no revision yet"],
  [
    "one revision",
    { history: [revision(0)], sessions: [one], now: revision(1).committed },
    "no older value",
    "10.000 ± 0.023 ms at",
    oneRevision,
  ],
  [
    "no revision in 3 months",
    { history: [revision(0, 0)], sessions: [one], now: revision(0, 200).committed },
    "no new value",
    "10.000 ± 0.023 ms at",
    oneRevision,
  ],
  [
    "only failures",
    { sessions: [session(1, { sort: { compiled: failed() } })] },
    "only failures so far",
    "Only failures so far, the last at",
    "no comparable benchmarks",
  ],
  [
    "imported values of which no error is known",
    { sessions: [0, 1, 2].map(importedAt), environments: new Map([["e1", othersEnvironment]]), now: revision(3).committed },
    "10.00 ms (error not known)",
    "Some values were imported",
    "(error not known)",
  ],
])("with %s the overview, the benchmark and the comparisons say so", async (_, changes, onCard, onPage, onCompare) => {
  const site = await makeSite(changes);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  try {
    await page.goto(site.file);
    expect(await page.locator(".card").innerText()).toContain(onCard);
    // No benchmark here has a baseline.
    expect(await page.locator(".card-foot > *").count()).toBe(1);
    expect(await page.locator(".count").innerText()).not.toContain("speed-up");
    await page.locator(".card").click();
    await page.locator(".sentences").waitFor();
    expect(await page.locator(".sentences").innerText()).toContain(onPage);
    await page.goto(`${site.file}#/compare/environments`);
    await page.locator("h2:has-text('Compare')").waitFor();
    await page.goto(`${site.file}#/compare/revisions`);
    await page.getByText(onCompare).first().waitFor();
    expect(await page.getByRole("alert").innerText()).toBe(onCompare === oneRevision ? oneRevision : "");
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
    await site.close();
  }
});

test("with nothing at all the page says what there is not", async () => {
  const site = await makeSite(nothing);
  const page = await browser.newPage();
  try {
    await page.goto(site.file);
    await page.getByText("The suite lists no benchmark yet").waitFor();
    expect(await page.locator(".state").innerText()).toContain("none yet: nothing has been measured");
    await page.goto(`${site.file}#/compare/revisions`);
    await page.getByText("the history has no revision yet").first().waitFor();
  } finally {
    await page.close();
    await site.close();
  }
});
