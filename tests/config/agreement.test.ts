import { describe, expect, test } from "vitest";
import { key, eachIsReported, base, problemsOf, edited } from "./config-file.ts";

const second = (name: string, address: string) =>
  `    hostKey: ssh-ed25519 ${key}\n  - name: ${name}\n    address: ${address}\n    hostKey: ssh-ed25519 ${key}`;

describe("settings that do not go together", () => {
  eachIsReported([
    [{ 4: second("bench1", "203.0.113.11") }, "5:11", "there is another host named bench1, at 2:11", "write another name"],
    [
      { 4: second("bench2", "203.0.113.10") },
      "6:14",
      "there is another host at 203.0.113.10 port 22, at 3:14",
      "write another address or port",
    ],
    [
      { 20: "      run: ./bench\n    - name: startup\n      run: ./x" },
      "21:13",
      "another benchmark named startup, at 19:13",
      "write another name",
    ],
    [
      { 11: '  version: "3.13"\n  requirements: [types_six==1, Types.Six==2]' },
      "12:32",
      "types-six is required twice, at 12:18",
      "one line",
    ],
    [
      { 4: `    hostKey: ssh-ed25519 ${key}\n    user: benchmark` },
      "5:11",
      "benchmark is the account that owns the deploy key",
      "write another login",
    ],
    [{ 23: "user: evenkeel-sandbox" }, "23:7", "is an account that measured code runs beside", "write another name"],
    [
      { 14: "  repository: https://github.com/python/mypy\n  submodules: [ssh://git@git.example.org/part]" },
      "15:16",
      "names git.example.org",
      "ssh-keyscan -t ed25519 git.example.org",
    ],
    [{ 23: "os:\n  upgrade: true" }, "24:12", "os.release does not say which release", 'write release: "13"'],
    [
      { 9: `    - gitlab.com ssh-ed25519 ${key}` },
      "22:15",
      "no line of git.knownHosts names github.com",
      "ssh-keyscan -t ed25519 github.com",
    ],
    [
      { 14: "  repository: ssh://git@git.example.org:2222/mypy" },
      "14:15",
      "names git.example.org port 2222",
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
      "b is named slow twice, at 25:23",
      "leave one",
    ],
    [
      { 23: "measure:\n  slow:\n    - benchmarks: [a_*]\n    - benchmarks: [a_b]\n      every: 5" },
      "26:20",
      "a_b can name a benchmark that a_* names too",
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
      "a has another version, at 19:27",
      "leave one",
    ],
    [{ 23: "measure:\n  cores: [a/b]" }, "24:11", '"a/b" is not a benchmark name or pattern', "such as mypy_*"],
    [
      { 23: "measure:\n  expect: [{ benchmark: a, minimum: 1 }, { benchmark: a, minimum: 2 }]" },
      "24:55",
      "a has another minimum, at 24:25",
      "leave one",
    ],
    [
      { 23: "measure:\n  expect: [{ benchmark: a }, { benchmark: b, constant: true }]" },
      "24:12",
      "nothing is expected of a",
      "write minimum: SECONDS or constant: true, or remove the entry",
    ],
    [
      { 11: '  version: "3.13"\n  source: build' },
      "12:11",
      "Python is to be built, and python.build does not say from what",
      "write python.build: with url and sha256",
    ],
    [{ 22: `${base[21]}\n  branch: reports` }, "23:11", "both on the branch reports", "two different branches"],
    [{ 22: `${base[21]}\n  reportsBranch: main` }, "23:18", "both on the branch main", "two different branches"],
  ]);

  test("one address with two ports is two hosts", () => {
    expect(problemsOf(edited({ 4: `${second("bench2", "203.0.113.10")}\n    port: 2222` }))).toEqual([]);
  });
});
