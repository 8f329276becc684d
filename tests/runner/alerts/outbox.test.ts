import { describe, expect, test } from "vitest";
import { advance, afterFailure, type Outbox } from "../../../runner/alerts/outbox.ts";
import type { Situation } from "../../../runner/alerts/situation.ts";
import { at, situation, quiet, problem, start } from "./situations.ts";

const change = {
  id: "d1",
  title: "richards is 4.8 % slower",
  text: "since then",
  decided: at(-1),
  revision: "ab".repeat(20),
};

/** Titles of what goes out after each of these looks, one after the other. */
function titles(looks: readonly Situation[], before?: Outbox): string[][] {
  let outbox = before;
  return looks.map((look) => {
    const kept = outbox?.pending.length ?? 0;
    outbox = advance(outbox, look, ["webhook"]);
    return outbox.pending.slice(kept).map(({ alert }) => alert.title);
  });
}

describe("alerts", () => {
  test("a state is reported once when it begins, and again when it recurs", () => {
    const held = situation({ paused: "paused since yesterday: moving" });
    expect(titles([held, held, situation(), held])).toEqual([["paused: nothing is measured"], [], [], ["paused: nothing is measured"]]);
  });

  test("a host that differs from its declaration is reported instead of the failed run", () => {
    const drifted = situation({ blockers: ["directories: /srv/log mode: is 0700, declared 0755"], failure: "not measuring" });
    expect(titles([drifted])).toEqual([["not measured: the host differs from its declaration"]]);
  });

  test("a problem of the clock is reported once it lasts", () => {
    const waiting = situation({ clock: "the clock is not synchronised" });
    expect(titles([situation(), waiting, waiting])).toEqual([[], ["not measured: the clock is not set"], []]);
  });

  test("an unlistable part of the suite is reported once, with the reason, even if the run succeeded", () => {
    const torn = situation({ unlisted: ["benchmarks/sort.py is not measured: SyntaxError"] });
    expect(titles([torn, torn, situation()])).toEqual([["the suite cannot be listed completely"], [], []]);
    expect(advance(quiet, torn, ["webhook"]).pending[0]?.alert.text).toBe("benchmarks/sort.py is not measured: SyntaxError");
  });

  test("requirements that are resolved as of today are reported once", () => {
    const undated = situation({ undated: "requirements are resolved as of today: the index gives no upload times" });
    expect(titles([situation(), undated, undated])).toEqual([[], ["requirements are resolved as of today"], []]);
  });

  test("silence is reported once it lasts, but not during a pause", () => {
    const failing = { failure: "the remote cannot be reached", lastSuccess: at(0) };
    const looks = [1, 23, 25, 48].map((hours) => situation({ ...failing, now: at(hours) }));
    expect(titles(looks)).toEqual([["a run failed"], [], ["no successful run for 24 hours"], []]);
    expect(titles([situation({ paused: "moving", now: at(48) })])).toEqual([["paused: nothing is measured"]]);
  });

  test("lasting failures are reported once: each remote for itself, revisions that cannot be measured together", () => {
    const looks = [5, 6, 7].map((hours) =>
      situation({ now: at(hours), problems: [problem("fetch", "/srv/target", hours), problem("publish", "main", hours)] }),
    );
    expect(titles(looks)).toEqual([[], ["cannot fetch /srv/target for 6 hours", "cannot publish results to main for 6 hours"], []]);
    const stuck = situation({ problems: ["revision a", "revision b"].map((about) => problem("measure", about, 8)) });
    expect(titles([stuck, stuck])).toEqual([["cannot measure 2 subjects for 6 hours"], []]);
  });

  test("repeated failures at one revision are reported once, even if runs between succeed", () => {
    const stuck = [problem("measure", "revision a", 1)];
    const failing = situation({ failure: "the index does not answer", problems: stuck });
    expect(titles([failing, situation({ problems: stuck }), failing])).toEqual([["a run failed"], [], []]);
    expect(titles([failing, situation(), failing])).toEqual([["a run failed"], [], ["a run failed"]]);
  });

  test("a change is reported once; those known before the first report are not", () => {
    expect(titles([situation({ changes: [change] })])).toEqual([[]]);
    const later = situation({ changes: [change, { ...change, id: "d2", title: "another" }] });
    expect(titles([situation({ changes: [change] }), later, later], quiet)).toEqual([["richards is 4.8 % slower"], ["another"], []]);
  });

  test("every channel gets each alert; those waiting for a removed channel are dropped", () => {
    const both = advance(quiet, situation({ changes: [change] }), ["webhook", "github"]);
    expect(both.pending.map(({ channel, alert }) => [channel, alert.revision])).toEqual([
      ["webhook", change.revision],
      ["github", change.revision],
    ]);
    expect(advance(both, situation({ changes: [change] }), ["github"]).pending.map(({ channel }) => channel)).toEqual(["github"]);
  });

  test("delivery is retried at growing intervals, and given up after weeks", () => {
    const [first] = advance(quiet, situation({ changes: [change] }), ["webhook"]).pending;
    const waits: number[] = [];
    let now = at(0);
    for (let one = first; one; one = afterFailure(one, now)) {
      waits.push((Date.parse(one.notBefore) - Date.parse(now)) / 60_000);
      now = one.notBefore;
    }
    expect(waits.slice(0, 9)).toEqual([0, 5, 10, 20, 40, 80, 160, 320, 360]);
    expect(Math.max(...waits)).toBe(360);
    const days = (Date.parse(now) - start) / 86_400_000;
    expect(days).toBeGreaterThan(14);
    expect(days).toBeLessThan(30);
  });
});
