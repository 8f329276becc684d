import { readRepositoryUrl } from "./repository-url.ts";

/** Pages on which a repository takes deploy keys, by the server's name. `PATH` stands for the repository. */
const pages: Readonly<Record<string, string>> = {
  "github.com": "https://github.com/PATH/settings/keys/new",
  "gitlab.com": "https://gitlab.com/PATH/-/settings/repository",
  "codeberg.org": "https://codeberg.org/PATH/settings/keys",
  "bitbucket.org": "https://bitbucket.org/PATH/admin/access-keys/",
};

/** Returns the page on which a repository takes a deploy key; the repository itself where the server is not a known one. */
export function keyPageOf(url: string): string {
  const read = readRepositoryUrl(url);
  if ("message" in read) return url;
  const page = Object.hasOwn(pages, read.host) ? pages[read.host] : undefined;
  return page?.replace("PATH", read.path.replace(/^\/+/, "").replace(/\.git$/, "")) ?? url;
}
