import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { useLargePages } from "../../lab/large-pages.ts";
import { silent } from "../../lab/progress.ts";

async function kernelSettings(settings: Record<string, string>): Promise<{ folder: string; settingOf: (size: string) => Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), "large-pages-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const fileOf = (size: string) => join(folder, `hugepages-${size}`, "enabled");
  for (const [size, setting] of Object.entries(settings)) {
    await mkdir(dirname(fileOf(size)));
    await writeFile(fileOf(size), setting);
  }
  return { folder, settingOf: (size) => readFile(fileOf(size), "utf8") };
}

test("large pages are used during a run; afterwards each size is set as before", async () => {
  const { folder, settingOf } = await kernelSettings({
    "32kB": "always inherit [madvise] never\n",
    "64kB": "[always] inherit madvise never\n",
    "2048kB": "always [inherit] madvise never\n",
  });
  const restore = await useLargePages(silent, folder);
  expect(await settingOf("32kB")).toBe("always");
  await restore();
  expect(await settingOf("32kB")).toBe("madvise");
  expect(await settingOf("64kB")).toBe("[always] inherit madvise never\n");
  expect(await settingOf("2048kB")).toBe("always [inherit] madvise never\n");
});

test("a kernel without them is left alone, and the run says so", async () => {
  const { folder } = await kernelSettings({});
  const said: string[] = [];
  const restore = await useLargePages((line) => said.push(line), folder);
  await expect(restore()).resolves.toBeUndefined();
  expect(said).toEqual(["large pages are not used: this kernel has none"]);
});
