import { expect, test } from "vitest";
import type { Measured, Outcome, Session, WorkItem } from "../../../runner/model.ts";
import type { CachedBuild } from "../../../runner/build/cached-builds.ts";
import { repeats } from "../../../runner/queue/repeats.ts";
import { timeline } from "../../../runner/timeline/timeline.ts";
import { history, idOf, measured, session } from "../report/fixture.ts";

const revisions = history(60);
const listed = ["sort", "steady"].map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }));
const failed: Outcome = { status: "failed", workload: "w1", stage: "run", message: "boom", output: "" };

/** Every sixth revision is slow in its first session; none in a later one. */
function outcome(name: string, number: number, nth: number): Measured {
  const slow = name === "sort" && nth === 0 && number % 6 === 3;
  return { ...measured(slow ? 1.2 : 1 + number * 1e-5), fingerprint: `${name} ${number}` };
}

class Server {
  readonly sessions: Session[] = [];
  isBroken = false;
  kept: readonly number[] = [];

  constructor() {
    for (const number of revisions.keys()) this.measure(number, ["sort", "steady"], "new");
  }

  items(): WorkItem[] {
    const { sessions } = this;
    const { benchmarks } = timeline({ history: revisions, sessions, listed, currentEnvironment: "e1", scalingFactors: [] });
    const cachedBuilds = this.kept.map((number): CachedBuild => {
      const subject = { kind: "revision" as const, revision: idOf(number) };
      return { subject, suite: "s0", environment: "e1", fingerprints: {}, lastUsed: "" };
    });
    return repeats({ benchmarks, sessions, history: revisions.map(({ id }) => id), environment: "e1", cachedBuilds });
  }

  measure(number: number, names: readonly string[], reason: Session["reason"]): void {
    const nth = this.sessions.filter(({ subject }) => subject.kind === "revision" && subject.revision === idOf(number)).length;
    const of = (name: string) => ({ compiled: this.isBroken ? failed : outcome(name, number, nth) });
    this.sessions.push({
      ...session(number, Object.fromEntries(names.map((name) => [name, of(name)]))),
      id: String(this.sessions.length).padStart(4, "0"),
      subject: { kind: "revision", revision: idOf(number) },
      reason,
    });
  }

  /** Measures what is asked for until nothing is. */
  settle(): string[] {
    const done: string[] = [];
    for (let item = this.items()[0]; item; item = this.items()[0]) {
      const number = revisions.findIndex(({ id }) => item?.subject.kind === "revision" && item.subject.revision === id);
      done.push(`${number} ${item.benchmarks?.join(" ")} ${item.nth}`);
      if (done.length > 20) throw new Error("it never ends");
      this.measure(number, item.benchmarks ?? [], item.reason);
    }
    return done;
  }
}

test("points of a bimodal benchmark get three sessions each, from cached builds, and others none", () => {
  const server = new Server();
  expect(server.items()).toEqual([]);
  server.kept = [58, 59];
  expect(server.items()[0]).toMatchObject({ reason: "repeat", suite: "s0", benchmarks: ["sort"] });
  expect(server.settle()).toEqual(["59 sort 1", "59 sort 2", "58 sort 1", "58 sort 2"]);
});

test("sessions that fail count: it ends", () => {
  const server = new Server();
  server.kept = [59];
  server.isBroken = true;
  expect(server.settle()).toEqual(["59 sort 1", "59 sort 2"]);
});
