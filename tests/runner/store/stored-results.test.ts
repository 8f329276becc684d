import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { synthetic, writeResults } from "../../../bench/report/synthetic.ts";
import type { Session } from "../../../runner/model.ts";
import { environmentOf } from "../../../runner/system/environment.ts";
import { sessionPath } from "../../../runner/store/sessions.ts";
import { StoredResults } from "../../../runner/store/stored-results.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { sessionsOf } from "../../../runner/timeline/results.ts";
import { environment } from "../report/fixture.ts";

const made = synthetic(4, 20);
const expected = sessionsOf(resultsOf(made.sessions));
let root: string;
let stored: StoredResults;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-stored-"));
  stored = new StoredResults(root, join(root, "cache"), () => new Date("2027-01-01"));
});
afterEach(() => rm(root, { recursive: true }));

test("asked again, a process has what it read, and leaves nothing behind unless it is to be kept", async () => {
  await writeResults(root, made);
  const first = await stored.read();
  expect(first.sessions).toEqual(expected);
  expect(await stored.read()).toBe(first);
  expect(await readdir(root)).not.toContain("cache");
  await stored.keep();
  expect((await readdir(join(root, "cache"))).length).toBeGreaterThan(4);
  expect((await new StoredResults(root, join(root, "cache"), () => new Date("2027-01-01")).read()).sessions).toEqual(expected);
});

test("a session that was added, changed or removed since then is seen", async () => {
  await writeResults(root, { ...made, sessions: made.sessions.slice(0, -1) });
  expect((await stored.read()).sessions).toEqual(expected.slice(0, -1));
  await writeResults(root, made);
  expect((await stored.read()).sessions).toEqual(expected);
  await rm(join(root, sessionPath(made.sessions[3]?.id ?? "").session));
  expect((await stored.read()).sessions).toEqual(expected.filter((_, index) => index !== 3));
});

test("a move of the machine that is declared meanwhile is believed", async () => {
  const { id: _id, ...facts } = environment("e1");
  const before = environmentOf({ ...facts });
  const moved = environmentOf({ ...facts, machineShifts: [{ since: made.sessions[5]?.started ?? "", why: "a new fan" }] });
  const sessions = made.sessions.map((one) => ({ ...one, environment: before.id }));
  await writeResults(root, { ...made, sessions, environments: [before] });
  expect(new Set((await stored.read()).sessions.map((one) => one.environment))).toEqual(new Set([before.id]));
  await writeResults(root, { ...made, sessions, environments: [moved] });
  const found = await stored.read();
  expect(found.sessions.map((one) => one.environment)).toEqual(sessions.map((_, index) => (index < 5 ? before.id : moved.id)));
  expect(await stored.read()).toBe(found);
});

test.each<[string, (session: Session) => Session]>([
  ["began", (session) => ({ ...session, started: "2099-01-01T00:00:00.000Z" })],
  ["ended", (session) => ({ ...session, ended: "2099-01-01T00:00:00.000Z" })],
  ["is named", (session) => ({ ...session, id: session.id.replace(/^\d{8}/, "20990101") })],
])("a session that %s after now is set aside, named, and read once its time has come", async (_, spoil) => {
  const [first, ...others] = made.sessions;
  if (!first) throw new Error("no session was made");
  await writeResults(root, { ...made, sessions: [...others, spoil(first)] });
  const read = await stored.read();
  expect(read.sessions).toEqual(sessionsOf(resultsOf(others)));
  expect(read.results.sessions.at(-1)?.id).toBe(others.at(-1)?.id);
  expect(read.misdated.map(({ id }) => id)).toEqual([spoil(first).id]);
  expect(read.damaged).toMatchObject([{ problem: expect.stringMatching(/in the future: ignored until then/) }]);
  await stored.keep();
  const later = await new StoredResults(root, join(root, "cache"), () => new Date("2099-01-02")).read();
  expect([later.sessions.length, later.misdated.length, later.damaged.length]).toEqual([made.sessions.length, 0, 0]);
});
