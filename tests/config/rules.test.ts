import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import * as rules from "../../config/rules.ts";

const names = [
  "main",
  "release/1.0",
  "v1.2.3",
  "0123456789abcdef0123456789abcdef01234567",
  "a.b-c_d+e",
  "ümlaut",
  "a@b",
  "@",
  "a@{1}",
  "a..b",
  "a b",
  "a~1",
  "a^",
  "a:b",
  "a?",
  "a*",
  "a[b",
  "a\\b",
  "a\u0001b",
  "/a",
  "a/",
  "a//b",
  ".a",
  "a/.b",
  "a.",
  "a.lock",
  "a.lock/b",
  "",
];

test.each(names)("%j is a branch name if git accepts it", (name) => {
  const { status } = spawnSync("git", ["check-ref-format", `refs/heads/${name}`]);
  // Git can store "@", but reads it as HEAD.
  expect(rules.branchName(name) === undefined).toBe(status === 0 && name !== "@");
});

test("a branch name is never an option of git", () => {
  expect(rules.branchName("-f")).toBeDefined();
  expect(rules.revisionName("--all")).toBeDefined();
});

describe("other values", () => {
  test.each([
    [rules.osRelease, ["12", "13", "24.04"], ["", "trixie", "12.5", "24.4", "013", "Debian 13"]],
    [rules.hostName, ["bench1", "a", "bench-2", "a".repeat(63)], ["", "Bench", "a_b", "-a", "a-", "a.b", "a".repeat(64)]],
    [rules.loginName, ["root", "benchmark", "_x", "a-b_1"], ["", "1a", "Bench", "a b", "a".repeat(33), "-a", "a$b"]],
    [rules.accountName, ["benchmark"], ["root", "1a"]],
    [rules.line, ["moving house", "ä: b"], ["", " ", "a\nb", "a\u001b[2J"]],
    [rules.shortHash, ["01234567", "deadbeef"], ["", "0123456", "012345678", "DEADBEEF", "0123456x"]],
    [
      rules.packageName,
      ["gcc", "g++", "libstdc++-12-dev", "python3.13-venv", "7zip"],
      ["", "g", "Clang", "clang-", "-y", "a_b", "a=1", "a/b", "a b", "a;b"],
    ],
    [
      rules.requirement,
      ["six==1.17.0", "types-six==1.17.0.20261008", "a.b_c==2!1.0rc1.post2.dev3+local.1"],
      ["six", "six>=1", "six==1.*", "six == 1", "six===1", "-r x==1", "six==", "six==1;python_version<'3'"],
    ],
    [rules.pythonVersion, ["3.9", "3.13", "3.13.0", "3.13.12"], ["3", "2.7", "3.13.", "3.013", "3.13.05", "3.1.2.3", "python3.13", "3.x"]],
    [
      rules.sourceAddress,
      ["https://www.python.org/ftp/python/3.13.5/Python-3.13.5.tar.xz", "http://127.0.0.1:8000/a.tgz", "/root/Python.tar.xz"],
      ["", "Python.tar.xz", "../a", "/", "/srv/", "ftp://a/b", "https://a", "https://u:p@a/b", "https://a/b?token=c", "/a b"],
    ],
    [rules.sha256, ["0123456789abcdef".repeat(4)], ["", "0".repeat(63), "0".repeat(65), "A".repeat(64), "g".repeat(64)]],
    [
      rules.configureFlag,
      ["--enable-shared", "--with-dbmliborder=gdbm:ndbm", "CC=clang-19", "CFLAGS=-O3 -march=native"],
      ["", "enable-shared", "--enable-shared --with-lto", "--prefix=/usr", "--with-x='a'", "cc=gcc", "CC=a\nb"],
    ],
    [
      rules.profileTask,
      ["-m test --pgo --timeout=1200", "-m test --pgo test_json test_re"],
      ["", "test", "-c 'print()'", "-m $(reboot)", "-m a; b"],
    ],
    [rules.email, ["a@b.org", "bench+x@localhost"], ["", "a", "a@", "@b", "a b@c", "A <a@b>", "a@b\n"]],
    [rules.personName, ["Bench Server", "Ålice"], ["", " ", "...", "A <a>", "A\nB"]],
    [rules.relativePath, ["mypyc", "a/b.txt", "..a/b"], ["", "/a", "..", "a/../b", "-a", ":(top)", "a\nb"]],
    [
      rules.webAddress,
      ["https://github.com/python/mypy", "http://a"],
      ["", "github.com", "ftp://a", "https://", "https://u@h/", "https://a b"],
    ],
    [rules.benchmarkName, ["startup", "a.b-c_1"], ["", "a/b", "..", "a b", "-a"]],
    [rules.compilerCommand, ["cc", "clang-19", "/usr/bin/gcc", "x86_64-linux-gnu-gcc"], ["", "cc -O3", "-x", "cc;reboot", "$(cc)"]],
    [rules.filledIn, ["x", "a\nb"], ["", " \n"]],
  ])("%o", (rule, right, wrong) => {
    for (const value of right) expect([value, rule(value)]).toEqual([value, undefined]);
    for (const value of wrong) expect([value, rule(value)?.hint]).toEqual([value, expect.stringMatching(/./)]);
  });
});
