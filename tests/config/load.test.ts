import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isNamedBy } from "../../config/benchmark-pattern.ts";
import { ConfigError, formatProblems, loadConfig, parseConfig } from "../../config/load.ts";
import { unmatched } from "../../config/unmatched.ts";
import { base, edited, built, eachIsReported, key, problemsOf } from "./config-file.ts";

describe("a short file is enough", () => {
  test("and everything else has its default", () => {
    const config = parseConfig(base.join("\n"), "x.yaml");
    expect(config.hosts[0]).toMatchObject({ port: 22, user: "root" });
    expect(config).toMatchObject({
      user: "benchmark",
      packages: [],
      python: { source: "auto", requirements: [] },
      target: { branch: "main", paths: [], requirements: [] },
      results: { branch: "main", reportsBranch: "reports" },
      schedule: { enabled: true, cron: "*/20 * * * *" },
      measure: { budgetMinutes: 10, timeoutSeconds: 300, prepareTimeoutMinutes: 60, compiler: "cc" },
    });
  });

  test("a Python to be built has a source and a hash", () => {
    const { python } = parseConfig(
      edited({ 11: built({ configure: "[CC=clang-19, --with-dbmliborder=gdbm, py_cv_module__tkinter=n/a]" }) }),
      "x.yaml",
    );
    expect(python.build).toEqual({
      url: "https://example.org/python.tar.xz",
      sha256: "0".repeat(64),
      configure: ["CC=clang-19", "--with-dbmliborder=gdbm", "py_cv_module__tkinter=n/a"],
    });
  });

  test.each(["config/mypyc.yaml", "config/jq.yaml", "config/demo.yaml"])("%s loads", (path) => {
    expect(loadConfig(path).hosts).toHaveLength(1);
  });

  test("config/mypyc.yaml names only benchmarks that the suite had when it was written", () => {
    const { measure, suite } = loadConfig("config/mypyc.yaml");
    const mypy = ["mypy_fresh_incremental", "mypy_parallel", "mypy_self_check", "mypy_startup"];
    expect(unmatched({ measure, suite }, mypy)).toEqual([]);
    expect(measure.slow.flatMap(({ benchmarks }) => mypy.filter((name) => isNamedBy(name, benchmarks)))).toEqual(mypy);
    expect(measure.cores).toEqual(["mypy_parallel"]);
  });

  test("anchors may be used", () => {
    const config = parseConfig(
      edited({ 14: "  repository: &url https://github.com/python/mypy", 23: "packages: &p [gcc, git]" }),
      "x.yaml",
    );
    expect(config.packages).toEqual(["gcc", "git"]);
  });
});

