import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { expect, test, vi } from "vitest";
import { accountOf } from "../../../runner/system/account.ts";
import { runProcess, type ProcessOptions, type ProcessResult } from "../../../runner/system/process.ts";

const account = await accountOf(userInfo().uid === 0 ? "nobody" : userInfo().username);

function run(script: string, limits: Partial<ProcessOptions> = {}): Promise<ProcessResult> {
  return runProcess(["/bin/sh", "-c", script], {
    account,
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
  expect(result).toMatchObject({ exitCode: 3, stdout: "out\n", stderr: "err\n", killed: undefined });
  expect(result.seconds).toBeGreaterThan(0.05);
});

test("a child left in the process's own group is killed, and held against nobody", async () => {
  const result = await run("sleep 600 >/dev/null 2>&1 & echo $!");
  expect(result).toMatchObject({ exitCode: 0 });
  await untilDead(result.stdout);
});

test("at the time limit the process is killed, with all it started", async () => {
  const result = await run("sleep 600 & echo $!; sleep 600", { timeoutSeconds: 0.3 });
  expect(result).toMatchObject({ killed: "time limit", exitCode: undefined });
  await untilDead(result.stdout);
});

test("at the output limit the process is killed", async () => {
  expect(await run("yes", { limitBytes: 100_000 })).toMatchObject({ killed: "output limit" });
});

test("what it writes to descriptor 3 comes back apart from its output, up to a limit", async () => {
  expect((await run("echo out; echo report >&3", { reportBytes: 100 })).report.toString()).toBe("report\n");
  expect(await run("yes >&3", { reportBytes: 1000 })).toMatchObject({ killed: "output limit" });
  expect(await run("echo report >&3")).toMatchObject({ report: Buffer.alloc(0) });
});

test.skipIf(userInfo().uid !== 0)("what root does first is done as root, and no right is left afterwards", async () => {
  const first = ["/bin/sh", "-c", 'id -u; exec "$@"', "sh"];
  expect((await run("id -u; id -G", { asRootFirst: first })).stdout).toBe(`0\n${account.uid}\n${account.gid}\n`);
});
