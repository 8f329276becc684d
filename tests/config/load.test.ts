import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isNamedBy } from "../../config/benchmark-pattern.ts";
import { ConfigError, formatProblems, loadConfig, parseConfig, type Problem } from "../../config/load.ts";
import { unmatched } from "../../config/unmatched.ts";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIB2k50ikljXYj/Y6NrEMgQ8L9ijdT6ZxRICGa4MC4DHS";

/** The shortest valid configuration. The tables below refer to its line numbers. */
const base = [
  /*  1 */ "hosts:",
  /*  2 */ "  - name: bench1",
  /*  3 */ "    address: 203.0.113.10",
  /*  4 */ `    hostKey: ssh-ed25519 ${key}`,
  /*  5 */ "git:",
  /*  6 */ "  name: Bench",
  /*  7 */ "  email: bench@example.org",
  /*  8 */ "  knownHosts:",
  /*  9 */ `    - github.com ssh-ed25519 ${key}`,
  /* 10 */ "python:",
  /* 11 */ '  version: "3.13"',
  /* 12 */ "target:",
  /* 13 */ "  name: mypy",
  /* 14 */ "  repository: https://github.com/python/mypy",
  /* 15 */ "  since: v1.0",
  /* 16 */ "suite:",
  /* 17 */ "  adapter: command",
  /* 18 */ "  benchmarks:",
  /* 19 */ "    - name: startup",
  /* 20 */ "      run: ./bench",
  /* 21 */ "results:",
  /* 22 */ "  repository: git@github.com:example/results.git",
];

/** Returns the base with some lines replaced; an empty text removes the line. Line 23 is appended. */
function edited(lines: Record<number, string>): string {
  return [...base, ""]
    .map((line, index) => lines[index + 1] ?? line)
    .filter((line) => line !== "")
    .join("\n");
}

/** Returns the settings of a Python that is built, with some replaced. `build` is on line 13. */
function built(settings: Record<string, string>): string {
  const all = { url: "https://example.org/python.tar.xz", sha256: "0".repeat(64), ...settings };
  const lines = Object.entries(all).map(([key, value]) => `    ${key}: ${key === "sha256" ? `"${value}"` : value}`);
  return ['  version: "3.13"', "  source: build", "  build:", ...lines].join("\n");
}

