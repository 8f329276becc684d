import { describe, expect, test } from "vitest";
import { plannedEffects } from "../../../runner/resources/planned-effects.ts";
import { documentOf } from "../../../provision/review/document.ts";
import { isToDo, reviewOf, verdictOf, type HostSection, type Known } from "../../../provision/review/review.ts";
import { another, build, reportWith } from "./example.ts";

function sectionOf(known: Partial<Known>): HostSection {
  const [section] = reviewOf([{ host: "bench", applied: {}, declared: {}, changes: [], report: reportWith({}), ...known }]).hosts;
  if (!section) throw new Error("no section");
  return section;
}

const samples = { path: "measure.samples", is: "5", willBe: "7" };
const mode = { what: "/srv/log mode", is: "0600", shouldBe: "0755" };

describe("verdictOf", () => {
  test("reports nothing to do for a host as declared", () => {
    expect(verdictOf(sectionOf({}))).toBe("nothing to do: the host is as declared");
    expect(isToDo(sectionOf({}))).toBe(false);
  });

  test("puts changes, the environment, its bridging and the pause into one line", () => {
    const section = sectionOf({
      changes: [samples, { path: "python.version", is: "3.12", willBe: "3.13" }, { path: "python.build.url", willBe: "x" }],
      report: reportWith({ planned: { python: build }, free: { "/opt": 7e10 }, impact: another }),
    });
    expect(verdictOf(section)).toBe("3 changes; another environment; about 5 h of bridging; schedule paused about 40 min");
    expect(isToDo(section)).toBe(true);
    expect(section.disk).toEqual([{ path: "/opt", needed: 2.5e9, free: 7e10 }]);
    expect(section.unknown).toEqual(["the built Python: its exact version"]);
  });

  test("counts warnings, which are not changes to apply", () => {
    const section = sectionOf({ warnings: ["measure.cores: no benchmark of the suite matches x"] });
    expect(verdictOf(section)).toBe("1 warning");
    expect(isToDo(section)).toBe(false);
    const [host] = documentOf({ hosts: [section] }, [], new Date()).hosts;
    expect(host?.parts.find(({ title }) => title === "Configuration")?.rows).toContainEqual({
      sentence: "warning: measure.cores: no benchmark of the suite matches x",
    });
  });

  test("counts drifted values separately from declared changes", () => {
    expect(verdictOf(sectionOf({ report: reportWith({ drift: { directories: [mode, { ...mode, what: "/srv mode" }] } }) }))).toBe(
      "2 drifted values",
    );
  });

  test("begins with obstacles", () => {
    const preflight = { obstacles: ["package x: the archive has no such package"], notes: ["the compiler cc"], unasked: [] };
    const section = sectionOf({ changes: [samples], report: { ...reportWith({}), preflight } });
    expect(verdictOf(section)).toMatch(/^up would fail: 1 obstacle; 1 change/);
    expect(section.unknown).toEqual(["the compiler cc"]);
  });

  test("distinguishes a new version of Evenkeel from a change of the configuration", () => {
    const effect = { what: "/opt/evenkeel/bundles/1/evenkeel", is: "missing", willBe: "sha256 1" };
    const flip = { what: "/opt/evenkeel/active/bundle", is: "0", willBe: "1" };
    const planned = { bundle: plannedEffects({ effects: [effect] }), activation: plannedEffects({ effects: [flip] }) };
    const section = sectionOf({ report: reportWith({ planned }) });
    expect(verdictOf(section)).toMatch(/^another version of Evenkeel; schedule paused/);
    expect(section.program).toEqual(flip);
    expect(section.effects).toEqual([]);
  });

  test.each<[string, Partial<Known>, string, boolean]>([
    [
      "is new",
      { report: { host: "bench", skipped: false, bare: { os: "Debian", provisioned: false, packages: [] } } },
      "a new host: everything is applied",
      true,
    ],
    [
      "lost Node",
      { report: { host: "bench", skipped: false, bare: { os: "Debian", provisioned: true, packages: [] } } },
      "Node is missing or broken",
      true,
    ],
    ["is skipped", { report: { host: "bench", skipped: true } }, "skipped: neither checked nor changed", false],
    ["measures", { report: { host: "bench", skipped: false, measuring: "evenkeel run" } }, "measuring (evenkeel run): not checked", false],
    ["was not checked", { report: undefined }, "not checked", false],
    [
      "was removed from the configuration",
      { declared: undefined },
      "removed from the configuration: its schedule is removed, all its data stays",
      true,
    ],
  ])("has a sentence for a host that %s", (_case, known, sentence, toDo) => {
    const section = sectionOf(known);
    expect(verdictOf(section)).toContain(sentence);
    expect(isToDo(section)).toBe(toDo);
  });
});

describe("reviewOf", () => {
  test("parses apt's output about a new host as packages to install", () => {
    const packages = ["Inst nodejs (20.19.2 Debian:13.1/stable [amd64]) []", "Inst libc6 [2.40] (2.41 Debian:13 [amd64])", "Open clang"];
    const report = { host: "bench", skipped: false, bare: { os: "Debian", provisioned: false, packages } };
    const section = sectionOf({ report, declared: { packages: ["clang"] } });
    expect(section.effects).toEqual([
      {
        resource: "packages",
        effects: [
          { what: "package nodejs", is: "not installed", willBe: "20.19.2", comesAlong: true },
          { what: "package libc6", is: "not installed", willBe: "2.41", comesAlong: true },
          { what: "package clang", is: "not installed", willBe: "known after apt-get update" },
        ],
      },
    ]);
  });

  test("adds up the space that is needed on one disk", () => {
    const planned = {
      python: plannedEffects({ disk: { "/opt": 2e9 } }),
      packages: plannedEffects({ disk: { "/": 1e9 } }),
      venv: plannedEffects({ disk: { "/data": 1e9 } }),
    };
    const free = { "/opt": 5e9, "/": 5e9, "/data": 9e9 };
    expect(sectionOf({ report: reportWith({ planned, free }) }).disk).toEqual([
      { path: "/opt", needed: 3e9, free: 5e9 },
      { path: "/data", needed: 1e9, free: 9e9 },
    ]);
  });
});
