import { describe, expect, test } from "vitest";
import { addressMistake, readRepositoryUrl, repositoryMistake } from "../../config/repository-url.ts";

describe("the three forms are parsed", () => {
  test.each([
    ["https://github.com/python/mypy", { transport: "https", host: "github.com", path: "python/mypy" }],
    ["https://git.example.org:8443/a/b.git", { transport: "https", host: "git.example.org", port: 8443, path: "a/b.git" }],
    [
      "ssh://git@127.0.0.5:2222/home/git/mypy.git",
      { transport: "ssh", user: "git", host: "127.0.0.5", port: 2222, path: "/home/git/mypy.git" },
    ],
    ["ssh://git@github.com/a/b", { transport: "ssh", user: "git", host: "github.com", path: "/a/b" }],
    ["git@github.com:mypyc/results.git", { transport: "ssh", user: "git", host: "github.com", path: "mypyc/results.git" }],
    ["bench@git.example.org:~/results", { transport: "ssh", user: "bench", host: "git.example.org", path: "~/results" }],
  ])("%s", (url, parts) => {
    expect(readRepositoryUrl(url)).toEqual(parts);
  });
});

describe("everything else is rejected, with a hint", () => {
  test.each([
    ["", "git@HOST:PATH"],
    ["https://github.com/a b", "without blanks"],
    ["https://github.com/a\nb", "without blanks"],
    ["-u/tmp/x", "git@HOST:PATH"],
    ["--upload-pack=touch", "git@HOST:PATH"],
    ["ext::sh -c touch", "without blanks"],
    ["ext::sh", "git@HOST:PATH"],
    ["file:///srv/mypy", "git@HOST:PATH"],
    ["/srv/mypy", "git@HOST:PATH"],
    ["./mypy", "git@HOST:PATH"],
    ["mypy", "git@HOST:PATH"],
    ["~/mypy", "git@HOST:PATH"],
    ["http://github.com/python/mypy", "write https://github.com/python/mypy"],
    ["git://github.com/python/mypy", "write https://github.com/python/mypy"],
    ["ftp://github.com/python/mypy", "https://HOST/PATH"],
    ["https://github.com", "write https://github.com/OWNER/NAME.git"],
    ["https://github.com/", "write https://github.com/OWNER/NAME.git"],
    ["https:///python/mypy", "https://HOST/PATH"],
    ["https://bench:secret@github.com/a/b", "deploy key"],
    ["https://github.com/a/b?token=1", "letters, digits"],
    ["https://github.com:99999/a/b", "https://HOST/PATH"],
    ["ssh://github.com/a/b", "write ssh://git@github.com/a/b"],
    ["ssh://git@github.com", "write ssh://git@github.com/OWNER/NAME.git"],
    ["ssh://git@github.com:python/mypy", "write ssh://git@github.com/PATH, or git@github.com:PATH"],
    ["ssh://git@-oProxyCommand=x/a", "ssh://git@HOST/PATH"],
    ["ssh://-l@github.com/a", "ssh://git@HOST/PATH"],
    ["git@github.com/python/mypy", "write git@github.com:python/mypy"],
    ["git@github.com:", "write git@github.com:OWNER/NAME.git"],
    ["git@github.com", "write git@github.com:OWNER/NAME.git"],
    ["git@github.com:-x", "git@HOST:PATH"],
    ["git@github.com:a;reboot", "letters, digits"],
    ["github.com/python/mypy", "write https://github.com/python/mypy or git@github.com:python/mypy"],
  ])("%j", (url, hint) => {
    expect(repositoryMistake(url)?.hint).toContain(hint);
  });

  test("and a password is not repeated in the message", () => {
    expect(JSON.stringify(repositoryMistake("https://bench:secret@github.com/a/b"))).not.toContain("secret");
  });
});

describe("an address", () => {
  test.each(["bench.example.org", "bench1", "203.0.113.10", "127.0.0.2", "2001:db8::1", "xn--bcher-kva.example"])(
    "%s is one",
    (address) => {
      expect(addressMistake(address)).toBeUndefined();
    },
  );
  test.each(["", "a b", "root@bench", "bench:22", "-oProxyCommand=x", "bench_1", "1.2.3", "1.2.3.400", "a..b", "https://a"])(
    "%j is none",
    (address) => {
      expect(addressMistake(address)).toBeDefined();
    },
  );
});
