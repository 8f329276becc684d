import { afterEach, beforeEach, expect, test } from "vitest";
import { git, type Clone } from "../../../runner/system/git.ts";
import type { HostState } from "../../../runner/model.ts";
import { sharedHistory, type Shared } from "../../../runner/run/shared-history.ts";
import { environment } from "../report/fixture.ts";
import { commits, Repositories } from "../repositories.ts";

let repositories: Repositories;
let upstream: Clone;
let target: Clone;
let leftOut: string[];

beforeEach(async () => {
  repositories = await Repositories.make();
  await repositories.bare("upstream.git");
  upstream = await repositories.clone("upstream.git", "upstream");
  target = await repositories.clone("upstream.git", "target");
  leftOut = [];
});
afterEach(() => repositories.remove());

async function pushed(count: number, message: string, from?: string): Promise<string[]> {
  const list = Array.from({ length: count }, (_, number) => ({
    files: { f: `${message} ${number}` },
    message,
    ...(number === 0 && from !== undefined && { from }),
  }));
  const ids = await commits(upstream, list);
  await git(upstream, ["push", "--quiet", "--force", "origin", "main"]);
  return ids;
}

function state(host: string, minute: number, since = "", tip = ""): HostState {
  const written = new Date(Date.UTC(2026, 5, 1, 0, minute)).toISOString();
  return { schema: 1, host, written, program: "1", environment: environment("e1"), target: { name: host, since, tip }, waiting: 0 };
}

async function shared(states: readonly HostState[], mayFetch = true): Promise<Shared | undefined> {
  const found = await sharedHistory(target, states, { mayFetch });
  ({ leftOut } = found);
  return found.shared;
}

const idsOf = (found: Shared | undefined) => found?.history.map(({ id }) => id);

test("the history reaches to the newest commit that any host knows, in any order of states and fetches", async () => {
  const ids = await pushed(4, "change");
  const states = [state("late", 9, ids[1], ids[2]), state("early", 1, ids[0], ids[3])];
  const found = await shared(states);
  expect(idsOf(found)).toEqual(ids.slice(1));
  expect(found?.target).toEqual({ name: "late" });
  const again = await shared([...states].reverse(), false);
  expect(again).toEqual(found);
  // What the branch has besides is in no state, so in no report.
  await pushed(1, "unknown to all", ids[3]);
  expect(await shared(states)).toEqual(found);
});

test("after a force-push, abandoned commits are not in the history, even if an old state names them", async () => {
  const [first = "", ...old] = await pushed(4, "change");
  expect(idsOf(await shared([state("old", 1, first, old.at(-1))]))).toEqual([first, ...old]);
  const [renewed] = await pushed(1, "another", first);
  expect(idsOf(await shared([state("old", 1, first, old.at(-1)), state("new", 2, first, renewed)]))).toEqual([first, renewed]);
});

test("a state with unknown commits is left out and named, and without a known state the history is undefined", async () => {
  const ids = await pushed(2, "change");
  const lost = state("lost", 9, ids[0], "1".repeat(40));
  expect(idsOf(await shared([lost, state("here", 1, ids[0], ids[1])]))).toEqual(ids);
  expect(leftOut).toEqual(["lost"]);
  expect(await shared([lost])).toBeUndefined();
});
