import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { placeQuickNode, removeQuickNode } from "../../../lab/recipes.ts";
import { inLab } from "../in-lab.ts";
import { ProvisionedHost, type Changes } from "./fixture.ts";

const evenkeel = "/opt/evenkeel/current/evenkeel";
const unit = "evenkeel-os-12-13.service";
const log = "/opt/evenkeel/jobs/os-12-13/log";
const patience = { timeout: 600_000, interval: 200 };

const upgraded: Changes = { python: { version: "3.13" }, os: { release: "13", upgrade: true }, upgrade: { preUpgradeRun: "skip" } };

// One host on its way from Debian 12 to 13: the tests are the stages, each killed once.
describe.skipIf(!inLab)("an upgrade of the operating system", () => {
  let server: ProvisionedHost;

  beforeAll(async () => {
    server = await ProvisionedHost.make({ name: "os-upgrade", release: "bookworm", user: "root", python: "3.11" });
    await server.pulumi("up");
    await server.authorize();
    await server.succeeds("up");
    await placeQuickNode(server.host);
    await server.onHost(`${evenkeel} run`);
  });

  afterAll(async () => {
    await server.remove();
  });

  test("is refused where nobody asked for it, and nothing is changed: the host is measured as before", async () => {
    await server.configure({ os: { release: "13" } });
    expect((await server.pulumi("preview")).output).toContain("will change: os: release: is Debian 12, declared 13");
    const up = await server.pulumi("up");
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toContain("this host runs Debian 12, os.release is 13");
    expect(up.output).toContain(': write release: "12" under os:, or upgrade: true to let `up` upgrade and restart the host');
    expect((await server.tryOnHost(`${evenkeel} run`)).stdout).not.toContain("not measuring");

    await server.configure({ os: { release: "12" } });
    await server.succeeds("up");
    expect(await doctor()).toBe("this host matches its declaration\n");
    expect(await release()).toBe("12");
  });

  test("asks for a pre-upgrade run to the environment first, and changes nothing without one", async () => {
    await server.configure({ ...upgraded, upgrade: { preUpgradeRun: "ask" } });
    const up = await server.pulumi("up");
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(/environment [0-9a-f]{16} ends with this upgrade, .*`evenkeel pre-upgrade`/);
    expect(await server.onHost("cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true")).not.toContain("trixie");
    expect(await release()).toBe("12");
  });

  test("goes on through a lost connection and a kill, with Node broken in the middle, restarts the host and ends as declared", async () => {
    await removeQuickNode(server.host);
    const before = { environment: await environment(), boot: await boot(), node: await server.onHost("node --version") };
    await server.configure(upgraded);

    const lost = await server.startPulumi("up");
    await vi.waitUntil(() => lost.output().includes("upgrading Debian 12 to 13: started"), patience);
    await server.onHost("kill -9 $(sed -n 's/.*\"pid\":\\([0-9]*\\).*/\\1/p' /run/evenkeel/holder.json)");
    expect((await lost.done).exitCode).not.toBe(0);
    expect((await server.tryOnHost(`systemctl is-active ${unit}`)).stdout).toBe("active\n");

    const attached = await server.startPulumi("up");
    await vi.waitUntil(() => attached.output().includes("upgrading Debian 12 to 13: attached to the one at work"), patience);
    // The C library and the init system are whole, much else is not.
    const isAmidst = `grep -q '^Setting up systemd (25[7-9]' ${log} && grep -A 1000 '^Setting up systemd (' ${log} | grep -q '^Unpacking'`;
    await vi.waitUntil(async () => (await server.tryOnHost(isAmidst)).exitCode === 0, patience);
    await server.onHost(`systemctl kill --signal=KILL ${unit}`);
    const killed = await attached.done;
    expect(killed.exitCode).not.toBe(0);
    expect(killed.output).toMatch(
      /upgrading Debian 12 to 13 was (ended by SIGKILL|cut off:.*) after .*; log on the host: \/opt\/evenkeel\/jobs\/os-12-13\/log/,
    );

    // As if the kill had come between Node and its library.
    await server.onHost(
      `cd /tmp && apt-get download -qq nodejs && dpkg --force-all --unpack nodejs_*.deb; dpkg --force-all --remove libnode115; true`,
    );
    expect((await server.tryOnHost("node --version")).exitCode).toBe(127);

    const up = await server.succeeds("up");
    expect(up.output).toContain("drift: node: is missing or broken");
    expect(up.output).toMatch(/restarting the host in \d+ s/);
    expect(up.output).toContain("the host has restarted");
    expect(await release()).toBe("13");
    expect(await boot()).not.toBe(before.boot);
    expect(await environment()).not.toBe(before.environment);
    expect(before.node).toMatch(/^v18\./);
    expect(await server.onHost("node --version; /srv/venv/bin/python --version")).toMatch(/^v2\d\.[^]*Python 3\.13\./);
    expect(await server.onHost("apt-mark showhold")).toMatch(/^nodejs$/m);
    expect(await server.onHost("dpkg --audit; systemctl is-active ssh cron")).toBe("active\nactive\n");
    expect(await doctor()).toBe("this host matches its declaration\n");
  });

  test("is done once: the next up changes nothing, and does not restart the host", async () => {
    await placeQuickNode(server.host);
    const before = await boot();
    expect((await server.succeeds("up")).output).toContain("20 unchanged");
    const preview = await server.succeeds("preview", "--expect-no-changes");
    expect(preview.output).not.toMatch(/drift:|will (create|change|apply|install):/);
    expect(await boot()).toBe(before);
  });

  test("leaves a host that measures in its new environment", async () => {
    await server.onHost(`${evenkeel} run`);
    expect(await server.onHost("ls /srv/results/environments")).toContain(await environment());
  });

  async function doctor(): Promise<string> {
    const { stdout, stderr } = await server.tryOnHost(`${evenkeel} doctor`);
    return stdout + stderr;
  }

  async function release(): Promise<string> {
    return (await server.onHost('. /etc/os-release; echo "$VERSION_ID"')).trim();
  }

  async function boot(): Promise<string> {
    return (await server.onHost("cat /proc/sys/kernel/random/boot_id")).trim();
  }

  async function environment(): Promise<string> {
    return (await server.onHost('sed -n \'s/^  "id": "\\([0-9a-f]*\\)".*/\\1/p\' /opt/evenkeel/active/environment.json')).trim();
  }
});
