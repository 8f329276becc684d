import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { labPaths } from "../../../lab/cache.ts";
import { ssh } from "../../../lab/host.ts";
import { placeQuickNode, removeQuickNode } from "../../../lab/recipes.ts";
import { inLab } from "../in-lab.ts";
import { expectLines, ProvisionedHost, type Changes } from "./fixture.ts";

const evenkeel = "/opt/evenkeel/current/evenkeel";
const clean = "this host matches its declaration\n";
const patience = { timeout: 300_000, interval: 200 };

/** `both` is installed for two architectures. */
const usual: Changes = { packages: ["tcc", "libc6-dev", "both"] };
const upgraded: Changes = { ...usual, os: { release: "26.04", upgrade: true }, upgrade: { preUpgradeRun: "skip" } };

/** A package of nothing, for two architectures side by side; mirrors need not have the other one. */
const makeBoth = `set -e
umask 022
dpkg --add-architecture i386
sed -i '/^Types:/a Architectures: amd64' /etc/apt/sources.list.d/ubuntu.sources
cd /tmp
for architecture in amd64 i386; do
  mkdir -p both/DEBIAN
  printf 'Package: both\nVersion: 1.0\nArchitecture: %s\nMulti-Arch: same\nMaintainer: Lab <lab@evenkeel.invalid>\nDescription: nothing\n' $architecture >both/DEBIAN/control
  dpkg-deb --build --root-owner-group both both.deb
  dpkg --install both.deb
done`;

