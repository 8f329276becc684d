import type { Revision } from "../model.ts";
import { markdownText, shortened } from "../text/escape.ts";

/** The measured project, with its web address if it has one. */
export interface Target {
  name: string;
  web?: string | undefined;
}

/** Returns `[abc1234def56](…/commit/…)`, without the link if the target has no web address. */
export function commitLink(id: string, target: Target): string {
  const short = `\`${id.slice(0, 12)}\``;
  return target.web ? `[${short}](${commitUrl(id, target.web)})` : short;
}

export function commitUrl(id: string, web: string): string {
  return `${linkTarget(web).replace(/\/+$/, "")}/commit/${id}`;
}

/** Returns a web address escaped as the target of a Markdown link. The address is untrusted: any host can set it. */
export function linkTarget(web: string): string {
  return web.replace(/[()<>[\]|\\`"'\s]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Returns the commit and its title. */
export function revisionText(revision: Revision, target: Target): string {
  const title = markdownText(shortened(revision.title, 72));
  return title ? `${commitLink(revision.id, target)} ${title}` : commitLink(revision.id, target);
}

/** Returns the commit's title as a link; its id if it has no title. */
export function titleLink(revision: Revision, target: Target): string {
  const title = markdownText(shortened(revision.title, 72));
  if (!title || !target.web) return revisionText(revision, target);
  return `[${title}](${commitUrl(revision.id, target.web)})`;
}
