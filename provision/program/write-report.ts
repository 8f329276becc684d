import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as z from "zod";
import type { hostReportSchema } from "../review/host-report.ts";
import type { Look } from "./look.ts";

/** Folder for reports. The tool that starts Pulumi sets it if it wants a review. */
export const reviewFolder = process.env["EVENKEEL_REVIEW"];

export async function writeReport(folder: string, look: Look): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${look.host.name}.json`), JSON.stringify(reportOf(look)));
}

function reportOf({ host: { name }, state, preflight }: Look): z.input<typeof hostReportSchema> {
  if (state === "skipped") return { host: name, skipped: true };
  if (!state.bare) return { host: name, measuring: state.measuring, work: state.work, review: state.review, preflight };
  const { os, provisioned, packages } = state;
  return { host: name, bare: { os, provisioned, packages }, preflight };
}
