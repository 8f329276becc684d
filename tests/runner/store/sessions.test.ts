import { execFileSync } from "node:child_process";
import { chown, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../../config/user-error.ts";
import { accountOf, type Account } from "../../../runner/system/account.ts";
import type { Environment, Session, SessionSamples } from "../../../runner/model.ts";
import {
  isStoringBegun,
  readEnvironments,
  readSamples,
  readSessions,
  removeHalfResults,
  sessionId,
  sessionPath,
  writeDependencies,
  writeEnvironment,
  writeSession,
} from "../../../runner/store/sessions.ts";
import { exampleId, exampleListing } from "./example.ts";

const isRoot = userInfo().uid === 0;
let root: string;
let account: Account;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-results-"));
  account = await accountOf(isRoot ? "nobody" : userInfo().username);
});
afterEach(() => rm(root, { recursive: true }));

function example(n: number): { session: Session; samples: SessionSamples } {
  const id = exampleId(n);
  const session: Session = {
    schema: 1,
    id,
    host: "bench-1",
    started: "2026-11-23T10:11:12.000Z",
    ended: "2026-11-23T10:21:12.000Z",
    reason: "new",
    subject: { kind: "revision", revision: "0123456789abcdef0123456789abcdef01234567" },
    environment: "e1aaaaaabbbb",
    hostFacts: { kernel: "6.1" },
    suite: "s".repeat(40),
    versions: { mypy: "2.4" },
    listed: exampleListing,
    benchmarks: {
      richards: {
        compiled: {
          status: "ok",
          workload: "w1",
          seconds: 0.123456,
          standardError: 0.00012,
          degreesOfFreedom: 9,
          samples: 15,
          minimum: 0.12,
          median: 0.1234,
        },
      },
      deltablue: { compiled: { status: "failed", workload: "w2", stage: "run", message: "exit code 1", output: "Traceback\nboom" } },
    },
  };
  return { session, samples: { schema: 1, id, samples: { richards: { compiled: [0.123, 0.124] } } } };
}

const environment: Environment = {
  id: "e1aaaaaabbbb",
  cpu: "Intel",
  machine: "m",
  os: { id: "debian", versionId: "13" },
  python: { version: "3.13.5", buildFlags: "", sha256: "0".repeat(64) },
  compiler: "cc 14",
  tuning: [],
};

test("what a killed run left half-made goes; what is stored stays", async () => {
  const { session, samples } = example(1);
  await chown(root, account.uid, account.gid);
  await writeSession(root, account, session, samples);
  const folder = join(root, dirname(sessionPath(session.id).session));
  const whole = await readdir(folder);
  await writeFile(join(folder, ".half.json.17.4711.01234567.tmp"), "{", { mode: 0o600 });
  await mkdir(join(root, "runs", ".2027.17.4711.01234567.tmp"));
  await removeHalfResults({ root, account });
  expect(await readdir(folder)).toEqual(whole);
  expect(await readdir(join(root, "runs"))).toEqual(["2026"]);
});

test("storing is begun once the samples are there, the session's own file or not", async () => {
  const { session, samples } = example(1);
  expect(await isStoringBegun(root, session.id)).toBe(false);
  await writeSession(root, account, session, samples);
  await rm(join(root, sessionPath(session.id).session));
  expect(await isStoringBegun(root, session.id)).toBe(true);
  expect(await isStoringBegun(root, example(2).session.id)).toBe(false);
});

test("a session's name says when, where, what, why, and its folder the month", () => {
  const subject = { kind: "revision" as const, revision: "0123456789abcdef0123456789abcdef01234567" };
  const facts = { started: "2026-11-23T10:11:12.345Z", host: "bench-1", environment: "e1aaaaaabbbb", random: 42 };
  expect(sessionId({ ...facts, subject, reason: "new" })).toBe("20261123T101112Z-bench-1-0123456789ab-e1aaaaaa-new-0042");
  const baseline = sessionId({ ...facts, subject: { kind: "baseline" }, reason: "manual" });
  expect(baseline).toBe("20261123T101112Z-bench-1-baseline-e1aaaaaa-manual-0042");
  expect(sessionPath(baseline)).toEqual({ session: `runs/2026/11/${baseline}.json`, samples: `runs/2026/11/${baseline}.samples.json` });
});

test("sessions are read back as they were written, by id, and belong to the account", async () => {
  for (const n of [3, 1, 2]) await writeSession(root, account, example(n).session, example(n).samples);
  expect(await readSessions(root)).toEqual({ sessions: [1, 2, 3].map((n) => example(n).session), damaged: [] });
  expect(await readSamples(root, exampleId(2))).toEqual(example(2).samples);
  const path = join(root, sessionPath(exampleId(1)).session);
  for (const made of [path, dirname(path), join(root, "runs")]) expect((await stat(made)).uid).toBe(account.uid);
  expect((await stat(path)).mode & 0o777).toBe(0o644);
});

