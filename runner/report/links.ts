import { createHash } from "node:crypto";
import type { Revision } from "../model.ts";
import { markdownText, shortened } from "./escape.ts";

/** The measured project, and its web address where it has one. */
export interface Target {
  name: string;
  web?: string | undefined;
}

/** `[abc1234def56](…/commit/…)`, without the link where the target has no web address. */
export function commitLink(id: string, target: Target): string {
  const short = `\`${id.slice(0, 12)}\``;
  return target.web ? `[${short}](${target.web.replace(/\/+$/, "")}/commit/${id})` : short;
}

/** The commit and its title. */
export function revisionText(revision: Revision, target: Target): string {
  const title = markdownText(shortened(revision.title, 72));
  return title ? `${commitLink(revision.id, target)} ${title}` : commitLink(revision.id, target);
}

/** File name of a benchmark's page, without extension: its name, made harmless where it could leave the folder. */
export function benchmarkFile(name: string): string {
  if (/^\w[\w.-]{0,99}$/.test(name)) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name
    .replace(/[^\w.-]+/g, "-")
    .replace(/^\W+/, "")
    .slice(0, 80)}-${hash}`.replace(/^-/, "benchmark-");
}
