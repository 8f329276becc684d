import { expect, test } from "vitest";
import { inRelease } from "../../../../runner/resources/os/apt-sources.ts";

test("every suite of the release is renamed in lines, and nothing else", () => {
  const before = `# deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm main contrib
deb [arch=amd64 signed-by=/etc/apt/keyrings/bookworm.gpg] https://mirror.invalid/bookworm bookworm-updates main
deb-src  http://security.debian.org/debian-security\tbookworm-security main
deb http://deb.debian.org/debian bookworm/updates bookworm
deb https://packages.invalid/apt tool-bookworm main
deb https://packages.invalid/apt bookwormish main
`;
  const { text, suites } = inRelease(before, ".list", "bookworm", "trixie");
  expect(text).toBe(`# deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian trixie main contrib
deb [arch=amd64 signed-by=/etc/apt/keyrings/bookworm.gpg] https://mirror.invalid/bookworm trixie-updates main
deb-src  http://security.debian.org/debian-security\ttrixie-security main
deb http://deb.debian.org/debian trixie/updates bookworm
deb https://packages.invalid/apt tool-bookworm main
deb https://packages.invalid/apt bookwormish main
`);
  expect(suites).toEqual(["trixie", "trixie-updates", "trixie-security", "trixie/updates", "tool-bookworm", "bookwormish"]);
});

test("and in stanzas, on lines that continue one too", () => {
  const before = `Types: deb
# bookworm
URIs: http://deb.debian.org/debian/bookworm
suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/bookworm.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites:
 bookworm-security
# in between
\tbookworm-backports
Components: bookworm
`;
  const { text, suites } = inRelease(before, ".sources", "bookworm", "trixie");
  expect(text).toBe(
    before
      .replace("suites: bookworm bookworm-updates", "suites: trixie trixie-updates")
      .replace(" bookworm-security", " trixie-security")
      .replace("\tbookworm-backports", "\ttrixie-backports"),
  );
  expect(suites).toEqual(["trixie", "trixie-updates", "trixie-security", "trixie-backports"]);
});

test("renaming again changes nothing, and tells the same suites", () => {
  const once = inRelease("deb http://deb.debian.org/debian bookworm main\n", ".list", "bookworm", "trixie");
  expect(inRelease(once.text, ".list", "bookworm", "trixie")).toEqual(once);
});
