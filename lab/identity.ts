import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { labKey } from "./agent.ts";
import { loginOf, type Release } from "./image.ts";
import { shell } from "./shell.ts";
import { listenBySocket } from "./ubuntu-like.ts";

/** Identity of a host, which distinguishes it from others of its release. */
export interface Identity {
  name: string;
  release: Release;
  address: string;
  port: number;
}

/** All logins come from one address, and tests fail some on purpose: that must not lock the others out. Older servers never do. */
const trustingLogins = "PerSourcePenalties no\n";
/** The exchange of keys that clients of OpenSSH 9 prefer takes 50 ms of processor time at each of thousands of logins. This one takes 1 ms. */
const quickLogins = "KexAlgorithms curve25519-sha256\n";

/** Gives a tree that does not run its own name, address, keys and machine id. Returns its public host key. */
export async function personalize(root: string, { name, address, port, release }: Identity): Promise<string> {
  // Not every release's image has the file.
  const lines = (await readFile(join(root, "etc/hosts"), "utf8").catch(() => "")).split("\n");
  const hosts = lines.filter((line) => line !== "" && !isLabAddress.test(line));
  await writeFile(join(root, "etc/hosts"), [...hosts, `${address} ${name}`, ""].join("\n"));
  await writeFile(join(root, "etc/hostname"), `${name}\n`);
  await writeFile(join(root, "etc/machine-id"), "");
  // The distribution's daily jobs would change files in the middle of a test.
  await rm(join(root, "etc/crontab"), { force: true });
  // Five processes for a greeting, at each of thousands of logins.
  const logins = join(root, "etc/pam.d/sshd");
  const greeting = /^.*pam_motd\.so.*\n/gm;
  await writeFile(logins, (await readFile(logins, "utf8")).replace(greeting, ""));
  await writeFile(
    join(root, "etc/ssh/sshd_config.d/lab.conf"),
    `ListenAddress ${address}\nPort ${port}\nHostKey /etc/ssh/ssh_host_ed25519_key\nUseDNS no\nMaxSessions 100\nMaxStartups 100\n${quickLogins}${release === "bookworm" ? "" : trustingLogins}`,
  );
  if (release === "ubuntu-like") await listenBySocket(root, address, port);
  const key = join(root, "etc/ssh/ssh_host_ed25519_key");
  await rm(key, { force: true });
  await shell`ssh-keygen -q -t ed25519 -N '' -C ${`root@${name}`} -f ${key}`;
  await authorize(root, "root", await labKey());
  await authorize(root, `home/${loginOf(release)}`, await labKey());
  return (await readFile(`${key}.pub`, "utf8")).split(" ").slice(0, 2).join(" ");
}

/** A line of /etc/hosts that names a lab host. */
const isLabAddress = /^127\.0\.1\d\d\./;

/** Let a key log in, in a tree that has never run. The folder's owner owns the file. */
async function authorize(root: string, home: string, publicKey: string): Promise<void> {
  const folder = join(root, home, ".ssh");
  const owner = await lstat(join(root, home));
  await mkdir(folder, { mode: 0o700, recursive: true });
  await writeFile(join(folder, "authorized_keys"), `${publicKey}\n`, { mode: 0o600 });
  await shell`chown -R ${owner.uid}:${owner.gid} ${folder}`;
}

/** An address and port of its own: the same for the same folder, the next one where that is taken. */
export async function freeAddress(folder: string, taken: ReadonlySet<string>): Promise<{ address: string; port: number }> {
  const start = createHash("sha256").update(folder).digest().readUInt16BE();
  for (let number = start; number < start + 1000; number++) {
    const address = `127.0.${100 + (number % 100)}.${1 + (Math.floor(number / 100) % 250)}`;
    const port = 2200 + (number % 700);
    if (!taken.has(address) && (await canListen(address, port))) return { address, port };
  }
  throw new Error("no loopback address is free");
}

function canListen(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
