import type { Revision } from "../model.ts";
import { markdownText, shortened } from "../text/escape.ts";
import { commitLink, revisionText } from "./links.ts";
import type { Target } from "./links.ts";

/** Formats of names, revisions and links in sentences: Markdown or plain text. */
export interface Prose {
  /** Untrusted text: names, titles, messages. */
  text: (untrusted: string) => string;
  commit: (id: string) => string;
  /** The commit and its title. */
  revision: (revision: Revision) => string;
  /** Words that link to the page of environments. */
  environments: (words: string) => string;
  /** Ids and code. */
  code: (id: string) => string;
}

export function markdownProse(target: Target): Prose {
  return {
    text: markdownText,
    commit: (id) => commitLink(id, target),
    revision: (revision) => revisionText(revision, target),
    environments: (words) => `[${words}](reports/environments.md)`,
    code: (id) => `\`${id}\``,
  };
}

/** Plain text without escaping. It must be shown as text, not as HTML or Markdown. */
export const plainProse: Prose = {
  text: (untrusted) => untrusted,
  commit: (id) => id.slice(0, 12),
  revision: ({ id, title }) => `${id.slice(0, 12)} ${shortened(title, 72)}`.trim(),
  environments: (words) => words,
  code: (id) => id,
};
