import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ssh, type SshResult } from "../../../lab/host.ts";
import { nodeScript } from "../../../provision/program/node.ts";
import { inLab } from "../in-lab.ts";
import { ProvisionedHost, type Changes } from "./fixture.ts";

const evenkeel = "/opt/evenkeel/next/evenkeel";
const patience = { timeout: 120_000, interval: 100 };
/** What a refusal may take on a busy machine; by itself it is a second. */
const refusalSeconds = 20;

/** Holds apt's locks the way apt does, until it is stopped. */
const holdLocks = `
import fcntl, sys, time
held = [open(path, "a") for path in sys.argv[1:]]
for file in held: fcntl.lockf(file, fcntl.LOCK_EX)
open("/run/locks-held", "w").close()
time.sleep(600)
`;

// Debian 12, with the Node and Python of that release, and a login that needs sudo for everything.
describe.skipIf(!inLab)("a host with a sudo login", () => {
  let server: ProvisionedHost;

  beforeAll(async () => {
    server = await ProvisionedHost.make({ name: "provision-old", release: "bookworm", user: "admin", python: "3.11" });
    await server.onHost("rm -rf /var/lib/apt/lists/*; useradd --create-home plain; useradd stranger");
    await server.onHost("cp -r /home/admin/.ssh /home/plain/ && chown -R plain /home/plain");
    await server.onHost("cat >/root/hold-locks", holdLocks);
  });

  afterAll(async () => {
    await server.remove();
  });

  test.each<[string, Changes["host"], RegExp, RegExp]>([
    [
      "another host key",
      { hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
      /host provision-old \(admin@.*\) shows another host key than the pinned one/,
      /hint: if the host was reinstalled, write its new key as hostKey:/,
    ],
    ["a port where nothing listens", { port: 1 }, /cannot be reached: .*Connection refused/, /hint: check address and port/],
    ["a name that is none", { address: "no-such-host.invalid" }, /cannot be reached: .*Could not resolve/, /hint: check address and port/],
    ["a login without a key", { user: "stranger" }, /rejects the login of stranger: .*Permission denied/, /hint: load a key that stranger/],
    ["a login without sudo", { user: "plain" }, /does not let plain become root: sudo: /, /hint: give plain passwordless sudo/],
  ])("%s is told in a sentence with what to do, within seconds, and nothing is changed", async (_case, host, sentence, hint) => {
    await server.configure(host === undefined ? {} : { host });
    const up = await server.pulumi("up");
    await server.configure();
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(sentence);
    expect(up.output).toMatch(hint);
    expect(up.output).not.toMatch(/^\s+at |command:.*creat(ing|ed)/m);
    expect(up.seconds).toBeLessThan(refusalSeconds);
    expect((await server.tryOnHost("ls -d /opt/evenkeel /home/*/.cache")).stdout).toBe("");
  });

  test("an unsupported release is refused before anything is changed; Ubuntu is as good as Debian", async () => {
    expect(await tryNodeStep('ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04.3 LTS"\n')).toMatchObject({ exitCode: 0 });
    expect(await tryNodeStep('ID=ubuntu\nVERSION_ID="26.04"\nPRETTY_NAME="Ubuntu 26.04 LTS"\n')).toMatchObject({ exitCode: 0 });
    expect(await tryNodeStep('ID=debian\nVERSION_ID="13"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n')).toMatchObject({ exitCode: 0 });
    for (const [release, name] of [
      ['ID=ubuntu\nVERSION_ID="22.04"\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\n', "Ubuntu 22.04.5 LTS"],
      ['ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n', "Debian GNU/Linux forky/sid"],
      ['ID=fedora\nVERSION_ID=43\nPRETTY_NAME="Fedora Linux 43"\n', "Fedora Linux 43"],
    ] as const) {
      const refused = await tryNodeStep(release);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain(`error: this host runs ${name}; Evenkeel needs Ubuntu 24.04 or later, or Debian 12 or later`);
    }
  });

  test("bare and without package lists, its preview says when the versions will be known", async () => {
    const preview = await server.succeeds("preview");
    expect(preview.output).toContain("bare host (Debian GNU/Linux 12 (bookworm)), never applied");
    expect(preview.output).toContain("will install: tcc (version known after apt-get update)");
  });

  test("its first up waits for somebody else's apt, says so, and goes on", async () => {
    await holdApt("/var/lib/apt/lists/lock");
    const up = await server.startPulumi("up");
    await vi.waitUntil(() => up.output().includes("waiting for apt: E: Could not get lock /var/lib/apt/lists/lock"), patience);
    expect(up.output()).toMatch(/held by process \d+ \(python3\).*giving up in \d+ (min|s)/);
    await releaseApt();
    const { output } = await up.done;
    expect(output).toContain("error: github: the deploy key does not open");
    await server.authorize();
    await server.succeeds("up");
    await expectAsDeclared();
  });

  test("up twice: the second changes nothing", async () => {
    expect((await server.succeeds("up")).output).toContain("20 unchanged");
    await expectAsDeclared();
  });

  test("interrupted in the middle: the next up waits for what still runs, names it, and completes", async () => {
    await server.configure({ packages: ["tcc", "libc6-dev", "hello"] });
    await holdApt("/var/lib/dpkg/lock-frontend");
    const interrupted = await server.startPulumi("up");
    await vi.waitUntil(() => interrupted.output().includes("waiting for apt: E: Could not get lock /var/lib/dpkg/lock-frontend"), patience);
    // The first Ctrl-C lets the running step end, the second does not.
    interrupted.interrupt();
    await vi.waitUntil(() => interrupted.output().includes("press ^C again"), patience);
    interrupted.interrupt();
    expect((await interrupted.done).exitCode).not.toBe(0);
    await server.cancel();
    expect((await server.tryOnHost(`${evenkeel} doctor`)).stdout).toContain("declared, not yet applied: files, packages");

    const next = await server.startPulumi("up");
    await vi.waitUntil(
      () => /waiting for ensure packages \(process \d+, since .*\); giving up in \d+ (min|s)/.test(next.output()),
      patience,
    );
    await releaseApt();
    expect(await next.done).toMatchObject({ exitCode: 0 });
    expect(await server.onHost("hello")).toContain("Hello");
    await expectAsDeclared();
  });

  test("while something is measured, the preview looks at nothing live and says so", async () => {
    await server.onHost(`set -e
      usermod --shell /bin/sh benchmark
      echo '{"pid": 1, "command": "evenkeel run --cron", "since": "2026-01-01T00:00:00Z"}' >/run/evenkeel/holder.json
      systemd-run --quiet --unit measuring flock /run/evenkeel/lock sleep 600`);
    await vi.waitUntil(async () => (await server.tryOnHost("flock -n /run/evenkeel/lock true")).exitCode !== 0, patience);
    const preview = await server.succeeds("preview", "--expect-no-changes");
    expect(preview.output).toContain("measuring (evenkeel run --cron): applied resources are not checked now");
    expect(preview.output).not.toContain("drift:");

    await server.onHost("systemctl stop measuring; rm /run/evenkeel/holder.json");
    expect((await server.pulumi("preview")).output).toContain("drift: account: account benchmark shell: is /bin/sh, declared /bin/bash");
    await server.succeeds("up");
    await expectAsDeclared();
  });

  async function expectAsDeclared(): Promise<void> {
    expect(await server.tryOnHost(`${evenkeel} doctor`)).toMatchObject({ stdout: "this host matches its declaration\n", exitCode: 0 });
    const preview = await server.succeeds("preview", "--expect-no-changes");
    expect(preview.output).not.toMatch(/drift:|will (create|change|apply|install):/);
  }

  /** What the Node step says of a release, before it does anything. */
  async function tryNodeStep(release: string): Promise<SshResult> {
    const lines = nodeScript("sudo -n ").replace("/etc/os-release", "/tmp/os-release").split("\n");
    await server.onHost("cat >/tmp/os-release", release);
    return ssh(server.host, lines.slice(0, lines.indexOf("fi") + 1).join("\n"), { user: "admin", input: "token\n" });
  }

  async function holdApt(...locks: string[]): Promise<void> {
    await server.onHost(`rm -f /run/locks-held; systemd-run --quiet --unit apt-user python3 /root/hold-locks ${locks.join(" ")}`);
    await vi.waitUntil(async () => (await server.tryOnHost("test -e /run/locks-held")).exitCode === 0, patience);
  }

  async function releaseApt(): Promise<void> {
    await server.onHost("systemctl stop apt-user");
  }
});
