import { chromium, type Browser } from "playwright-core";
import { needPrograms } from "./machine.ts";
import type { Log } from "./progress.ts";
import { shell } from "./shell.ts";

/** Debian's own Chromium, without a window. It is installed where it is missing. */
export async function openBrowser(log: Log): Promise<Browser> {
  await needPrograms(["chromium"], log);
  const path = (await shell`command -v chromium`).stdout.trim();
  // Chromium's own sandbox refuses root; what it opens here is our own page.
  return chromium.launch({ executablePath: path, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}
