import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../lab/browser.ts";
import { decision, idOf, measured, revision, session } from "../runner/report/fixture.ts";
import { hostileName, hostileTitle, makeSite, story, twoHosts, type Site } from "./site.ts";

let browser: Browser;
let site: Site;
let context: BrowserContext | undefined;
let complaints: string[] = [];

beforeAll(async () => {
  browser = await openBrowser((line) => console.warn(line));
  site = await makeSite(story);
});
afterEach(async () => {
  await context?.close();
  context = undefined;
  if (complaints.length > 0) throw new Error(`the browser complains: ${complaints.join("; ")}`);
});
afterAll(async () => {
  await site?.close();
  await browser?.close();
});

interface How {
  from?: "file" | "http";
  width?: number;
  scheme?: "light" | "dark";
}

/** The page at an address behind the #; whatever the browser complains about fails the test. */
async function open(hash = "", { from = "file", width = 1280, scheme = "light" }: How = {}): Promise<Page> {
  complaints = [];
  context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  // Links outwards are opened, but nothing is fetched from there.
  await context.route(/^https:/, (route) => route.fulfill({ body: "elsewhere" }));
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
  await page.goto(`${site[from]}${hash}`);
  await page.locator("footer:has-text('Measured by')").waitFor();
  return page;
}

const names = (page: Page) => page.locator(".card .name").allTextContents();
const readout = (page: Page) => page.locator(".readout").innerText();
const field = (page: Page) => page.getByLabel("Host");
const panel = (page: Page) => page.locator(".panel").first();
const drawn = (page: Page) => page.locator(".panel .u-over").first().waitFor();

/** Point at a share of the first chart's width. */
async function pointAt(page: Page, share: number): Promise<void> {
  const box = await page.locator(".u-over").first().boundingBox();
  if (!box) throw new Error("no chart");
  await page.mouse.move(box.x + share * (box.width - 1), box.y + box.height / 2);
}

const everyWay = (["file", "http"] as const).flatMap((from) =>
  [1280, 400].flatMap((width) => (["light", "dark"] as const).map((scheme) => ({ from, width, scheme }))),
);

