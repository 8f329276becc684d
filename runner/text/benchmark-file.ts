import { sha256Of } from "./sha256.ts";

/** Returns the file name of a benchmark's files, without extension: its name, made safe if it could lead out of the folder. */
export function benchmarkFile(name: string): string {
  if (/^\w[\w.-]{0,99}$/.test(name)) return name;
  const hash = sha256Of(name, 8);
  return `${name
    .replace(/[^\w.-]+/g, "-")
    .replace(/^\W+/, "")
    .slice(0, 80)}-${hash}`.replace(/^-/, "benchmark-");
}
