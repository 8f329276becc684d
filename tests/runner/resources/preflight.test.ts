import { expect, test } from "vitest";
import { plannedEffects, type PlannedEffects } from "../../../runner/resources/planned-effects.ts";
import { preflightHere } from "../../../runner/resources/preflight.ts";

const remotes = { obstacles: ["target.branch: gone"], notes: ["a repository"], unasked: ["suite"] };
const packages = plannedEffects({ obstacles: ["package x: the archive has no such package"], disk: { "/": 5e9 } });
const free = { "/": 9e9, "/opt": 9e9 };

function found(planned: Record<string, PlannedEffects>) {
  return preflightHere([], remotes, new Map(Object.entries(planned)), free);
}

test("everything that up would fail at is told, that of the repositories first", async () => {
  expect(await found({ packages })).toEqual({
    obstacles: ["target.branch: gone", "package x: the archive has no such package"],
    notes: ["a repository"],
    unasked: ["suite"],
  });
});

test("too little room is an obstacle, needs of one file system added up", async () => {
  const python = plannedEffects({ disk: { "/opt": 6e9 } });
  expect((await found({ packages, python })).obstacles).toContain("disk: 11 GB needed below /, 9 GB free: make room on the host");
});

test("before an upgrade of the operating system, packages are not judged by the present release", async () => {
  const os = plannedEffects({
    effects: [{ what: "operating system", is: "Debian 12", willBe: "Debian 13" }],
    obstacles: ["pre-upgrade run missing"],
  });
  expect((await found({ os, packages })).obstacles).toEqual(["target.branch: gone", "pre-upgrade run missing"]);
});

test("while something is measured, only the repositories are told of", async () => {
  expect((await preflightHere([], remotes, undefined, {})).obstacles).toEqual(["target.branch: gone"]);
});
