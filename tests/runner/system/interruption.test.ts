import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { forgetInterruption, isInterruptionWanted } from "../../../runner/system/interruption.ts";

test("an up's wish to interrupt holds until it is forgotten, and not for an up of another hour", async () => {
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-interruption-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "interrupt");
  const now = Date.parse("2026-11-20T10:00:00Z");
  expect(await isInterruptionWanted(now, path)).toBe(false);
  await writeFile(path, "");
  const written = async (minutesAgo: number) => utimes(path, now / 1000, now / 1000 - minutesAgo * 60);
  await written(14);
  expect(await isInterruptionWanted(now, path)).toBe(true);
  await written(16);
  expect(await isInterruptionWanted(now, path)).toBe(false);
  await written(1);
  await forgetInterruption(path);
  expect(await isInterruptionWanted(now, path)).toBe(false);
});
