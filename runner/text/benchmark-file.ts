import { createHash } from "node:crypto";

/** File name of what is a benchmark's own, without extension: its name, made harmless where it could leave the folder. */
export function benchmarkFile(name: string): string {
  if (/^\w[\w.-]{0,99}$/.test(name)) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name
    .replace(/[^\w.-]+/g, "-")
    .replace(/^\W+/, "")
    .slice(0, 80)}-${hash}`.replace(/^-/, "benchmark-");
}
