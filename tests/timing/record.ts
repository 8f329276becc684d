import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { hostCosts } from "../../lab/costs.ts";
import { costsFolderVariable, recordOf, type FileCosts } from "./costs.ts";

// Runs before each test file: what the file costs is written when its last test has ended.
const folder = process.env[costsFolderVariable];
const started = performance.now();
const processorBefore = processorSeconds();

if (folder !== undefined) {
  afterAll(() => {
    const { name, file } = recordOf(expect.getState().testPath ?? "");
    const { stoppedProcessor, ...hosts } = hostCosts();
    const processor = Math.max(0, processorSeconds() - processorBefore - stoppedProcessor);
    const costs: FileCosts = { file, wall: (performance.now() - started) / 1000, processor, hosts };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), JSON.stringify(costs));
  });
}

/** Returns the processor seconds of this process and, on Linux, of the children it has waited for. */
function processorSeconds(): number {
  try {
    // After the name in parentheses: utime, stime, cutime and cstime of proc(5), in ticks of 10 ms.
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / 100;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}
