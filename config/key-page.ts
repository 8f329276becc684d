import { readRepositoryUrl } from "./repository-url.ts";

/** Addresses of the pages for deploy keys, by server. `PATH` is the repository's path. */
const pages: Readonly<Record<string, string>> = {
  "github.com": "https://github.com/PATH/settings/keys/new",
  "gitlab.com": "https://gitlab.com/PATH/-/settings/repository",
  "codeberg.org": "https://codeberg.org/PATH/settings/keys",
  "bitbucket.org": "https://bitbucket.org/PATH/admin/access-keys/",
};

/** Returns the address of a repository's page for deploy keys, or the repository's URL if its server is unknown. */
export function keyPageOf(url: string): string {
  const read = readRepositoryUrl(url);
  if ("message" in read) return url;
  const page = Object.hasOwn(pages, read.host) ? pages[read.host] : undefined;
  return page?.replace("PATH", read.path.replace(/^\/+/, "").replace(/\.git$/, "")) ?? url;
}