describe.each(everyWay)("from $from, $width pixels wide, $scheme", (how) => {
  test("every page loads without a complaint, fits its width, and is in the colours asked for", async () => {
    const page = await open("", how);
    expect((await names(page)).sort()).toEqual([hostileName, "idle", "sort", "tree"].sort());
    for (const hash of ["#/", "#/benchmark/sort", "#/compare/revisions", "#/compare/environments"]) {
      await page.goto(`${site[how.from]}${hash}`);
      await page
        .locator({ "#/": ".card", "#/benchmark/sort": ".u-over" }[hash] ?? ".forest tbody tr")
        .first()
        .waitFor();
      expect(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    }
    const ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    expect(ground).toBe(how.scheme === "light" ? "rgb(255, 255, 255)" : "rgb(13, 17, 23)");
  });
});

describe("the overview", () => {
  test("says what the data says: state of the server, values, changes, what is missing", async () => {
    const page = await open();
    const card = page.locator(".card", { hasText: "sort" });
    expect(await card.locator(".value").innerText()).toBe("11.000 ± 0.025 ms");
    expect(await card.locator(".card-foot").innerText()).toContain("4.55×");
    expect(await card.locator(".move.slower").first().innerText()).toContain("▲ +10.00 % ± ");
    expect(await card.locator(".move.slower").first().getAttribute("title")).toBe("medians: 10.00 ms then, 11.00 ms now");
    const still = page.locator(".card", { hasText: "onerror" });
    expect(await still.locator(".move").first().innerText()).toContain("no older value");
    // Without a baseline the card has no speed-up.
    expect(await still.locator(".card-foot > *").count()).toBe(1);
    expect(await still.locator(".move.slower, .move.faster").count()).toBe(0);
    expect(await card.locator(".spark path.slower").count()).toBe(1);
    expect(await page.locator(".spark path.slower, .spark path.faster").count()).toBe(1);
    expect(await page.locator(".count").innerText()).toContain("×: speed-up over the interpreter; ▲▼: confirmed changes");
    expect(await page.locator(".card", { hasText: "tree" }).innerText()).toContain("only failures so far, the last at");
    expect(await page.locator(".card", { hasText: "idle" }).innerText()).toContain("not measured yet");
    const state = await page.locator(".state").innerText();
    expect(state).toMatch(/waiting\s+2 revisions/);
    expect(state).toMatch(/environment\s+e1: Python 3\.13\.5/);
    expect(await page.locator(".warns").allInnerTexts()).toEqual([expect.stringMatching(/^failing\s+1 benchmark$/)]);
  });

  test("warns of what somebody should look at", async () => {
    const paused = await makeSite({ ...story, paused: "paused: a new <disk>" });
    const before = site;
    site = paused;
    try {
      const page = await open();
      expect((await page.locator(".warns").allInnerTexts()).join("\n")).toContain("paused: a new <disk>");
    } finally {
      site = before;
      await paused.close();
    }
  });

  test("has no card of what the suite no longer has, but the way to its page, which says so", async () => {
    const fewer = await makeSite({ ...story, benchmarks: (story.benchmarks ?? []).filter(({ name }) => name === "sort") });
    const before = site;
    site = fewer;
    try {
      const page = await open();
      expect(await names(page)).toEqual(["sort"]);
      expect(await page.locator(".said").count()).toBe(0);
      expect(await page.locator(".count").innerText()).toContain("1 benchmark of lang");
      expect(await page.locator(".dropped").innerText()).toBe(`No longer in the suite: ${hostileName}, tree.`);
      await page.locator(".dropped").getByRole("link", { name: "tree" }).click();
      await page.locator("h2", { hasText: "tree" }).waitFor();
      expect(await page.locator(".way").innerText()).toBe("Overview / no longer in the suite");
      expect(await page.locator(".sentences").innerText()).toContain("No longer in the suite: its series ends here.");
    } finally {
      site = before;
      await fewer.close();
    }
  });

  test("searches and filters; the address keeps it, and shows the same again", async () => {
    const page = await open();
    await page.getByRole("searchbox").fill("SOR");
    expect(await names(page)).toEqual(["sort"]);
    await page.getByRole("searchbox").fill("");
    await page.getByText("micro 3").click();
    expect((await names(page)).sort()).toEqual([hostileName, "idle", "tree"].sort());
    await page.getByText("changed 1").click();
    expect(await names(page)).toEqual(["sort"]);
    await page.reload();
    expect(await names(page)).toEqual(["sort"]);
    expect(page.url()).toContain("#/?show=changed");
  });

  test("shows first what has the newest confirmed change, or sorts by name", async () => {
    const page = await open();
    expect(await names(page)).toEqual(["sort", hostileName, "idle", "tree"]);
    await page.getByText("by name").click();
    expect(await names(page)).toEqual([hostileName, "idle", "sort", "tree"]);
  });

  test("what others wrote is text, never HTML", async () => {
    const page = await open();
    await page.locator(".card", { hasText: "onerror" }).click();
    expect(await page.locator("h2").innerText()).toBe(hostileName);
    await drawn(page);
    await pointAt(page, 1);
    expect(await readout(page)).toContain(hostileTitle);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).toBe(`${hostileName} · lang benchmarks`);
  });

  test("is used by keys alone: search, filters, cards", async () => {
    const page = await open();
    await page.getByRole("searchbox").focus();
    await page.keyboard.type("sort");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(":focus").getAttribute("value")).toBe("main");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await page.keyboard.press("Enter");
    await page.locator("h2").waitFor();
    expect(await page.locator("h2").innerText()).toBe("sort");
  });
});

