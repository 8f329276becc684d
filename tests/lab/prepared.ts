import { useLargePages } from "../../lab/large-pages.ts";
import { prepareLab } from "../../lab/prepare.ts";
import { inLab } from "./in-lab.ts";

/** Runs once, before tests make hosts side by side. Returns the clean-up. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!inLab) return undefined;
  const restorePages = await useLargePages();
  await prepareLab((line) => console.warn(line));
  return restorePages;
}
