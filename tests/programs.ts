import { needPrograms } from "../lab/machine.ts";

/** What measuring needs on this machine; where it cannot be installed, the suites say what is missing. */
export default async function setup(): Promise<void> {
  if (process.getuid?.() === 0) await needPrograms(["bwrap"], (line) => console.warn(line));
}
