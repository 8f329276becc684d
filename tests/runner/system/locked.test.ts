import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isLocked } from "../../../runner/system/locked.ts";

test("a lock is seen while it is held, on that very file, without being taken", async () => {
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-locked-"));
  const [held, free] = [join(folder, "held"), join(folder, "free")];
  await Promise.all([writeFile(held, ""), writeFile(free, "")]);
  expect(await isLocked(held)).toBe(false);

  const holder = spawn("flock", ["-n", held, "sh", "-c", "echo held; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  expect(await Promise.all([isLocked(held), isLocked(free), isLocked(join(folder, "missing"))])).toEqual([true, false, false]);

  holder.stdin.end();
  await once(holder, "close");
  expect(await isLocked(held)).toBe(false);
  await rm(folder, { recursive: true });
});
