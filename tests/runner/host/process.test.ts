import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { expect, test, vi } from "vitest";
import { accountOf } from "../../../runner/host/account.ts";
import { runProcess, type ProcessResult } from "../../../runner/host/process.ts";

const account = await accountOf(userInfo().uid === 0 ? "nobody" : userInfo().username);

function run(script: string, limits: { timeoutSeconds?: number; limitBytes?: number; signal?: AbortSignal } = {}): Promise<ProcessResult> {
  return runProcess(["/bin/sh", "-c", script], {
    account,
    cwd: "/",
    environment: { PATH: "/usr/bin:/bin" },
    timeoutSeconds: 20,
    ...limits,
  });
}

/** Wait for the process whose id was printed to be dead, if not yet buried. */
async function untilDead(printed: string): Promise<void> {
  const stat = `/proc/${Number.parseInt(printed, 10)}/stat`;
  await vi.waitUntil(async () => !/^\d+ \(.*\) [^ZX]/.test(await readFile(stat, "utf8").catch(() => "")), { timeout: 10_000, interval: 5 });
}

test("what a process prints, how it ended and how long it took come back", async () => {
  const result = await run("echo out; echo err >&2; sleep 0.05; exit 3");
  expect(result).toMatchObject({ exitCode: 3, stdout: "out\n", stderr: "err\n", killed: undefined, leftBehind: [] });
  expect(result.seconds).toBeGreaterThan(0.05);
});

test("a daemon in a session of its own is found, named and killed", async () => {
  const result = await run("setsid sleep 600 >/dev/null 2>&1 & echo $!; sleep 0.1");
  expect(result).toMatchObject({ exitCode: 0, leftBehind: ["sleep"] });
  await untilDead(result.stdout);
});

test("a child left in the process's own group is killed, and held against nobody", async () => {
  const result = await run("sleep 600 >/dev/null 2>&1 & echo $!");
  expect(result).toMatchObject({ exitCode: 0, leftBehind: [] });
  await untilDead(result.stdout);
});

test("at the time limit the process is killed, with all it started", async () => {
  const result = await run("setsid sleep 600 & echo $!; sleep 600", { timeoutSeconds: 0.3 });
  expect(result).toMatchObject({ killed: "time limit", exitCode: undefined });
  await untilDead(result.stdout);
});

test("at the output limit the process is killed", async () => {
  expect(await run("yes", { limitBytes: 100_000 })).toMatchObject({ killed: "output limit" });
});

test("processes of the same account that it did not start are left alone", async () => {
  const stop = new AbortController();
  const other = run("sleep 600", { signal: stop.signal });
  await run("setsid sleep 600 & sleep 0.1");
  stop.abort();
  expect(await other).toMatchObject({ killed: "aborted" });
});
