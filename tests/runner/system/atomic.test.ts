import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeHalves, temporaryBeside, writeAtomically } from "../../../runner/system/atomic.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evenkeel-atomic-"));
});
afterEach(() => rm(folder, { recursive: true }));

const atomic = join(import.meta.dirname, "../../../runner/system/atomic.ts");
/** A writer that is in the middle of a file. */
const writing = `
import { writeFileSync } from "node:fs";
import { temporaryBeside } from ${JSON.stringify(atomic)};
writeFileSync(temporaryBeside(process.argv[1]), "half");
console.log("written");
setInterval(() => {}, 1000);
`;

test("what a killed writer left half-made goes; what one at work is making, and all else, stays", async () => {
  const writer = spawn(process.execPath, ["--input-type=module", "-e", writing, join(folder, "killed")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(writer.stdout, "data");
  const atWork = temporaryBeside(join(folder, "at-work"));
  await writeFile(atWork, "half");
  await writeAtomically(join(folder, "whole"), "whole");
  await writeFile(join(folder, ".somebody-else.tmp"), "");
  await removeHalves(folder);
  expect(await readdir(folder)).toHaveLength(4);

  writer.kill("SIGKILL");
  await once(writer, "exit");
  await removeHalves(folder);
  expect((await readdir(folder)).map((name) => join(folder, name)).sort()).toEqual(
    [atWork, join(folder, ".somebody-else.tmp"), join(folder, "whole")].sort(),
  );
  expect(await readFile(join(folder, "whole"), "utf8")).toBe("whole");
});

test("a folder that is not there holds nothing half-made", async () => {
  await expect(removeHalves(join(folder, "missing"))).resolves.toBeUndefined();
});
