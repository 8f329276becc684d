import { describe, expect, test } from "vitest";
import { eachIsReported, key, problemsOf } from "./config-file.ts";

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
