import { describe, expect, test } from "vitest";
import { stageOf, type Evidence, type Stage } from "../../../bench/crash/stage.ts";

const idle: Evidence = { commands: [], phase: undefined, fetchBegun: false, journals: [], pending: 0, adopted: true };
const git = (rest: string): string => `git -c core.hooksPath=/dev/null -C ${rest}`;

const moments: [string, Partial<Evidence>, Stage][] = [
  ["a runner that has just started", {}, "start"],
  ["one that a killed run has left results to", { pending: 2 }, "start"],
  ["a fetch of the target", { fetchBegun: true, commands: [git("/srv/target fetch --quiet origin")], pending: 2 }, "fetch"],
  ["a fetch of the results with nothing to commit", { fetchBegun: true, commands: [git("/srv/results fetch origin")] }, "fetch"],
  ["between the fetch and the first build", { fetchBegun: true }, "fetch"],
  ["a build", { fetchBegun: true, phase: "build", commands: ["gcc -O1 native.c"] }, "build"],
  ["a block being taken", { fetchBegun: true, phase: "measure", journals: [{ finished: false }] }, "measure"],
  ["a finished journal", { fetchBegun: true, phase: "measure", journals: [{ finished: true }], pending: 1 }, "store"],
  [
    "a fetch of the target with a session stored",
    { fetchBegun: true, phase: "measure", pending: 2, commands: [git("/srv/target fetch origin")] },
    "fetch",
  ],
  ["between two steps of a commit", { fetchBegun: true, phase: "measure", pending: 2 }, "commit"],
  ["a step of a commit", { fetchBegun: true, phase: "measure", pending: 2, commands: [git("/srv/results write-tree")] }, "commit"],
  ["a push", { fetchBegun: true, phase: "measure", pending: 2, commands: [git("/srv/results push --porcelain origin a:b")] }, "push"],
  ["after a push, before the clone is the remote's", { fetchBegun: true, phase: "measure", adopted: false }, "push"],
  ["a push of the reports", { fetchBegun: true, commands: [git("/srv/results push --porcelain --force origin a:b")] }, "reports"],
  ["reports being rendered", { fetchBegun: true, phase: "reports", pending: 0 }, "reports"],
  ["results about to be committed", { fetchBegun: true, phase: "publish", pending: 2 }, "commit"],
  [
    "a push while progress says publish",
    { fetchBegun: true, phase: "publish", commands: [git("/srv/results push --porcelain origin a:b")] },
    "push",
  ],
  ["after such a push", { fetchBegun: true, phase: "publish", adopted: false }, "push"],
  [
    "a results clone compared with nothing to publish",
    { fetchBegun: true, commands: [git("/srv/results diff --name-status -z")] },
    "fetch",
  ],
];

describe("the stage of a run is seen from outside", () => {
  test.each(moments)("%s", (_, evidence, stage) => {
    expect(stageOf({ ...idle, ...evidence })).toBe(stage);
  });
});