test("storing a session again is harmless, storing another under its name is refused", async () => {
  const { session, samples } = example(1);
  await writeSession(root, account, session, samples);
  const before = await stat(join(root, sessionPath(session.id).session));
  await writeSession(root, account, session, samples);
  expect((await stat(join(root, sessionPath(session.id).session))).mtimeMs).toBe(before.mtimeMs);
  await expect(writeSession(root, account, { ...session, host: "bench-2" }, samples)).rejects.toThrow(UserError);
  expect((await readSessions(root)).sessions).toEqual([session]);
});

test.each([
  ["cut off", (text: string) => text.slice(0, 100), /JSON/],
  ["of another schema", (text: string) => text.replace('"schema": 1', '"schema": 2'), /schema/],
  ["with nonsense for seconds", (text: string) => text.replace("0.123456", "-1"), /benchmarks\.richards\.compiled\.seconds/],
  ["under another's name", (text: string) => text.replace(exampleId(1), exampleId(2)), new RegExp(exampleId(2))],
])("a session file %s is told, and the others are read", async (_, damage, problem) => {
  for (const n of [0, 1]) await writeSession(root, account, example(n).session, example(n).samples);
  const path = join(root, sessionPath(exampleId(1)).session);
  await writeFile(path, damage(await readFile(path, "utf8")));
  const { sessions, damaged } = await readSessions(root);
  expect(sessions.map(({ id }) => id)).toEqual([exampleId(0)]);
  expect(damaged.map((file) => file.path)).toEqual([path]);
  expect(damaged[0]?.problem).toMatch(problem);
});

test("keys that a newer host writes are dropped, not refused", async () => {
  const { session, samples } = example(1);
  await writeSession(root, account, session, samples);
  const path = join(root, sessionPath(session.id).session);
  await writeFile(path, (await readFile(path, "utf8")).replace('"host"', '"hostile": 1,\n"host"'));
  expect((await readSessions(root)).sessions).toEqual([session]);
});

test("an empty results folder has no sessions and no environments", async () => {
  expect(await readSessions(root)).toEqual({ sessions: [], damaged: [] });
  expect(await readEnvironments(root)).toEqual({ environments: [], damaged: [] });
});

test("an environment's record is written once and read back", async () => {
  await writeEnvironment(root, account, environment);
  await writeEnvironment(root, account, environment);
  expect(await readEnvironments(root)).toEqual({ environments: [environment], damaged: [] });
  await expect(writeEnvironment(root, account, { ...environment, cpu: "AMD" })).rejects.toThrow(/other content/);
});

test("what was installed for a build is a line each, in a file named by its hash", async () => {
  const dependencies = { hash: "0123abcd", list: ["attrs==25.3.0", "librt==0.7"] };
  await writeDependencies(root, account, dependencies);
  await writeDependencies(root, account, dependencies);
  expect(await readFile(join(root, "dependencies/0123abcd.txt"), "utf8")).toBe("attrs==25.3.0\nlibrt==0.7\n");
});

test("a link in place of a folder does not lead a write elsewhere", async () => {
  const elsewhere = join(root, "elsewhere");
  await mkdir(elsewhere);
  await symlink(elsewhere, join(root, "runs"));
  await expect(writeSession(root, account, example(1).session, example(1).samples)).rejects.toThrow(/not a folder/);
  expect(await readdir(elsewhere)).toEqual([]);
});

describe.skipIf(!isRoot)("on a full file system (needs root, to mount one)", () => {
  let mount: string;
  beforeEach(async () => {
    mount = join(root, "full disk");
    await mkdir(mount);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", mount]);
  });
  afterEach(() => {
    execFileSync("umount", [mount]);
  });

  test("a session that does not fit is a clear error, leaves nothing torn, and fits later", async () => {
    await writeSession(mount, account, example(0).session, example(0).samples);
    const ballast = join(mount, "ballast");
    await writeFile(ballast, Buffer.alloc(1 << 20)).catch(() => undefined);

    const { session, samples } = example(1);
    const error: unknown = await writeSession(mount, account, session, samples).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toContain(`no space left on ${mount} (tmpfs)`);
    expect((await readSessions(mount)).sessions).toEqual([example(0).session]);
    expect(await readdir(join(mount, "runs/2026/11"))).toHaveLength(2);

    await rm(ballast);
    await writeSession(mount, account, session, samples);
    expect((await readSessions(mount)).sessions).toHaveLength(2);
  });
});
