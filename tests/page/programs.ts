import { needPrograms } from "../../lab/machine.ts";

/** The browser that the page is tested in; where it cannot be installed, the suite says what is missing. */
export default async function setup(): Promise<void> {
  if (process.getuid?.() === 0) await needPrograms(["chromium"], (line) => console.warn(line));
}
