import { existsSync } from "node:fs";

/** Whether throwaway hosts can be had here. Where not, it says so once a file; under CI that is a failure. */
export const inLab = isHere();

function isHere(): boolean {
  const missing = whatIsMissing();
  if (missing === undefined) return true;
  if (process.env["CI"] === "true") throw new Error(`the lab cannot run here: ${missing}`);
  console.warn(`lab tests are left out: ${missing}`);
  return false;
}

function whatIsMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "it needs root";
  // What else is missing, the lab installs by apt.
  if (!existsSync("/usr/bin/systemd-nspawn") && !existsSync("/usr/bin/apt-get")) return "there is no systemd-nspawn";
  return undefined;
}
