import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silent, type Log } from "./progress.ts";

/** Sizes of page that programs may have besides 4 KiB. The kernel (6.8 and later) finds such pages without moving others, unlike those of 2 MiB. */
const sizes = ["32kB", "64kB"];

/**
 * Lets all programs of this machine have pages of 32 and 64 KiB. A test run starts hundreds of thousands of processes, and each page that a
 * process touches first interrupts it. Where the kernel or this account cannot, says so and does nothing: tests take longer.
 * @param folder the kernel's settings; a test folder in tests.
 * @returns a function that restores the former settings.
 */
export async function useLargePages(log: Log = silent, folder = "/sys/kernel/mm/transparent_hugepage"): Promise<() => Promise<void>> {
  const files = sizes.map((size) => join(folder, `hugepages-${size}`, "enabled"));
  const former = await Promise.all(files.map(async (file) => ({ file, choice: await chosenIn(file) })));
  if (former.some(({ choice }) => choice === undefined)) log("large pages are not used: this kernel has none");
  const changed = former.filter(({ choice }) => choice !== undefined && choice !== "always");
  const choose = (file: string, choice: string) =>
    writeFile(file, choice).catch((error: unknown) => log(`large pages are not as they should be: ${String(error)}`));
  await Promise.all(changed.map(({ file }) => choose(file, "always")));
  return async () => {
    await Promise.all(changed.map(({ file, choice = "never" }) => choose(file, choice)));
  };
}

/** Returns the choice in brackets of `always inherit madvise [never]`; undefined without such a file. */
async function chosenIn(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /\[(\w+)\]/.exec(text)?.[1];
}
