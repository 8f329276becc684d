import { useLargePages } from "../../lab/large-pages.ts";
import { prepareLab } from "../../lab/prepare.ts";
import { inLab } from "./in-lab.ts";

/** Runs once, before tests make hosts side by side. Returns the clean-up. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!inLab) return undefined;
  const restorePages = await useLargePages(log);
  await prepareLab(log);
  return restorePages;
}

function log(line: string): void {
  console.warn(line);
}
