import { expect, test } from "vitest";
import type { Outcome, Session } from "../../../runner/model.ts";
import { publicationMessage } from "../../../runner/run/publication.ts";
import { exampleHeader } from "../store/example.ts";

const { bootId: _boot, buildId: _build, plan: _plan, failed: _failed, same: _same, ...head } = exampleHeader();
const failed: Outcome = { status: "failed", workload: "w", stage: "run", message: "it ended with exit code 1", output: "" };
const ok: Outcome = {
  status: "ok",
  workload: "w",
  seconds: 1,
  standardError: 0,
  degreesOfFreedom: 3,
  samples: 5,
  minimum: 1,
  median: 1,
};
const measured: Session = {
  ...head,
  ended: head.started,
  host: "bench1",
  reason: "new",
  subject: { kind: "revision", revision: "0a1b2c3d4e5f".padEnd(40, "0") },
  benchmarks: { a: { compiled: ok }, b: { compiled: ok, interpreted: failed } },
};
const baseline: Session = { ...measured, subject: { kind: "baseline" }, reason: "baseline", benchmarks: { a: { interpreted: ok } } };
const same = (as: string): Outcome => ({ status: "reused", workload: "w", fingerprint: "f", as: as.repeat(40) });
const message = (...sessions: Session[]): string =>
  publicationMessage({ target: "mypy", host: "bench1", sessions, scalingFactors: [], decisions: [], withdrawals: [] });

test("a commit of one session has revision, benchmarks, reason and host in its title", () => {
  expect(message(measured)).toBe("mypy 0a1b2c3d4e5f: 2 benchmarks, 1 failed (new) on bench1");
  expect(message(baseline)).toBe("baselines: 1 benchmark (baseline) on bench1");
});

test("a commit counts benchmarks with reused results, and names the revision of these", () => {
  const benchmarks = { a: { compiled: ok }, b: { compiled: same("a") }, c: { compiled: same("a") } };
  expect(message({ ...measured, benchmarks })).toBe("mypy 0a1b2c3d4e5f: 3 benchmarks, 2 the same program as aaaaaaaaaaaa (new) on bench1");
  expect(message({ ...measured, benchmarks: { ...benchmarks, d: { compiled: same("d") } } })).toBe(
    "mypy 0a1b2c3d4e5f: 4 benchmarks, 3 the same program as in neighbouring revisions (new) on bench1",
  );
});

test("a commit of a revision that failed as a whole names the stage of its failure", () => {
  expect(message({ ...measured, benchmarks: {}, failure: { stage: "checkout", message: "", output: "" } })).toBe(
    "mypy 0a1b2c3d4e5f: failed at checkout (new) on bench1",
  );
});

test("a commit of several sessions counts them, then gives each a line", () => {
  expect(message(baseline, measured).split("\n")).toEqual([
    "mypy: 2 sessions on bench1",
    "",
    "baselines: 1 benchmark (baseline) on bench1",
    "mypy 0a1b2c3d4e5f: 2 benchmarks, 1 failed (new) on bench1",
  ]);
});

test("a commit without a session, such as one of an environment's record, names the host", () => {
  expect(message()).toBe("Results of bench1");
});

test("a commit of a finished bridge names its environments", () => {
  expect(
    publicationMessage({
      target: "mypy",
      host: "bench1",
      sessions: [],
      scalingFactors: ["scaling/0a1b2c3d-4e5f6a7b-1.json"],
      decisions: [],
      withdrawals: [],
    }),
  ).toBe("bridge 0a1b2c3d-4e5f6a7b-1 is finished on bench1");
});

test("a commit of an import counts its sessions without naming them", () => {
  const imported: Session = { ...measured, reason: "import" };
  expect(message(imported, imported)).toBe("mypy: 2 sessions imported on bench1");
  expect(message(imported, measured)).toBe("mypy 0a1b2c3d4e5f: 2 benchmarks, 1 failed (new) on bench1");
});

test("a decision by itself is named", () => {
  const decisions = ["decisions/richards-0123456789ab-0a1b2c3d-1.json"];
  expect(publicationMessage({ target: "mypy", host: "bench1", sessions: [], scalingFactors: [], decisions, withdrawals: [] })).toBe(
    "change richards-0123456789ab-0a1b2c3d-1 is decided on bench1",
  );
});

test("withdrawals by themselves are counted", () => {
  const withdrawals = ["withdrawn/20261123T101112Z-bench1-0042.json"];
  expect(publicationMessage({ target: "mypy", host: "bench1", sessions: [], scalingFactors: [], decisions: [], withdrawals })).toBe(
    "1 withdrawal on bench1",
  );
});
