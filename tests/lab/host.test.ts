import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { speedUpCron } from "../../lab/cron.ts";
import { commitAll, gitIn } from "../../lab/git.ts";
import { downHost, knownHostsLine, listHosts, removeHost, ssh, sshOk, upHost, type Host } from "../../lab/host.ts";
import { authorizeKey, cloneInto, createRepository, forgetKey, pushFolder, serveGit } from "../../lab/remote.ts";
import { inLab } from "./in-lab.ts";

const name = "test-host";

describe.skipIf(!inLab)("a throwaway host", () => {
  let host: Host;
  let scratch: string;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "evenkeel-lab-"));
    host = await upHost({ name, fresh: true });
  });

  afterAll(async () => {
    await removeHost(name);
    await rm(scratch, { recursive: true, force: true });
  });

  test("runs commands over ssh, as root and as a user with sudo", async () => {
    expect(await ssh(host, "hostname; cat >&2; exit 7", { input: "given" })).toEqual({ stdout: `${name}\n`, stderr: "given", exitCode: 7 });
    expect(await sshOk(host, "id -un; sudo -n id -un", { user: "admin" })).toBe("admin\nroot\n");
  });

  test("is booted once, however often it is asked for", async () => {
    const bootId = await sshOk(host, "cat /proc/sys/kernel/random/boot_id");
    expect(await upHost({ name })).toEqual(host);
    expect(await sshOk(host, "cat /proc/sys/kernel/random/boot_id")).toBe(bootId);
  });

  test("installs packages from the distribution and from the Python index", async () => {
    await sshOk(host, "apt-get update -q && apt-get install -q -y --no-install-recommends python3-venv");
    await sshOk(host, "python3 -m venv /root/venv && /root/venv/bin/pip install --quiet six");
    expect(await sshOk(host, "/root/venv/bin/python -c 'import six; print(six.__name__)'")).toBe("six\n");
  });

  test("can be given a file system that fills up", async () => {
    await sshOk(host, "mount -t tmpfs -o size=1m none /mnt");
    expect((await ssh(host, "head -c 2M /dev/zero >/mnt/file")).stderr).toContain("No space left on device");
    await sshOk(host, "umount /mnt");
  });

  test("comes back after a reboot", async () => {
    const bootId = async (): Promise<string> => (await ssh(host, "cat /proc/sys/kernel/random/boot_id")).stdout.trim();
    const before = await bootId();
    await ssh(host, "systemctl reboot");
    await vi.waitUntil(async () => ![before, ""].includes(await bootId()), { timeout: 60_000, interval: 100 });
    expect(await bootId()).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("keeps what is on it when it is powered off", async () => {
    await sshOk(host, "echo kept >/root/note");
    await downHost(name);
    expect((await listHosts()).find((entry) => entry.name === name)?.running).toBe(false);
    expect((await ssh(host, "true")).exitCode).toBe(255);
    await upHost({ name });
    expect(await sshOk(host, "cat /root/note")).toBe("kept\n");
  });

  test("is removed at once, whatever still runs on it and would not stop", async () => {
    const other = await upHost({ name: "test-removed", fresh: true });
    await sshOk(other, "systemd-run --unit=slow -p ExecStop='sleep 600' -p TimeoutStopSec=600 sleep infinity");
    const started = performance.now();
    await removeHost(other.name);
    // A clean poweroff is given 30 s.
    expect(performance.now() - started).toBeLessThan(25_000);
    expect((await ssh(other, "true")).exitCode).toBe(255);
    expect(existsSync(other.root)).toBe(false);
    expect((await listHosts()).map((entry) => entry.name)).not.toContain(other.name);
  });

  test("serves git to the owners of authorized keys only", async () => {
    await serveGit(host);
    const url = await createRepository(host, "sample");
    expect(await createRepository(host, "sample")).toBe(url);

    const folder = join(scratch, "sample");
    await gitIn(scratch)`git init --quiet --initial-branch=main ${folder}`;
    await writeFile(join(folder, "file"), "content\n");
    const commit = await commitAll(folder, "first", 1_000_000_000);
    await pushFolder(host, "sample", folder);

    await sshOk(host, "mkdir -p -m 0700 .ssh && ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519 && cat >.ssh/known_hosts", {
      user: "admin",
      input: `${knownHostsLine(host)}\n`,
    });
    const publicKey = await sshOk(host, "cat .ssh/id_ed25519.pub", { user: "admin" });
    const refused = await ssh(host, `git ls-remote ${url}`, { user: "admin" });
    expect(refused).toMatchObject({ exitCode: 128, stderr: expect.stringContaining("Permission denied") });

    await authorizeKey(host, publicKey);
    await authorizeKey(host, publicKey);
    expect(await sshOk(host, `git ls-remote ${url} main`, { user: "admin" })).toBe(`${commit}\trefs/heads/main\n`);
    await sshOk(
      host,
      `git clone --quiet ${url} && cd sample && git -c user.name=a -c user.email=a@b.invalid commit --quiet --allow-empty -m second && git push --quiet`,
      { user: "admin" },
    );
    await cloneInto(host, "sample", join(scratch, "clone"));
    expect((await gitIn(join(scratch, "clone"))`git log --format=%s`).stdout).toBe("second\nfirst\n");

    await forgetKey(host, publicKey);
    expect((await ssh(host, `git ls-remote ${url}`, { user: "admin" })).exitCode).toBe(128);
    expect((await ssh(host, "true", { user: "git" })).exitCode).not.toBe(0);
  });

  test("runs cron jobs", async () => {
    await speedUpCron(host);
    // cron goes by whole seconds: one that reads half a file does not read it again when the rest follows at once.
    const write = "cat >/etc/lab-test && mv /etc/lab-test /etc/cron.d/lab-test";
    await sshOk(host, write, { input: "* * * * * root echo ran >>/root/cron-ran\n" });
    await vi.waitUntil(async () => (await ssh(host, "test -f /root/cron-ran")).exitCode === 0, { timeout: 75_000, interval: 100 });
    expect(await sshOk(host, "sort -u /root/cron-ran")).toBe("ran\n");
  });

  test("is not talked to when its host key has changed", async () => {
    await sshOk(
      host,
      "rm /etc/ssh/ssh_host_ed25519_key && ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key && systemctl restart ssh",
    );
    // As admin: root's connection is open already.
    const login = await ssh(host, "true", { user: "admin" });
    expect(login).toMatchObject({ exitCode: 255, stderr: expect.stringContaining("Host key verification failed") });
  });
});
