import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inLab } from "../in-lab.ts";
import type { ProvisionedHost } from "./fixture.ts";
import { clean, evenkeel, until, UpgradedServer, usual, venvOf } from "./upgraded-server.ts";

/** Going back to an earlier configuration may take so long; on a machine that is busy with others, so many times an `up` that changes nothing. */
const rollbackSeconds = 15;
const rollbackShare = 2;
// Activation, going back, what is kept, waiting, pausing.
describe.skipIf(!inLab)("an upgrade", () => {
  let upgraded: UpgradedServer;
  let server: ProvisionedHost;

  beforeAll(async () => {
    upgraded = await UpgradedServer.make("upgrade-steps");
    server = upgraded.server;
  });

  afterAll(() => server?.remove());

  test("is activated in one step: of all links that the schedule uses one changes", async () => {
    const links = "/srv/venv /opt/evenkeel/current /usr/local/bin/evenkeel";
    const before = await server.onHost(`readlink ${links}`);
    const generation = await server.onHost("readlink /opt/evenkeel/active");
    await upgraded.changeTo(venvOf("1.16.0"));
    expect(await server.onHost(`readlink ${links}`)).toBe(before);
    expect(await server.onHost("readlink /opt/evenkeel/active")).not.toBe(generation);
    expect(await upgraded.sixInUse()).toBe("1.16.0");
    expect(await server.onHost("cd $(readlink -f /opt/evenkeel/active) && readlink -f venv && ls")).toBe(
      `${await server.onHost("readlink -f /srv/venv")}bundle\nenvironment.json\nhost-facts.json\nvenv\n`,
    );
  });

  test("is taken back by configuration in seconds, and the host measures as before", async () => {
    const idle = await upgraded.changeTo(venvOf("1.16.0"));
    const back = await upgraded.changeTo(usual);
    console.log(`taken back in ${back.seconds.toFixed(1)} s; an up that changes nothing takes ${idle.seconds.toFixed(1)} s`);
    expect(back.seconds).toBeLessThan(Math.max(rollbackSeconds, rollbackShare * idle.seconds));
    expect(back.output).not.toMatch(/making \/opt\/evenkeel\/venv/);
    expect(await upgraded.sixInUse()).toBe("1.17.0");
    await upgraded.expectMeasuring();
  });

  test("whose venv cannot be built changes nothing that is in use; taken back, the host measures again", async () => {
    const active = await server.onHost("readlink /opt/evenkeel/active; readlink -f /srv/venv");
    await server.configure({ requirements: ["evenkeel-has-no-such-package==1.0"] });
    const failed = await server.pulumi("up");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toMatch(/error: venv: pip install failed:/);
    expect(await server.onHost("readlink /opt/evenkeel/active; readlink -f /srv/venv")).toBe(active);
    expect(await upgraded.sixInUse()).toBe("1.17.0");
    expect(await upgraded.refusal()).toMatch(/not measuring: declared, not yet applied: activation, files, venv; run `npm run up`$/);

    const back = await upgraded.changeTo(usual);
    expect(back.output).not.toMatch(/making \/opt\/evenkeel\/venv/);
    await upgraded.expectMeasuring();
  });

  test("leaves what it replaced until prune: the last three stay, and what is in use", async () => {
    const old = (await server.onHost("grep -l 1.16.0 /opt/evenkeel/venv/*/evenkeel.complete")).trim().replace("/evenkeel.complete", "");
    for (const six of ["1.15.0", "1.14.0"]) await upgraded.changeTo(venvOf(six));
    await upgraded.changeTo(usual);
    const listing = "find /opt/evenkeel /srv/state | sort";
    const before = await server.onHost(listing);

    await server.onHost(`systemd-run --quiet --unit=at-work ${old}/bin/python -c 'import time; time.sleep(600)'`);
    expect(await server.onHost(`${evenkeel} prune --dry-run`)).toMatch(new RegExp(`^kept ${old} \\([\\d.]+ MB\\): running$`, "m"));
    await server.onHost("systemctl stop at-work");
    const dry = JSON.parse(await server.onHost(`${evenkeel} prune --dry-run --json`));
    expect(await server.onHost(listing)).toBe(before);
    // The venv that could not be built is of no use either.
    expect(venvs(dry.removed)).toHaveLength(2);
    expect(venvs(dry.removed)).toContain(old);
    expect(venvs(dry.kept)).toHaveLength(3);
    expect(dry.bytes).toBeGreaterThan(1e6);

    expect(await server.onHost(`${evenkeel} prune`)).toMatch(new RegExp(`^removed ${old} \\(.*\\)$[^]*^freed [\\d.]+ MB$`, "m"));
    expect((await server.tryOnHost(`ls -d ${old}`)).exitCode).not.toBe(0);
    expect(await upgraded.doctor()).toBe(clean);
    expect(await server.onHost(`${evenkeel} prune`)).toMatch(/^nothing to remove$/m);
    await upgraded.expectMeasuring();
    // What is gone is made anew.
    await upgraded.changeTo(venvOf("1.16.0"));
    await upgraded.changeTo(usual);
  });

  test("waits for what measures, counting down, as long as configured", async () => {
    const hold = async (): Promise<void> => {
      await server.onHost("systemd-run --quiet --unit=measuring flock /run/evenkeel/lock sleep 600");
      await until(async () => (await server.tryOnHost("flock -n /run/evenkeel/lock true")).exitCode !== 0);
    };
    await hold();
    await server.configure({ ...venvOf("1.16.0"), upgrade: { waitMinutes: 0 } });
    const impatient = await server.pulumi("up");
    expect(impatient.exitCode).not.toBe(0);
    expect(impatient.output).toMatch(/error: ensure \w+: the host is busy with another process/);
    await server.configure({ ...venvOf("1.16.0"), upgrade: { waitMinutes: 30 } });
    const patient = await server.startPulumi("up");
    await until(async () => /waiting for another process; giving up in (2[89]|30) min/.test(patient.output()));
    await server.onHost("systemctl stop measuring");
    expect((await patient.done).exitCode).toBe(0);
    await upgraded.changeTo(usual);
    await upgraded.expectMeasuring();
  });

  test("is no time of silence: a pause of the configuration is told with its reason wherever one looks", async () => {
    const why = "the room is being painted";
    await upgraded.changeTo({ ...usual, schedule: { enabled: false, why } }, `${clean}paused by the configuration: ${why}\n`);
    expect(await server.onHost("cat /etc/cron.d/evenkeel")).toMatch(new RegExp(`^# .*${why}.*$`, "m"));
    expect(await server.onHost("cat /etc/cron.d/evenkeel")).not.toContain("evenkeel run");
    expect(await server.onHost(`${evenkeel} status`)).toMatch(new RegExp(`^schedule +paused by the configuration: ${why}$`, "m"));
    expect(JSON.parse(await server.onHost(`${evenkeel} status --json`))).toMatchObject({ paused: expect.stringContaining(why) });
    await server.onHost(`${evenkeel} report --out /root/reports`);
    expect(await server.onHost("cat /root/reports/README.md")).toContain(`| schedule | paused by the configuration&#58; ${why} |`);
    await upgraded.changeTo(usual);
  });
});

function venvs(things: { path: string }[]): string[] {
  return things.map(({ path }) => path).filter((path) => path.startsWith("/opt/evenkeel/venv/"));
}
