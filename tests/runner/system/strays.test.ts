import { spawn } from "node:child_process";
import { once } from "node:events";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { accountOf } from "../../../runner/system/account.ts";
import { isLiving, processName } from "../../../runner/system/living.ts";
import { endOrphans } from "../../../runner/system/strays.ts";

const account = await accountOf(userInfo().uid === 0 ? "nobody" : userInfo().username);
const command = join(import.meta.dirname, "../../../runner/system/command.ts");

/** A runner that waits for a trusted command, which prints its process id. */
const waiting = `
import { as } from ${JSON.stringify(command)};
const running = as(${JSON.stringify(account)})({ nothrow: true })\`echo $$; exec sleep 600\`;
running.stdout.pipe(process.stdout);
await running;
`;

async function start() {
  const runner = spawn(process.execPath, ["--input-type=module", "-e", waiting], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed]: Buffer[] = await once(runner.stdout, "data");
  return { runner, command: processName(Number(printed?.toString())) ?? "" };
}

test("a command that outlives its killed runner is ended; one of a living runner is not", async () => {
  const [killed, living] = [await start(), await start()];
  killed.runner.kill("SIGKILL");
  await once(killed.runner, "exit");
  expect([killed, living].map((one) => isLiving(one.command))).toEqual([true, true]);

  await endOrphans(account);
  expect([killed, living].map((one) => isLiving(one.command))).toEqual([false, true]);

  living.runner.kill("SIGKILL");
  await once(living.runner, "exit");
  await endOrphans(account);
  expect(isLiving(living.command)).toBe(false);
});
