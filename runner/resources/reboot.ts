import { commandLine } from "../../config/command-line.ts";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import { asRoot } from "../system/command.ts";
import { bootId } from "../system/tuning-here.ts";
import type { ResourceType } from "./resource-type.ts";
import { readUpgrade, removeUpgrade } from "./os/record.ts";

/** From the order to restart until the host goes down: who ordered it can end, and say so. */
const graceSeconds = 8;
/** How long a host may take to go down, and to start its services. */
const goingDownSeconds = 120;
const startSeconds = 120;

/** ssh's server, by whichever unit it listens: the socket is Ubuntu's, and would start the service at the next connection. */
const listeners = ["ssh.socket", "ssh.service"];

/** Returns those that are active now. */
async function listening(): Promise<string[]> {
  const asked = (await asRoot({ nothrow: true })`systemctl is-active ${listeners}`).stdout.trim().split("\n");
  const active = listeners.filter((_, index) => asked[index] === "active");
  return active.length > 0 ? active : ["ssh.service"];
}

/** The restart that an upgrade of the operating system ends with: applied once the host is there again. */
export const reboot: ResourceType<Record<string, never>> = {
  spec: z.strictObject({}),
  async check() {
    const isOwed = (await readUpgrade())?.upgradedIn !== undefined;
    return isOwed ? [{ what: "restart after the upgrade", is: "owed", shouldBe: "done" }] : [];
  },
  async apply(_spec, { log: say }) {
    const upgradedIn = (await readUpgrade())?.upgradedIn;
    if (upgradedIn === undefined) return;
    if (upgradedIn === (await bootId())) {
      say("the host is about to restart");
      // It takes this process with it.
      await sleep(goingDownSeconds * 1000);
      throw new UserError(
        "the host does not restart",
        `restart it by hand (\`systemctl reboot\`), then run \`${commandLine("up")}\` again`,
      );
    }
    say("the host has restarted");
    await asRoot({ nothrow: true })`timeout ${startSeconds} systemctl is-system-running --wait`;
    await removeUpgrade();
  },
};

/**
 * Restart this host in a moment, so that who asked for it can end in order. Until then no new login is let in: it would be cut off. Should
 * the restart not come, ssh is there again after some minutes.
 */
export async function scheduleRestart(log: (line: string) => void): Promise<void> {
  log(`restarting the host in ${graceSeconds} s`);
  const script = `sleep ${graceSeconds}; systemctl reboot; sleep ${2 * goingDownSeconds}; systemctl start ${(await listening()).join(" ")}`;
  await asRoot`systemctl stop evenkeel-reboot.service 2>/dev/null || true`;
  await asRoot`systemd-run --quiet --collect --unit=evenkeel-reboot.service /bin/sh -c ${script}`;
  // Sessions that are open live on.
  await asRoot({ nothrow: true })`systemctl stop ${listeners}`;
}