// Ubuntu 24.04 as far as a Debian tree can be, hardened, with an account that was there before: from bare to the next release.
describe.skipIf(!inLab)("a host like Ubuntu", () => {
  let server: ProvisionedHost;
  let scratch: string;
  let agent: ChildProcess | undefined;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "evenkeel-ubuntu-"));
    server = await ProvisionedHost.make({ name: "ubuntu-like", release: "ubuntu-like", user: "ubuntu", python: "3.13" });
    await server.onHost("touch /etc/login.defs && sed -i '/^UMASK/d' /etc/login.defs && echo 'UMASK 077' >>/etc/login.defs");
    await server.onHost("mkdir -m 0755 /data && useradd --create-home --home-dir /data/benchmark benchmark");
    await server.onHost(makeBoth);
    await server.onHost(`set -e
      for name in talker locked; do useradd --create-home --shell /bin/bash $name; cp -r /home/ubuntu/.ssh /home/$name/; chown -R $name: /home/$name; done
      echo 'talker ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/talker
      sed -i '1i echo Welcome to bench' /home/talker/.bashrc
      usermod --shell /usr/sbin/nologin locked`);
    await server.configure(usual);
  });

  afterAll(async () => {
    agent?.kill();
    await server.remove();
    await rm(scratch, { recursive: true, force: true });
  });

  test("has what an Ubuntu server has", async () => {
    const seen = await server.onHost(`. /etc/os-release; echo $PRETTY_NAME; ls /etc/apt/sources.list /etc/apt/sources.list.d 2>&1
      systemctl is-active ssh.socket unattended-upgrades apt-daily.timer; dpkg-query --show needrestart; apt-get -s install cron`);
    expect(seen).toMatch(/^Ubuntu 24\.04\.3 LTS\n/);
    expect(seen).toMatch(/cannot access '\/etc\/apt\/sources\.list'.*\n[^]*ubuntu\.sources\nactive\nactive\nactive\nneedrestart/);
    expect(seen).toContain("Ubuntu Pro");
    // By a connection of its own: the lab's was there before.
    expect((await ssh(server.host, "sudo -n sh -c umask", { user: "ubuntu" })).stdout).toMatch(/7\n$/);
  });

  test.each<[string, string, RegExp, RegExp]>([
    ["root", "root", /rejects the login of root: .*Permission denied/, /as on Ubuntu, write an account with passwordless sudo as user:/],
    ["a login that prints", "talker", /the login of talker prints text before commands run: "Welcome to bench"/, /\.bashrc/],
    ["a login without a shell", "locked", /the login shell of locked does not run commands of a POSIX shell/, /chsh -s \/bin\/bash locked/],
  ])("%s is refused in a sentence with what to do, and nothing is changed", async (_case, user, sentence, hint) => {
    await server.configure({ ...usual, host: { user } });
    const up = await server.pulumi("up");
    await server.configure(usual);
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(sentence);
    expect(up.output).toMatch(hint);
    expect(await server.onHost("ls /opt")).toBe("");
  });

  test("bare, its preview reads apt between what hooks print", async () => {
    await server.onHost("apt-get -qq update");
    const preview = await server.succeeds("preview");
    expect(preview.output).toContain("bare host (Ubuntu 24.04.3 LTS), never applied");
    expectLines(preview, [/will install: tcc \(\d+\.[^ ]+ /]);
    expect(preview.output).not.toContain("Ubuntu Pro");
  });

  test("up twice: the account keeps its home, and the second changes nothing", async () => {
    expect((await server.pulumi("up")).output).toContain("error: github: the deploy key does not open");
    await server.authorize();
    await server.succeeds("up");
    await expectAsDeclared();
    expect((await server.succeeds("up")).output).toContain("20 unchanged");
    expect(await server.onHost("getent passwd benchmark | cut -d: -f6; ls -A /data/benchmark/.ssh; ls /home")).toMatch(
      /^\/data\/benchmark\nconfig\nid_ed25519\nid_ed25519\.pub\nknown_hosts\n(?![^]*benchmark)/,
    );
  });

  test("nothing of it is private to root, though its umask is 077", async () => {
    const unreadable = "( -type d -not -perm -0055 -o -type f -not -perm -0044 )".replaceAll(/[()]/g, "\\$&");
    expect(await server.onHost(`find /opt/evenkeel /etc/evenkeel /srv/target ${unreadable} -not -path '*/jobs/*'`)).toBe("");
    expect(await server.onHost("stat -c %a /srv/state/journal ~benchmark/.ssh ~benchmark/.ssh/id_ed25519")).toBe("700\n700\n600\n");
  });

  test("updates by themselves are off, and packages are held, for both architectures where there are two", async () => {
    expect(await server.onHost("systemctl is-active unattended-upgrades apt-daily.timer apt-daily-upgrade.timer; true")).toBe(
      "inactive\ninactive\ninactive\n",
    );
    expect((await server.onHost("apt-mark showhold")).split("\n")).toEqual(expect.arrayContaining(["both", "both:i386", "nodejs", "tcc"]));
  });

  test("a revision is measured and published", async () => {
    await placeQuickNode(server.host);
    await server.onHost(`${evenkeel} run`);
    const sessions = await server.onHost("cat /srv/results/runs/*/*/*.json");
    expect(sessions).toContain('"read"');
    expect(sessions).not.toContain('"failure"');
    expect(await server.onHost("git -c safe.directory=* --git-dir=/home/git/results.git log --format=%s main")).toMatch(/\n/);
  });

  test("drift is seen, keeps it from measuring, and is put right: modes, holds, timers", async () => {
    await server.onHost(`set -e
      chmod -R go= /opt/evenkeel/venv/*
      apt-mark unhold both:i386
      systemctl unmask apt-daily.timer && systemctl start apt-daily.timer`);
    expect((await server.tryOnHost(`${evenkeel} run`)).stdout).toMatch(/not measuring: .*venv/);
    expectLines(await server.succeeds("preview"), [
      /drift: directories: \/opt\/evenkeel\/venv\/[0-9a-f]{8}\S* mode: is 0700, and \d+ more below \/opt\/evenkeel\/venv, declared readable by every account/,
      /drift: packages: package both: is 1\.0, not held, declared 1\.0, held/,
      /drift: packages: unit apt-daily\.timer: is loaded, active, declared masked, inactive/,
    ]);
    await server.succeeds("up");
    await expectAsDeclared();
  });

  test("of an agent with more keys than the server tries, the named one is used by all that logs in", async () => {
    const socket = await agentWithManyKeys();
    const command = { ...usual, schedule: { cron: "1 0 29 2 *" } };
    await server.configure(command);
    const tooMany = await server.tool("up", ["--yes", "--skip-preview"], { SSH_AUTH_SOCK: socket });
    expect(tooMany.output).toContain("rejects the login of ubuntu: too many keys were tried");
    expect(tooMany.output).toContain("as identity: under this host");

    const identity = (await readFile(labPaths.publicKey, "utf8")).trim();
    await server.configure({ ...command, host: { identity } });
    const up = await server.tool("up", ["--yes", "--skip-preview"], { SSH_AUTH_SOCK: socket });
    expect(up).toMatchObject({ exitCode: 0 });
    expect(await server.onHost("cat /etc/cron.d/evenkeel")).toContain("1 0 29 2 * root");
    await server.configure(usual);
    await server.succeeds("up");
  });

  test("another release is refused where no upgrade is declared, and one without a pre-upgrade run", async () => {
    await server.configure({ ...usual, os: { release: "26.04" } });
    const refused = await server.pulumi("up");
    expect(refused.output).toContain("host ubuntu-like: this host runs Ubuntu 24.04, os.release is 26.04");
    await server.configure({ ...usual, os: { release: "28.04", upgrade: true } });
    expect((await server.pulumi("up")).output).toContain("upgrade one release at a time, first to 26.04");
    await server.configure({ ...upgraded, upgrade: { preUpgradeRun: "ask" } });
    expect((await server.pulumi("up")).output).toMatch(/environment [0-9a-f]{16} ends with this upgrade/);
  });

  test("an upgrade is done by Ubuntu's own program; the restart closes ssh's socket, and the next up changes nothing", async () => {
    await removeQuickNode(server.host);
    const boot = await server.onHost("cat /proc/sys/kernel/random/boot_id");
    // What stops the socket: whoever orders the restart, while the system still runs; or the shutdown itself.
    await server.onHost(
      `mkdir -p /etc/systemd/system/ssh.socket.d && cat >/etc/systemd/system/ssh.socket.d/watch.conf && systemctl daemon-reload`,
      "[Socket]\nExecStopPost=/bin/sh -c 'systemctl is-system-running >>/var/tmp/stopped'\n",
    );
    await server.configure(upgraded);
    const up = await server.succeeds("up");
    expect(up.output).toContain("the host has restarted");
    expect((await server.onHost("cat /var/tmp/stopped")).split("\n")[0]).toMatch(/^(running|degraded)$/);
    expect(await server.onHost("cat /proc/sys/kernel/random/boot_id")).not.toBe(boot);
    expect(await server.onHost(". /etc/os-release; echo $VERSION_ID; systemctl is-active ssh.socket")).toBe("26.04\nactive\n");
    await expectAsDeclared();
    expect((await server.succeeds("up")).output).toContain("20 unchanged");
    await server.onHost(`${evenkeel} run`);
  });

  async function expectAsDeclared(): Promise<void> {
    const { stdout, stderr } = await server.tryOnHost(`${evenkeel} doctor`);
    expect(stdout + stderr).toBe(clean);
    const preview = await server.succeeds("preview", "--expect-no-changes");
    expect(preview.output).not.toMatch(/drift:|will (create|change|apply|install):/);
  }

  /** The lab's key comes last. */
  async function agentWithManyKeys(): Promise<string> {
    const socket = join(scratch, "agent");
    agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
    if (agent.stdout) await once(agent.stdout, "data");
    const environment = { ...process.env, SSH_AUTH_SOCK: socket };
    for (let number = 0; number < 7; number++) {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(scratch, `key-${number}`)]);
      execFileSync("ssh-add", ["-q", join(scratch, `key-${number}`)], { env: environment, stdio: "ignore" });
    }
    execFileSync("ssh-add", ["-q", labPaths.key], { env: environment, stdio: "ignore" });
    await vi.waitUntil(() => execFileSync("ssh-add", ["-l"], { env: environment }).toString().split("\n").length === 9, patience);
    return socket;
  }
});