function problemsOf(source: string): Problem[] {
  try {
    parseConfig(source, "x.yaml");
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Edited lines, and the expected position, part of the message and part of the hint of the only problem. */
type Row = [lines: Record<number, string>, at: string, message: string, hint: string];

function eachIsReported(rows: Row[]): void {
  test.each(rows)("%j", (lines, at, message, hint) => {
    const problems = problemsOf(edited(lines));
    expect(problems.map((problem) => `${problem.line}:${problem.column} ${problem.message}`)).toHaveLength(1);
    const [problem] = problems;
    expect(`${problem?.line}:${problem?.column}`).toBe(at);
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toContain(hint);
  });
}

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

describe("an unknown setting", () => {
  eachIsReported([
    [{ 23: "shedule:\n  enabled: true" }, "23:1", 'unknown setting "shedule"', "write schedule"],
    [{ 23: "measure:\n  sample: 20" }, "24:3", 'unknown setting "sample" in measure', "write samples: 20"],
    [{ 23: "measure:\n  timeout_seconds: 20" }, "24:3", '"timeout_seconds"', "write timeoutSeconds: 20"],
    [{ 3: "    adress: 203.0.113.10" }, "3:5", 'unknown setting "adress" in hosts[0]', "write address: 203.0.113.10"],
    [{ 23: "samples: 20" }, "23:1", 'unknown setting "samples"', "write it under measure"],
    [{ 23: "colour: red" }, "23:1", 'unknown setting "colour"', "write one of hosts, user, packages, git, os, python"],
    [{ 23: "<<: {user: me}" }, "23:1", 'unknown setting "<<"', "write the settings out"],
    [{ 18: "  branch: main\n  benchmarks:" }, "18:3", 'unknown setting "branch" in suite', "it needs adapter: runbench"],
    [{ 23: "__proto__:\n  user: me" }, "23:1", 'unknown setting "__proto__"', "write one of"],
  ]);
});

describe("a key that is missing", () => {
  eachIsReported([
    [{ 4: "" }, "2:5", "hosts[0].hostKey is missing", "write hostKey: ssh-ed25519 AAAA"],
    [{ 7: "" }, "5:1", "git.email is missing", "write email: "],
    [{ 10: "", 11: "" }, "1:1", "python is missing (the Python", "write python: with version"],
    [{ 12: "", 13: "", 14: "", 15: "" }, "1:1", "target is missing", "write target: with repository, name and since"],
    [{ 20: "" }, "19:7", "suite.benchmarks[0].run is missing", "write run: "],
    [{ 1: "", 2: "", 3: "", 4: "" }, "1:1", "hosts is missing", "write hosts: with name, address and hostKey"],
    [{ 17: "" }, "16:1", "suite.adapter is missing", "write adapter: runbench"],
  ]);
});

describe("a value of the wrong type", () => {
  eachIsReported([
    [
      { 11: "  version: 3.10" },
      "11:12",
      "python.version is the number 3.10, but must be text",
      'write "3.10", in quotes: they make it text',
    ],
    [{ 6: "  name: true" }, "6:9", "git.name is true, but must be text", 'write "true"'],
    [
      { 4: `    hostKey: ssh-ed25519 ${key}\n    port: "22"` },
      "5:11",
      'the text "22", but must be a whole number from 1 to 65535',
      "write 22, without quotes",
    ],
    [
      { 4: `    hostKey: ssh-ed25519 ${key}\n    port: 70000` },
      "5:11",
      "the number 70000, but must be a whole number from 1 to 65535",
      "such as 22",
    ],
    [{ 4: `    hostKey: ssh-ed25519 ${key}\n    port: 22.5` }, "5:11", "the number 22.5", "such as 22"],
    [
      { 23: "measure:\n  timeoutSeconds: 5m" },
      "24:19",
      'the text "5m", but must be a number above 0 and at most 86400, in seconds',
      "such as 300",
    ],
    [{ 23: "measure:\n  prepareTimeoutMinutes: 0" }, "24:26", "in minutes", "such as 60"],
    [
      { 23: "measure:\n  samples: 4" },
      "24:12",
      "the number 4, but must be a whole number of at least 5, in processes",
      "write a whole number of at least 5",
    ],
    [{ 23: "measure:\n  timeoutSeconds: .nan" }, "24:19", "the number .nan", "such as 300"],
    [{ 23: "schedule:\n  enabled: yes" }, "24:12", 'the text "yes", but must be true or false', "write true"],
    [{ 23: "schedule:\n  enabled: off" }, "24:12", 'the text "off"', "write false"],
    [{ 23: "packages: clang" }, "23:11", 'packages is the text "clang", but must be a list of texts', "write [clang]"],
    [{ 23: "packages:" }, "23:1", "packages is empty", "write a value or remove the line"],
    [{ 23: "packages:\n  - gcc\n  - 7" }, "25:5", "packages[1] is the number 7, but must be text", 'write "7"'],
    [{ 23: "packages: {gcc: 1}" }, "23:11", "packages is a group of settings", "after"],
    [{ 10: "python: 3.13", 11: "" }, "10:9", "python is the number 3.13, but must be a group of settings", "indented"],
    [{ 1: "hosts: []", 2: "", 3: "", 4: "" }, "1:8", "hosts is an empty list", "- "],
    [
      { 17: "  adapter: runbnch", 18: "", 19: "", 20: "" },
      "17:12",
      'the text "runbnch", but must be `runbench` or `command`',
      "write runbench",
    ],
    [{ 20: "      run: ./bench\n      group: tiny" }, "21:14", "must be `main` or `micro`", "write main or micro"],
  ]);

  test("of the whole file", () => {
    expect(problemsOf("- a\n- b\n")).toMatchObject([
      { line: 1, column: 1, message: "the file is a list, but must be a group of settings" },
    ]);
  });
});

describe("text that is not YAML", () => {
  eachIsReported([
    [{ 23: "schedule:\n  cron: */20 * * * *" }, "24:9", "invalid YAML", 'write cron: "*/20 * * * *", in quotes'],
    [{ 6: "  name: Bench: the server" }, "6:9", "invalid YAML", 'write name: "Bench: the server", in quotes'],
    [{ 6: "\tname: Bench" }, "6:1", "invalid YAML", "write spaces"],
    [{ 23: "packages: [gcc" }, "23:15", "invalid YAML", "close every [ { and quote"],
    [{ 23: "packages: *all" }, "23:11", 'unidentified alias "all"', "in quotes"],
    [{ 23: "---\nuser: a" }, "24:1", "a second document begins here", "without ---"],
    [{ 7: "  email: bench@example.org\n  name: Other" }, "8:3", "duplicate key name, first at 6:3", "write name once"],
  ]);

  test.each(["", "# nothing but a comment\n"])("or nothing at all: %j", (source) => {
    expect(problemsOf(source)).toMatchObject([{ line: 1, column: 1, message: "the file is empty" }]);
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

describe("settings that contradict each other", () => {
  const second = (name: string, address: string) =>
    `    hostKey: ssh-ed25519 ${key}\n  - name: ${name}\n    address: ${address}\n    hostKey: ssh-ed25519 ${key}`;
  eachIsReported([
    [{ 4: second("bench1", "203.0.113.11") }, "5:11", "duplicate host name bench1, at 2:11", "write another name"],
    [
      { 4: second("bench2", "203.0.113.10") },
      "6:14",
      "duplicate host address 203.0.113.10 port 22, at 3:14",
      "write another address or port",
    ],
    [
      { 20: "      run: ./bench\n    - name: startup\n      run: ./x" },
      "21:13",
      "duplicate benchmark name startup, at 19:13",
      "write another name",
    ],
    [
      { 11: '  version: "3.13"\n  requirements: [types_six==1, Types.Six==2]' },
      "12:32",
      "duplicate requirement types-six, at 12:18",
      "one line",
    ],
    [
      { 4: `    hostKey: ssh-ed25519 ${key}\n    user: benchmark` },
      "5:11",
      "benchmark owns the deploy key and the clones",
      "write another login",
    ],
    [{ 23: "user: evenkeel-sandbox" }, "23:7", "measured code runs as evenkeel-sandbox", "write another name"],
    [
      { 14: "  repository: https://github.com/python/mypy\n  submodules: [ssh://git@git.example.org/part]" },
      "15:16",
      "no key of git.example.org",
      "ssh-keyscan -t ed25519 git.example.org",
    ],
    [{ 23: "os:\n  upgrade: true" }, "24:12", "os.release is missing", 'such as release: "13"'],
    [{ 9: `    - gitlab.com ssh-ed25519 ${key}` }, "22:15", "git.knownHosts has no key of github.com", "ssh-keyscan -t ed25519 github.com"],
    [
      { 14: "  repository: ssh://git@git.example.org:2222/mypy" },
      "14:15",
      "no key of git.example.org port 2222",
      "ssh-keyscan -p 2222 -t ed25519 git.example.org",
    ],
    [
      { 22: "  repository: https://github.com/example/results" },
      "22:15",
      "cannot be pushed over https",
      "write git@github.com:example/results",
    ],
    [
      { 23: "measure:\n  slow:\n    - benchmarks: [a, b]\n    - benchmarks: [b]\n      every: 5" },
      "26:20",
      "duplicate entry for b, at 25:23",
      "remove one",
    ],
    [
      { 23: "measure:\n  slow:\n    - benchmarks: [a_*]\n    - benchmarks: [a_b]\n      every: 5" },
      "26:20",
      "a_b and a_* can match the same benchmark",
      "remove one of the two",
    ],
    [
      {
        17: "  adapter: runbench",
        18: "  repository: https://github.com/example/suite",
        19: "  versions: [{ benchmark: a, version: 2 }, { benchmark: a, version: 3 }]",
        20: "",
      },
      "19:57",
      "duplicate version of a, at 19:27",
      "remove one",
    ],
    [{ 23: "measure:\n  cores: [a/b]" }, "24:11", '"a/b" is not a valid benchmark name or pattern', "such as mypy_*"],
    [
      { 23: "measure:\n  expect: [{ benchmark: a, minimum: 1 }, { benchmark: a, minimum: 2 }]" },
      "24:55",
      "duplicate entry for a, at 24:25",
      "remove one",
    ],
    [
      { 23: "measure:\n  expect: [{ benchmark: a }, { benchmark: b, constant: true }]" },
      "24:12",
      "the entry for a has no effect",
      "write minimum: SECONDS or constant: true, or remove the entry",
    ],
    [{ 11: '  version: "3.13"\n  source: build' }, "12:11", "python.build is missing", "write python.build: with url and sha256"],
    [{ 22: `${base[21]}\n  branch: reports` }, "23:11", "use the same branch reports", "two different branches"],
    [{ 22: `${base[21]}\n  reportsBranch: main` }, "23:18", "use the same branch main", "two different branches"],
  ]);

  test("one address with two ports is two hosts", () => {
    expect(problemsOf(edited({ 4: `${second("bench2", "203.0.113.10")}\n    port: 2222` }))).toEqual([]);
  });
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
