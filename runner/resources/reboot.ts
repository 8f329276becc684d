import { commandLine } from "../../config/command-line.ts";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import { asRoot } from "../system/command.ts";
import { bootId } from "../system/tuning-here.ts";
import type { ResourceType } from "./resource-type.ts";
import { readUpgrade, removeUpgrade } from "./os/record.ts";

/** Time from the order to restart until the host goes down, so that the ordering command can finish and report. */
const graceSeconds = 8;
/** Most time for a host to go down, and to start its services. */
const goingDownSeconds = 120;
const startSeconds = 120;

/** Units of ssh's server. Ubuntu's socket would start the service at the next connection. */
const listeners = ["ssh.socket", "ssh.service"];

/** Returns the active units of ssh's server; `ssh.service` if none is active. */
async function listening(): Promise<string[]> {
  const asked = (await asRoot({ nothrow: true })`systemctl is-active ${listeners}`).stdout.trim().split("\n");
  const active = listeners.filter((_, index) => asked[index] === "active");
  return active.length > 0 ? active : ["ssh.service"];
}

/** Restart at the end of an upgrade of the operating system. It counts as applied once the host is up again. */
export const reboot: ResourceType<Record<string, never>> = {
  spec: z.strictObject({}),
  async check() {
    const isOwed = (await readUpgrade())?.upgradedIn !== undefined;
    return isOwed ? [{ what: "restart after the upgrade", is: "owed", shouldBe: "done" }] : [];
  },
  async apply(_spec, { log }) {
    const upgradedIn = (await readUpgrade())?.upgradedIn;
    if (upgradedIn === undefined) return;
    if (upgradedIn === (await bootId())) {
      log("the host is about to restart");
      // The restart ends this process.
      await sleep(goingDownSeconds * 1000);
      throw new UserError("the host did not restart", `restart it by hand (\`systemctl reboot\`), then run \`${commandLine("up")}\` again`);
    }
    log("the host has restarted");
    await asRoot({ nothrow: true })`timeout ${startSeconds} systemctl is-system-running --wait`;
    await removeUpgrade();
  },
};

/**
 * Restarts this host after a few seconds, so that the calling command can finish. Refuses new logins until then, since they would be cut off.
 * If the restart fails, ssh is started again after some minutes.
 */
export async function scheduleRestart(log: (line: string) => void): Promise<void> {
  log(`restarting the host in ${graceSeconds} s`);
  const script = `sleep ${graceSeconds}; systemctl reboot; sleep ${2 * goingDownSeconds}; systemctl start ${(await listening()).join(" ")}`;
  await asRoot`systemctl stop evenkeel-reboot.service 2>/dev/null || true`;
  await asRoot`systemd-run --quiet --collect --unit=evenkeel-reboot.service /bin/sh -c ${script}`;
  // Open ssh sessions continue.
  await asRoot({ nothrow: true })`systemctl stop ${listeners}`;
}
