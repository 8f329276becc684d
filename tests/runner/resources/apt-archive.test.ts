import { expect, test } from "vitest";
import { providedIn, versionsIn } from "../../../runner/resources/apt-archive.ts";

test("the versions of several packages are read from one answer, whichever archives have them", () => {
  const madison = `       gcc | 4:12.2.0-3 | http://deb.debian.org/debian bookworm/main amd64 Packages
       git | 1:2.39.5-0+deb12u3 | http://deb.debian.org/debian bookworm/main amd64 Packages
       git | 1:2.39.5-0+deb12u2 | http://deb.debian.org/debian-security bookworm-security/main amd64 Packages
libc6:i386 | 2.36-9 | http://deb.debian.org/debian bookworm/main i386 Packages
`;
  expect(versionsIn(madison)).toEqual(
    new Map([
      ["gcc", new Set(["4:12.2.0-3"])],
      ["git", new Set(["1:2.39.5-0+deb12u3", "1:2.39.5-0+deb12u2"])],
      ["libc6", new Set(["2.36-9"])],
    ]),
  );
  expect(versionsIn("")).toEqual(new Map());
});

test("a name that others provide is told from one that is only known because others depend on it", () => {
  const showpkg = `Package: mail-transport-agent
Versions: 

Reverse Depends: 
  mutt,mail-transport-agent
Dependencies: 
Provides: 
Reverse Provides: 
postfix 3.7.11-0+deb12u1 (= )
Package: gone-for-ever
Versions: 

Reverse Depends: 
  old,gone-for-ever
Dependencies: 
Provides: 
Reverse Provides: 
`;
  expect(providedIn(showpkg)).toEqual(new Set(["mail-transport-agent"]));
  expect(providedIn("")).toEqual(new Set());
});
