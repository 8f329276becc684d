import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HostState } from "../../../runner/model.ts";
import { hostStateFile, isSameState, readHostStates } from "../../../runner/store/host-states.ts";
import { environment, idOf } from "../report/fixture.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-states-"));
  await mkdir(join(root, "hosts"));
});
afterEach(() => rm(root, { recursive: true }));

const state: HostState = {
  schema: 1,
  host: "bench-1",
  written: "2026-06-01T00:00:00.000Z",
  program: "0123456789ab",
  environment: environment("e1"),
  target: { name: "lang", web: "https://example.org/lang", since: idOf(0), tip: idOf(2) },
  waiting: 3,
  paused: "paused since yesterday",
};

async function put(one: object, path = "hosts/bench-1.json"): Promise<void> {
  await writeFile(join(root, path), JSON.stringify(one));
}

test("states are read back as they were written, by name", async () => {
  const all = [state, { ...state, host: "a", blocked: "no compiler", constant: ["constructor", "sort"], dropped: ["__proto__"] }];
  for (const one of all) await writeFile(join(root, hostStateFile(one).path), hostStateFile(one).text);
  expect(await readHostStates(root)).toEqual({ states: [all[1], all[0]], damaged: [] });
});

test.each<[string, object]>([
  ["an option in place of a commit", { ...state, target: { ...state.target, since: "--output=/srv/x" } }],
  ["a script in place of an address", { ...state, target: { ...state.target, web: "javascript:alert(1)" } }],
  ["a control character", { ...state, paused: "\u001b[2J" }],
  ["a path in place of a name", { ...state, host: "../bench-1" }],
  ["less than nothing that waits", { ...state, waiting: -1 }],
  ["the state of another host", { ...state, host: "bench-2" }],
])("a file with %s is damaged, and no state", async (_, content) => {
  await put(content);
  expect(await readHostStates(root)).toEqual({
    states: [],
    damaged: [{ path: join(root, "hosts/bench-1.json"), problem: expect.any(String) }],
  });
});

test("links and deeper folders are no states: a host has one", async () => {
  await mkdir(join(root, "hosts/more"));
  await put(state, "hosts/more/bench-1.json");
  await symlink("/etc/passwd", join(root, "hosts/linked.json"));
  const { states, damaged } = await readHostStates(root);
  expect(states).toEqual([]);
  expect(damaged.map(({ problem }) => problem).sort()).toEqual(["is a link", "is not directly in hosts/"]);
});

test("only the time of writing makes no other state", () => {
  expect(isSameState(state, { ...state, written: "2027-01-01T00:00:00.000Z" })).toBe(true);
  expect(isSameState(state, { ...state, waiting: 4 })).toBe(false);
});