describe.each([1280, 400])("a benchmark, %i pixels wide", (width) => {
  test("says what is pointed at: revision, subject, value", async () => {
    const page = await open("#/benchmark/sort", { width });
    await drawn(page);
    await pointAt(page, 1);
    const newest = await readout(page);
    expect(newest).toContain(idOf(39).slice(0, 12));
    expect(newest).toContain(hostileTitle);
    expect(newest).toContain("11.000 ± 0.025 ms");
    await pointAt(page, 0);
    expect(await readout(page)).toContain("10.000 ± 0.049 ms");
  });

  test("switches from one line to what was measured", async () => {
    const page = await open("#/benchmark/sort", { width });
    await drawn(page);
    await page.getByText("as measured", { exact: true }).click();
    await pointAt(page, 0);
    expect(await readout(page)).toContain("20.000 ± 0.045 ms");
    expect(page.url()).toContain("view=raw");
    await page.reload();
    await drawn(page);
    await pointAt(page, 0);
    expect(await readout(page)).toContain("20.000 ± 0.045 ms");
  });

  test("zooms where it is dragged; the address keeps the part, and Escape shows all", async () => {
    const page = await open("#/benchmark/sort", { width });
    await drawn(page);
    await pointAt(page, 0.5);
    await page.mouse.down();
    await pointAt(page, 0.8);
    await page.mouse.up();
    await page.waitForFunction("location.hash.includes('from=')");
    const address = page.url();
    expect(address).toMatch(new RegExp(`from=${idOf(20)}&to=${idOf(31)}$`));
    await page.reload();
    await drawn(page);
    await pointAt(page, 0);
    expect(await readout(page)).toContain("Change number 20");
    await panel(page).press("Escape");
    await page.waitForFunction("!location.hash.includes('from=')");
    await pointAt(page, 0);
    expect(await readout(page)).toContain("2026-01-01");
  });
});

