import { expect, test } from "vitest";
import { keyPageOf } from "../../config/key-page.ts";

test.each([
  ["git@github.com:owner/name.git", "https://github.com/owner/name/settings/keys/new"],
  ["ssh://git@github.com/owner/name", "https://github.com/owner/name/settings/keys/new"],
  ["git@gitlab.com:group/part/name.git", "https://gitlab.com/group/part/name/-/settings/repository"],
  ["git@codeberg.org:owner/name.git", "https://codeberg.org/owner/name/settings/keys"],
  ["git@bitbucket.org:owner/name.git", "https://bitbucket.org/owner/name/admin/access-keys/"],
  ["ssh://git@git.example.org:2222/srv/name.git", "ssh://git@git.example.org:2222/srv/name.git"],
])("%s has its deploy keys at %s", (url, page) => {
  expect(keyPageOf(url)).toBe(page);
});
