import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Inside } from "../../../lab/inside.ts";
import { inLab } from "../in-lab.ts";
import type { ProvisionedHost } from "./fixture.ts";
import { clean, UpgradedServer, usual, venvOf } from "./upgraded-server.ts";

/** In the order they are applied. */
const steps = [
  "bundle",
  "declaration",
  "packages",
  "account",
  "github",
  "directories",
  "clones",
  "python",
  "venv",
  "files",
  "activation",
  "schedule",
];
// Killed in the middle of each step.
describe.skipIf(!inLab)("an upgrade", () => {
  let upgraded: UpgradedServer;
  let server: ProvisionedHost;

  beforeAll(async () => {
    upgraded = await UpgradedServer.make("upgrade-killed");
    server = upgraded.server;
  });

  afterAll(() => server?.remove());

  test("killed at every step in turn is never measured half done; the next up goes on, and in the end the host measures", async () => {
    await server.onHost(`set -e
      usermod --shell /bin/sh benchmark
      chmod 0700 /srv/state/builds
      echo edited >>/srv/target/source
      rm /opt/evenkeel/markers/python.json
      ln -sfn /tmp /opt/evenkeel/next`);
    await server.configure({
      requirements: ["six==1.16.0"],
      packages: ["tcc", "libc6-dev", "hello"],
      git: { name: "Other" },
      measure: { samples: 6 },
      schedule: { cron: "1 0 31 2 *" },
    });
    for (const step of steps) {
      const up = await server.startPulumi("up");
      await killWhileApplying(step);
      const { exitCode, output } = await up.done;
      expect(exitCode, `not ended by the kill at ${step}:\n${output}`).not.toBe(0);
      // Before the declaration is in force, what differs is told; afterwards, what was not applied.
      const told = steps.indexOf(step) < 2 ? "not measuring: " : `not measuring: declared, not yet applied: .*\\b${step}\\b`;
      expect(await upgraded.refusal()).toMatch(new RegExp(told));
    }
    await server.succeeds("up");
    expect(await upgraded.doctor()).toBe(clean);
    expect(await upgraded.sixInUse()).toBe("1.16.0");
    await upgraded.expectMeasuring();
    await upgraded.changeTo(usual);
  });

  test("whose engine is killed is not measured half done; the next up completes it", async () => {
    await server.configure(venvOf("1.15.0"));
    const up = await server.startPulumi("up");
    await untilApplying("venv");
    up.kill();
    await up.done;
    // What it had begun goes on by itself.
    await server.onHost("flock -w 120 /run/evenkeel/lock true");
    expect(await upgraded.refusal()).toMatch(/not measuring: declared, not yet applied: .*\bactivation\b/);
    await server.cancel();
    await upgraded.changeTo(venvOf("1.15.0"));
    expect(await upgraded.sixInUse()).toBe("1.15.0");
    await upgraded.expectMeasuring();
  });

  /** Until the host applies a resource. Returns the process that does, as this machine counts. */
  async function untilApplying(step: string): Promise<number> {
    const inside = new Inside(server.host);
    const deadline = performance.now() + 300_000;
    let known: { pid: number; inner: number }[] = [];
    for (let look = 0; performance.now() < deadline; look++) {
      await sleep(1);
      const holder = holderSchema.safeParse(parsed(inside.path("/run/evenkeel/holder.json"))).data;
      if (holder?.command === `ensure ${step}`) {
        const pid = known.find(({ inner }) => inner === holder.pid)?.pid ?? inside.find(holder.pid)?.pid;
        if (pid !== undefined) return pid;
      }
      // Looked for beforehand, for that takes longer than some steps do; not each time, for it keeps a processor busy.
      if (known.length === 0 && look % 10 === 0)
        known = inside.processes().filter(({ command }) => command.endsWith(` ensure ${step}`) || command.includes(` ensure ${step} `));
    }
    throw new Error(`${step} was not applied`);
  }

  async function killWhileApplying(step: string): Promise<void> {
    const pid = await untilApplying(step);
    process.kill(pid, "SIGKILL");
  }
});

const holderSchema = z.object({ pid: z.number(), command: z.string() });

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
