import type { Revision } from "../model.ts";
import { markdownText, shortened } from "../text/escape.ts";
import { commitLink, revisionText } from "./links.ts";
import type { Target } from "./links.ts";

/** How sentences write what is not their own: for Markdown with links, or as plain text. */
export interface Prose {
  /** Text of others: names, titles, messages. */
  text: (untrusted: string) => string;
  commit: (id: string) => string;
  /** The commit and its title. */
  revision: (revision: Revision) => string;
  /** Words that lead to the page of environments. */
  environments: (words: string) => string;
  /** Words that are data: an id. */
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

/** Not escaped: whoever shows it sets it as text. */
export const plainProse: Prose = {
  text: (untrusted) => untrusted,
  commit: (id) => id.slice(0, 12),
  revision: ({ id, title }) => `${id.slice(0, 12)} ${shortened(title, 72)}`.trim(),
  environments: (words) => words,
  code: (id) => id,
};
