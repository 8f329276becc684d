import { access } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { UserError } from "../config/user-error.ts";
import { openBrowser } from "./browser.ts";
import { reportedCommand, runProgram } from "../runner/system/program.ts";
import { configurations } from "./mypy-server.ts";
import { logWithElapsed, type Log } from "./progress.ts";

const checkout = join(import.meta.dirname, "..");

const program = reportedCommand("npm run screenshots --")
  .description("Take pictures of the page for the README, light and dark: docs/page-*.png")
  .option("--reports <folder>", "checkout of a reports branch; the demo's if not given", join(configurations, "demo-reports"))
  .option("--benchmark <name>", "whose timeline to show; the one with the newest confirmed change if not given")
  .action(async (options: { reports: string; benchmark?: string }) => {
    const path = join(options.reports, "docs", "index.html");
    await access(path).catch(() => {
      throw new UserError(`there is no page in ${options.reports}`, "run `npm run demo` first, or name a checkout of a reports branch");
    });
    await takePictures(pathToFileURL(path).href, options.benchmark, logWithElapsed());
  });

async function takePictures(address: string, benchmark: string | undefined, log: Log): Promise<void> {
  const browser = await openBrowser(log);
  try {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ viewport: { width: 1120, height: 760 }, colorScheme });
      await page.goto(address);
      const card = benchmark === undefined ? page.locator(".card").first() : page.getByRole("link", { name: benchmark });
      await page.locator(".card").first().waitFor();
      await page.screenshot({ path: join(checkout, "docs", `page-overview-${colorScheme}.png`) });
      await card.click();
      await page.locator(".u-over").first().waitFor();
      await pointAt(page, 0.72);
      await page.screenshot({ path: join(checkout, "docs", `page-benchmark-${colorScheme}.png`) });
      log(`docs/page-overview-${colorScheme}.png, docs/page-benchmark-${colorScheme}.png`);
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

/** At a share of the first chart's width. Nothing is scrolled. */
async function pointAt(page: Page, share: number): Promise<void> {
  const box = await page.locator(".u-over").first().boundingBox();
  if (!box) throw new Error("the page has no chart");
  await page.mouse.move(box.x + share * box.width, box.y + box.height / 2);
}

await runProgram(program);
