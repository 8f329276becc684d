import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
      schedule: { cron: "1 0 29 2 *" },
    });
    for (const step of steps) {
      const up = await server.startPulumi("up");
      await whenApplying(step, { kill: true });
      const { exitCode, output } = await up.done;
      expect(exitCode, `not ended by the kill at ${step}:\n${output}`).not.toBe(0);
      // Before the declaration is in force, what differs is told; afterwards, what was not applied. A kill may come when the step has just been recorded.
      const index = steps.indexOf(step);
      const left = steps.slice(index).join("|");
      const described = index < 2 ? "not measuring: " : `not measuring: declared, not yet applied: .*\\b(${left})\\b`;
      expect(await upgraded.refusal()).toMatch(new RegExp(described));
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
    await whenApplying("venv", { kill: false });
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

  /** Waits until the host applies a resource, and kills the process that does, unless it is only to be waited for. */
  async function whenApplying(step: string, { kill }: { kill: boolean }): Promise<void> {
    const watched = await server.onHost(`python3 - ${step} ${kill ? "kill" : "wait"}`, watcher);
    expect(watched.trim(), `${step} was not applied`).toBe("seen");
  }
});
/** Watches on the host itself: a step may take no longer than a look from outside. */
const watcher = `
import json, os, signal, sys, time
step, act = sys.argv[1:]
# In real time: on a busy machine a short step would end before this looks again. A nice value counts only within one session.
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
end = time.monotonic() + 300
while time.monotonic() < end:
    try:
        with open("/run/evenkeel/holder.json") as file:
            holder = json.load(file)
        if holder["command"] == "ensure " + step:
            os.kill(holder["pid"], signal.SIGKILL if act == "kill" else 0)
            print("seen")
            break
    except (OSError, ValueError):
        pass
    time.sleep(0.001)
`;
