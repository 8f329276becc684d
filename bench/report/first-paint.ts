import { pathToFileURL } from "node:url";
import { openBrowser } from "../../lab/browser.ts";
import type { Log } from "../../lab/progress.ts";
import { median } from "../../runner/timeline/stats.ts";

const tries = 5;

/** Notes when the last card was there and a frame was painted with it. */
const noting = (cards: number): string => `new MutationObserver((_, observer) => {
  if (document.querySelectorAll(".card").length < ${cards}) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); }));
}).observe(document, { childList: true, subtree: true })`;

/** Seconds from asking for the page to its overview with all cards on the screen, from the file system: the median of five. */
export async function firstPaint(path: string, cards: number, log: Log): Promise<number> {
  const browser = await openBrowser(log);
  try {
    const found: number[] = [];
    for (let count = 0; count < tries; count++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.addInitScript({ content: noting(cards) });
      await page.goto(pathToFileURL(path).href);
      found.push(Number(await page.waitForFunction("window.painted").then((handle) => handle.jsonValue())) / 1000);
      await page.close();
    }
    return median(found);
  } finally {
    await browser.close();
  }
}