describe("a benchmark", () => {
  test("is walked through with arrow keys, and Enter opens the commit", async () => {
    const page = await open("#/benchmark/sort");
    await drawn(page);
    await panel(page).focus();
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).not.toBe("");
    await page.keyboard.press("ArrowLeft");
    expect(await readout(page)).toContain(idOf(39).slice(0, 12));
    await page.keyboard.press("ArrowLeft");
    expect(await readout(page)).toContain("Change number 38");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    expect(await readout(page)).toContain("2026-01-02");
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.keyboard.press("Enter")]);
    expect(popup.url()).toBe(`https://example.org/lang/commit/${idOf(1)}`);
  });

  test("a click opens the commit, a drag does not", async () => {
    const page = await open("#/benchmark/sort");
    await drawn(page);
    await pointAt(page, 1);
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.mouse.click(...(await middleOf(page, 1)))]);
    expect(popup.url()).toBe(`https://example.org/lang/commit/${idOf(39)}`);
    await popup.close();
    await page.mouse.move(...(await middleOf(page, 0.2)));
    await page.mouse.down();
    await page.mouse.move(...(await middleOf(page, 0.6)));
    await page.mouse.up();
    await page.waitForFunction("location.hash.includes('from=')");
    expect(context?.pages()).toHaveLength(1);
  });

  test("measured in two environments says in which it took what", async () => {
    const page = await open("#/benchmark/sort?view=raw");
    await drawn(page);
    await panel(page).focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("PageUp");
    const described = await readout(page);
    expect(described).toContain("20.000 ± 0.045 ms on Python 3.12.1,");
    expect(described).toContain("10.000 ± 0.023 ms on Python 3.13.5,");
  });

  test("is zoomed by buttons too", async () => {
    const page = await open("#/benchmark/sort", { width: 400 });
    await drawn(page);
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.waitForFunction("location.hash.includes('from=')");
    await page.getByRole("button", { name: "Zoom out" }).click();
    await page.waitForFunction("!location.hash.includes('from=')");
    expect(page.url()).toMatch(/#\/benchmark\/sort$/);
  });

  test("is still shown to who skips to the content", async () => {
    const page = await open("#/benchmark/sort");
    await drawn(page);
    await page.evaluate("document.body.focus()");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.locator("main:focus h2").innerText()).toBe("sort");
    expect(page.url()).toContain("#/benchmark/sort");
  });

  test("begins at its top, and going back is where the overview was left", async () => {
    const page = await open("", { width: 400 });
    await page.evaluate("scrollTo(0, 300)");
    await page.locator(".card", { hasText: "tree" }).click();
    await drawn(page);
    expect(await page.evaluate("scrollY")).toBe(0);
    const top = await page.locator("header").boundingBox();
    expect(top?.y).toBeGreaterThanOrEqual(0);
    await page.goBack();
    await page.locator(".grid").waitFor();
    await page.waitForFunction("scrollY > 0");
  });

  test("shows both variants, the transition with its factor, the confirmed change", async () => {
    const page = await open("#/benchmark/sort");
    await drawn(page);
    expect(await page.locator(".panel h3").allTextContents()).toEqual(["compiled", "interpreted"]);
    const data = site.files.get("docs/data/hosts/host/benchmarks/sort.js") ?? "";
    expect(data).toContain('"transitions":[{"position":20,"label":"Python 3.12.1 → 3.13.5 (× 0.5000 ± 0.46 %)"}]');
    expect(data).toContain('"changes":[{"position":30,"label":"+10.00 % ± ');
    // The mark has the colour of what became slower, which nothing else in the chart has.
    expect(await page.evaluate(countPixels("slower"))).toBeGreaterThan(20);
  });

  test("the newest values are a table too, with the commits as links", async () => {
    const page = await open("#/benchmark/sort");
    const rows = page.locator("table").first().locator("tbody tr");
    expect(await rows.count()).toBe(20);
    expect(await rows.first().innerText()).toContain("11.000 ± 0.025 ms");
    expect(await rows.first().locator("a").getAttribute("href")).toBe(`https://example.org/lang/commit/${idOf(39)}`);
    // A difference of two sessions has neither an arrow nor a colour; the confirmed change beside it has.
    expect(await rows.nth(9).locator(".number").last().innerText()).toMatch(/^\+10\.00 % ± /);
    expect(await page.locator(".values td.slower, .values td.faster").count()).toBe(0);
    expect(await rows.nth(9).locator(".mark.slower").innerText()).toBe("confirmed: slower, +10.00 % ± 0.50 %");
  });

  test("a change that is only known as a range says so: on the mark, where it is pointed at, in the list, in the table", async () => {
    const ranged = await makeSite({ ...story, decisions: [{ ...(story.decisions?.[0] ?? decision(30)), lastGood: idOf(26), skipped: 3 }] });
    const before = site;
    site = ranged;
    try {
      const said = `confirmed: slower, +10.00 % ± 0.50 %, or one of 3 revisions before it, since ${idOf(26).slice(0, 12)}`;
      const page = await open("#/benchmark/sort");
      await drawn(page);
      expect(await page.locator(".events").first().innerText()).toMatch(
        new RegExp(
          `confirmed: slower, \\+10\\.00 % ± 0\\.50 %.*Change number 30, or one of 3 revisions before it, since ${idOf(26).slice(0, 12)}`,
        ),
      );
      expect(await page.locator(".values").first().locator(".mark").allInnerTexts()).toEqual([said]);
      await pointAt(page, 30 / 39);
      expect(await readout(page)).toContain(`compiled, ${said}`);
      // The bar over what was skipped is more of the mark's colour than the mark alone.
      const withBar = await page.evaluate(countPixels("slower"));
      site = before;
      await page.goto(`${site.file}#/benchmark/sort`);
      await drawn(page);
      expect(await page.locator(".mark").allInnerTexts()).toEqual(["confirmed: slower, +10.00 % ± 0.50 %"]);
      expect(withBar).toBeGreaterThan(Number(await page.evaluate(countPixels("slower"))) + 40);
    } finally {
      site = before;
      await ranged.close();
    }
  });

  test("lists its transitions and confirmed changes in words, newest first", async () => {
    const page = await open("#/benchmark/sort", { width: 400 });
    expect(await page.locator(".events li").allInnerTexts()).toEqual([
      expect.stringMatching(/2026-01-31\s+confirmed: slower, \+10\.00 % ± 0\.50 % at 5{8}0000 Change number 30$/),
      expect.stringMatching(/2026-01-21\s+Python 3\.12\.1 → 3\.13\.5 \(× 0\.5000 ± 0\.46 %\) from f{8}0000 Change number 20$/),
    ]);
  });

  test("what was pointed at stays when the pointer goes, so that its link can be followed", async () => {
    const page = await open("#/benchmark/sort");
    await drawn(page);
    await pointAt(page, 0);
    const link = page.locator(".readout a");
    await link.hover();
    expect(await link.getAttribute("href")).toBe(`https://example.org/lang/commit/${idOf(0)}`);
  });

  test("has exact labels on its axes, and the day of the last revision", async () => {
    // Over about 2 ms the axis steps by a quarter of one.
    const sessions = Array.from({ length: 40 }, (_, number) =>
      session(number, { sort: { compiled: measured(0.0028 + (number % 9) * 0.0002) } }, { serial: number }),
    );
    const before = site;
    site = await makeSite({ ...story, sessions, decisions: [], scalingFiles: [] });
    try {
      const page = await open("#/benchmark/sort");
      await drawn(page);
      await page.evaluate(`{
        globalThis.texts = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
          globalThis.texts.push(text);
          return fillText.call(this, text, ...rest);
        };
      }`);
      await page.getByText("as measured", { exact: true }).click();
      await page.waitForFunction("globalThis.texts.some((text) => text.endsWith('ms'))");
      const texts = await page.evaluate<string[]>("globalThis.texts");
      expect(texts).toContain(revision(39).committed.slice(0, 10));
      const labels = [...new Set(texts.filter((text) => /^[\d.]+ ms$/.test(text)))]
        .map((text) => Number.parseFloat(text))
        .sort((a, b) => a - b);
      const steps = labels.slice(1).map((label, index) => label - (labels[index] ?? 0));
      expect(steps.length).toBeGreaterThan(1);
      for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 9);
    } finally {
      await site.close();
      site = before;
    }
  });

  test("that is not there says so", async () => {
    const page = await open("#/benchmark/%3Cb%3Egone");
    expect(await page.getByRole("alert").innerText()).toBe("Unknown benchmark <b>gone.");
  });
});

