import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as z from "zod";
import type { hostReportSchema } from "../review/host-report.ts";
import type { Look } from "./look.ts";

/** The folder that reports are to be written to, where a review is wanted: the tool that starts Pulumi names it. */
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