describe("a value that would be refused later", () => {
  eachIsReported([
    [{ 2: "  - name: Bench_1" }, "2:11", '"Bench_1" is not a valid host name', "such as bench-1"],
    [{ 3: "    address: root@203.0.113.10" }, "3:14", "is neither a host name nor an IP address", "203.0.113.10"],
    [{ 3: "    address: -oProxyCommand=x" }, "3:14", "is neither a host name nor", "write a name"],
    [{ 3: "    address: 203.0.113.999" }, "3:14", "is neither a host name nor", "write a name"],
    [
      { 4: "    hostKey: ssh-rsa AAAAB3NzaC1yc2E" },
      "4:14",
      "the key has type ssh-rsa, but must be ssh-ed25519",
      "ssh-keyscan -t ed25519 HOST",
    ],
    [{ 4: `    hostKey: ssh-ed25519 ${key.slice(0, -4)}` }, "4:14", "damaged or cut off", "copy the whole key"],
    [{ 4: `    hostKey: "203.0.113.10 ssh-ed25519 ${key}"` }, "4:14", "more than a type and a key", `write ssh-ed25519 ${key}`],
    [{ 4: `    hostKey: ssh-ed25519 ${key}\n    user: Root` }, "5:11", '"Root" is not a valid Linux user name', "lower-case"],
    [{ 6: '  name: "A\\nB"' }, "6:9", "is not a valid author name", "on one line"],
    [{ 7: "  email: bench" }, "7:10", '"bench" is not a valid email address', "@"],
    [{ 9: `    - github.com ssh-ed25519 ${key}\n    - github.com ssh-dss AAAA` }, "10:7", "is not a valid known_hosts line", "ssh-keyscan"],
    [
      { 9: `    - github.com ssh-ed25519 ${key}\n  keyFingerprint: MD5:1234` },
      "10:19",
      "is not a valid SHA256 fingerprint",
      "ssh-keygen -lf",
    ],
    [{ 11: '  version: "3.13.x"' }, "11:12", '"3.13.x" is not a Python version X.Y', 'write "3.13"'],
    [{ 11: built({ url: "python.tar.xz" }) }, "14:10", '"python.tar.xz" is neither a URL nor an absolute path', "the path of a file"],
    [{ 11: built({ url: "https://me:secret@example.org/python.tar.xz" }) }, "14:10", "is neither a URL", "without a login"],
    [{ 11: built({ sha256: "93E583F2" }) }, "15:13", '"93E583F2" is not a SHA-256', "sha256sum FILE"],
    [{ 11: built({ configure: "[--with-lto --enable-shared]" }) }, "16:17", "is not a valid option of configure", "one option per item"],
    [{ 11: built({ configure: "[prefix=/usr]" }) }, "16:17", "is not a valid option of configure", "one option per item"],
    [{ 11: built({ profileTask: "test" }) }, "16:18", '"test" is not a valid profile task', "-m test --pgo"],
    [{ 11: '  version: "3.13"\n  requirements: [attrs>=25]' }, "12:18", '"attrs>=25" is not pinned', "write attrs==VERSION"],
    [{ 14: "  repository: /srv/mypy" }, "14:15", "the host cannot reach this machine's files", "https://HOST/PATH"],
    [{ 15: "  since: HEAD~3" }, "15:10", '"HEAD~3" is not a valid revision', "write a tag"],
    [{ 15: "  since: v1.0\n  branch: -main" }, "16:11", '"-main" is not a valid branch name', "main"],
    [{ 15: "  since: v1.0\n  paths: [mypyc, ../x]" }, "16:18", '"../x" is not a path inside the repository', "from the repository's root"],
    [{ 15: "  since: v1.0\n  web: github.com/python/mypy" }, "16:8", "is not a valid web address", "https://"],
    [{ 19: "    - name: a/b" }, "19:13", '"a/b" is not a valid benchmark name', "write letters"],
    [{ 20: '      run: ""' }, "20:12", "is empty", "write a value"],
    [{ 23: "user: root" }, "23:7", "must not be root", "benchmark"],
    [{ 23: "user: bench mark" }, "23:7", "is not a valid Linux user name", "lower-case"],
    [{ 23: "packages: [gcc, Clang]" }, "23:17", '"Clang" is not a valid package name', "lower-case"],
    [{ 23: "packages: [clang=1:19]" }, "23:12", '"clang=1:19" is not a valid package name', "write clang: the installed version is held"],
    [{ 23: "packages: [clang-]" }, "23:12", '"clang-" is not a valid package name', "lower-case"],
    [{ 23: 'schedule:\n  cron: "*/20 * * *"' }, "24:9", "it has 4 fields, not 5", "*/20 * * * *"],
    [{ 23: 'schedule:\n  cron: "* * * * *\\n* * * * * root reboot"' }, "24:9", "is not a valid cron time", "write minute"],
    [{ 23: "measure:\n  compiler: clang -O3" }, "24:13", "is not a valid compiler", "without options"],
  ]);
});