describe("a comparison", () => {
  test("of two revisions: ratios, their mean, what has none; the address is shared", async () => {
    const page = await open(`#/compare/revisions?a=${idOf(5)}&b=${idOf(39)}`);
    await page.locator(".forest tbody tr").first().waitFor();
    expect(await page.locator(".forest tbody tr").allInnerTexts()).toEqual([
      expect.stringMatching(/^sort\s+\+10\.00 % ± 0\.5\d % \(confirmed: \+10\.00 % ± 0\.50 %\)$/),
    ]);
    // The word has the colour: the ratio of two sessions has none.
    expect(await page.locator(".forest tbody .slower").allInnerTexts()).toEqual(["confirmed: +10.00 % ± 0.50 %"]);
    expect(await page.locator(".comparison strong").innerText()).toMatch(/^\+10\.00 % ± 0\.5\d %$/);
    expect(await page.locator(".comparison").innerText()).toContain("tree (not measured at the first revision)");
    await page.getByLabel("before").fill(idOf(31));
    await page.getByLabel("before").press("Tab");
    await page.getByText("0.00 % ± ").first().waitFor();
    expect(page.url()).toContain(`a=${idOf(31)}`);
    expect(await page.locator(".forest tbody .slower, .forest tbody .faster").count()).toBe(0);
    await page.getByLabel("before").fill(idOf(39));
    await page.getByLabel("before").press("Tab");
    await page.getByText("Both sides are the same revision: choose another one.").waitFor();
    expect(await page.locator(".forest").count()).toBe(0);
    await page.getByLabel("before").fill("nothing");
    await page.getByLabel("before").press("Tab");
    await page.getByText("Unknown revision: nothing.").waitFor();
  });

  test("loads the years that hold the two revisions, and no other", async () => {
    const history = Array.from({ length: 12 }, (_, number) => revision(number, number * 150));
    const sessions = history.map((_, number) =>
      session(number, { sort: { compiled: measured(0.01 + number / 1000) } }, { serial: number }),
    );
    const years = await makeSite({ history, sessions, now: revision(12, 12 * 150).committed });
    const before = site;
    site = years;
    try {
      const page = await open();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url().replace(/^.*\/data\//, "")));
      const loadedBy = async (hash: string): Promise<string[]> => {
        asked.length = 0;
        await page.goto("about:blank");
        await page.goto(`${years.file}${hash}`);
        await page.locator(".forest, .sides [role=alert]:not(:empty)").waitFor();
        return asked
          .map((name) => name.replace(/^hosts\/host\//, ""))
          .filter((name) => /^(points|revisions)/.test(name))
          .sort();
      };
      // Revisions 8 and 11 are of April 2029 and July 2030.
      expect(await loadedBy(`#/compare/revisions?a=${idOf(11)}&b=${idOf(8)}`)).toEqual([
        "points/2029/sort.js",
        "points/2030/sort.js",
        "revisions/2029.js",
        "revisions/2030.js",
      ]);
      expect(await page.locator(".forest tbody tr").innerText()).toMatch(/^sort\s+−14\./);
      expect(await loadedBy("#/compare/environments")).toEqual([]);
    } finally {
      site = before;
      await years.close();
    }
  });

  test("of two environments: the factors of the bridge", async () => {
    const page = await open("#/compare/environments");
    await page.locator(".forest tbody tr").first().waitFor();
    expect(await page.locator(".forest tbody tr").allInnerTexts()).toEqual([expect.stringMatching(/^sort\s+−50\.00 % ± 0\.\d+ % \(.*\)$/)]);
    await page.getByLabel("before").selectOption("e1");
    await page.getByText("Both sides are the same environment: choose another one.").waitFor();
    expect(await page.locator(".forest").count()).toBe(0);
  });
});

describe.each([1280, 400])("several hosts, %i pixels wide", (width) => {
  let both: Site;
  let before: Site;
  beforeAll(async () => {
    both = await makeSite(twoHosts, ([host, ...others]) => [
      ...(host ? [{ ...host, currentEnvironment: "e2", paused: "paused: <moving>" }] : []),
      ...others,
    ]);
    before = site;
    site = both;
  });
  afterAll(async () => {
    site = before;
    await both?.close();
  });

  test("the overview shows each benchmark once and says whose value it is; the field chooses a host, and the address keeps it", async () => {
    const page = await open("", { width });
    expect(await page.locator("footer").innerText()).toContain("Measured by slow, fast, as of");
    const cards = async () => (await page.locator(".card").allInnerTexts()).map((text) => text.replace(/\s+/g, " ")).sort();
    expect(await cards()).toEqual([
      expect.stringMatching(/^sort main · slow .*23\.000 ± /),
      expect.stringMatching(/^tree micro · fast .*3\.0000 ± /),
    ]);
    expect((await page.locator(".states .warns").allInnerTexts()).join("\n")).toContain("paused: <moving>");
    await page.getByRole("searchbox").fill("sort");
    await field(page).focus();
    await field(page).selectOption("fast");
    await page.waitForFunction("location.hash.includes('host=fast')");
    await page.locator(".card", { hasText: "fast" }).first().waitFor();
    expect(await cards()).toEqual([expect.stringMatching(/^sort main · fast .*10\.000 ± /)]);
    expect(await page.locator(".state").innerText()).toMatch(/server\s+fast/);
    // Who chooses by keys goes on where he is.
    expect(await page.evaluate("document.activeElement?.tagName")).toBe("SELECT");
    await page.reload();
    expect(await field(page).inputValue()).toBe("fast");
    await page.locator(".card").first().click();
    await drawn(page);
    expect(page.url()).toContain("#/benchmark/sort?host=fast");
    expect(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  });

  test("a benchmark has a line for each host, the one with the most recent session first", async () => {
    const page = await open("#/benchmark/sort", { width });
    await drawn(page);
    expect(await field(page).locator("option").allInnerTexts()).toEqual(["slow", "fast"]);
    await pointAt(page, 1);
    expect(await readout(page)).toContain("23.000 ± ");
    await page.getByText("as measured", { exact: true }).click();
    await field(page).selectOption("fast");
    await page.waitForFunction("location.hash.includes('host=fast')");
    await page.locator(".sentences", { hasText: "10.000 ± " }).waitFor();
    await drawn(page);
    await pointAt(page, 1);
    expect(await readout(page)).toContain("10.000 ± ");
    expect(page.url()).toContain("view=raw");
    expect(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  });

  test("revisions are compared on the host of each benchmark or on one, environments on one", async () => {
    const page = await open(`#/compare/revisions?a=${idOf(0)}&b=${idOf(3)}`, { width });
    await page.locator(".forest tbody tr").first().waitFor();
    expect(await field(page).inputValue()).toBe("");
    expect((await page.locator(".forest tbody tr").allInnerTexts()).sort()).toEqual([
      expect.stringMatching(/^sort\s+\+15\.00 %/),
      expect.stringMatching(/^tree\s+.?0\.00 %/),
    ]);
    await field(page).selectOption("fast");
    await page.locator(".forest tbody tr", { hasText: "sort" }).filter({ hasText: "0.00 %" }).waitFor();
    await page.goto(`${site.file}#/compare/environments`);
    await page.getByLabel("before").waitFor();
    expect(await field(page).locator("option").allInnerTexts()).toEqual(["slow", "fast"]);
    expect(await page.getByLabel("before").locator("option").allInnerTexts()).toEqual([expect.stringContaining("Slow 1000")]);
  });
});

test.each([1280, 400])("long names are there whole, in the overview and in comparisons, %i pixels wide", async (width) => {
  const name = "a_benchmark_with_a_name_and_parameters_that_nobody_has_room_for.".repeat(3);
  const named = await makeSite({
    history: [revision(0), revision(1)],
    benchmarks: [{ name, group: "main", variants: ["compiled"], workload: "w1" }],
    sessions: [0, 1].map((number) => session(number, { [name]: { compiled: measured(0.01) } }, { serial: number })),
    now: revision(2).committed,
  });
  const before = site;
  site = named;
  try {
    const page = await open("", { width });
    for (const [hash, place] of [
      ["#/", ".card .name"],
      [`#/benchmark/${encodeURIComponent(name)}`, "h2"],
      [`#/compare/revisions?a=${idOf(0)}&b=${idOf(1)}`, ".forest tbody td"],
    ] as const) {
      await page.goto(`${named.file}${hash}`);
      const shown = page.locator(place).first();
      await shown.waitFor();
      expect(await shown.innerText()).toBe(name);
      const cut = await page.evaluate(`(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("${place}"))`);
      expect(cut).toBeLessThanOrEqual(0);
      expect(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    }
  } finally {
    site = before;
    await named.close();
  }
});

test("one host alone has no field to choose it by", async () => {
  for (const hash of ["", "#/benchmark/sort", "#/compare/revisions"]) {
    const page = await open(hash);
    await page.locator(".tools").waitFor();
    expect(await page.getByLabel("Host").count()).toBe(0);
    await context?.close();
  }
});

async function middleOf(page: Page, share: number): Promise<[number, number]> {
  const box = await page.locator(".u-over").first().boundingBox();
  if (!box) throw new Error("no chart");
  return [box.x + share * (box.width - 1), box.y + box.height / 2];
}

/** Pixels of the first chart in a colour of the style. */
function countPixels(name: string): string {
  return `(() => {
    const canvas = document.querySelector(".panel canvas");
    const [r, g, b] = getComputedStyle(document.documentElement).getPropertyValue("--${name}").trim().match(/[0-9a-f]{2}/g).map((pair) => parseInt(pair, 16));
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] === r && data[at + 1] === g && data[at + 2] === b) count++;
    return count;
  })()`;
}