describe("all mistakes are reported at once", () => {
  test("in the order of the file, as file:line:column with a hint each", () => {
    const file = scratchFile("bad.yaml");
    const source = edited({
      2: "  - name: bench1\n    name: bench1",
      4: "    hostKey: ssh-rsa AAAA",
      7: "",
      11: "  version: 3.10",
      14: "  repository: ../mypy",
      20: "      run: ./bench\n    - name: startup\n      rum: ./x",
      23: 'schedule:\n  cron: "61 * * * *"\nmesure: {}',
    });
    writeFileSync(file, source);
    const error = catchConfigError(() => loadConfig(file));
    expect(
      error.message
        .split("\n")
        .filter((_, index) => index % 2 === 0)
        .map((line) => line.replace(`${file}:`, "").slice(0, 52)),
    ).toEqual(
      [
        "3:5: duplicate key name, first at 2:5",
        "5:14: hosts[0].hostKey: the key has type ssh-rsa, bu",
        "6:1: git.email is missing (author email of published",
        "11:12: python.version is the number 3.10, but must b",
        '14:15: target.repository: "../mypy" is a path: the h',
        "21:13: suite.benchmarks[1].name: duplicate benchmark",
        '22:7: unknown setting "rum" in suite.benchmarks[1]',
        '26:9: schedule.cron: "61 * * * *" is not a valid cro',
        '27:1: unknown setting "mesure"',
      ].map((line) => expect.stringContaining(line)),
    );
    expect(error.message).toBe(formatProblems(file, error.problems));
    expect(error.problems.every(({ hint }) => hint.length > 10)).toBe(true);
  });
});

describe("a file that cannot be read", () => {
  test.each([
    ["/nowhere/x.yaml", "the file does not exist"],
    [tmpdir(), "cannot be read"],
  ])("%s is a mistake too", (path, message) => {
    expect(catchConfigError(() => loadConfig(path)).problems).toMatchObject([
      { line: 1, column: 1, message: expect.stringContaining(message) },
    ]);
  });

  test("because it is not UTF-8", () => {
    const file = scratchFile("latin1.yaml");
    writeFileSync(file, Buffer.from(base.join("\n").replace("Bench", "B\u00e4nch"), "latin1"));
    expect(catchConfigError(() => loadConfig(file)).problems[0]?.message).toBe("invalid UTF-8");
  });

  test("but a byte order mark and Windows line ends do no harm", () => {
    const file = scratchFile("windows.yaml");
    writeFileSync(file, `\ufeff${edited({ 11: "  version: 3.10" }).replaceAll("\n", "\r\n")}`);
    expect(catchConfigError(() => loadConfig(file)).problems).toMatchObject([{ line: 11, column: 12 }]);
  });
});

test("a mangled file is accepted, or its mistakes have positions within it", () => {
  const source = readFileSync("config/mypyc.yaml", "utf8");
  const random = numbers(7);
  const pieces = [
    "",
    "\n",
    "  ",
    "\t",
    ":",
    "- ",
    "[",
    "{",
    "}",
    '"',
    "'",
    "#",
    "*",
    "&a ",
    "|",
    "? ",
    "!!int ",
    "---\n",
    "~",
    "1",
    "é",
    "%",
  ];
  for (let round = 0; round < 400; round++) {
    const at = random(source.length);
    const mangled = source.slice(0, at) + pieces[random(pieces.length)] + source.slice(at + random(4));
    const lines = mangled.split("\n");
    for (const { line, column, message, hint } of problemsOf(mangled)) {
      const place = { line: line >= 1 && line <= lines.length, column: column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1 };
      expect({ mangled, ...place, words: message !== "" && hint !== "" }).toEqual({ mangled, line: true, column: true, words: true });
    }
  }
});

test("the example explains how to replace its placeholder key", () => {
  expect(readFileSync("config/mypyc.yaml", "utf8")).toMatch(/placeholder[^]*ssh-keyscan -t ed25519[^]*hostKey:/);
});

/** Returns a path in a folder that is removed at the end of the test. */
function scratchFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "evenkeel-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

function catchConfigError(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

/** Returns a generator of whole numbers below a limit, reproducible by its seed (a linear congruential generator). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
