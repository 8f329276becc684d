import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labPaths } from "./cache.ts";
import type { Layers } from "./layers.ts";
import { underLock } from "./lock.ts";
import { needPrograms, needRoot } from "./machine.ts";
import { silent, type Log } from "./progress.ts";
import { shell } from "./shell.ts";
import { ubuntuLike } from "./ubuntu-like.ts";
import { sha256Of } from "../runner/text/sha256.ts";

export const releases = ["bookworm", "trixie", "ubuntu-like"] as const;
export type Release = (typeof releases)[number];

/** Contents of a release's image, besides those of all images. */
interface Contents {
  /** Debian's release that it is made of. */
  suite: string;
  packages: readonly string[];
  /** Account with sudo that logs in. */
  login: string;
  /** Text by path inside. */
  files: Readonly<Record<string, string>>;
  /** Run inside the new tree, after those of all. */
  finish: readonly string[];
}

const debian = { packages: [], login: "admin", files: {}, finish: [] };
const contents: Record<Release, Contents> = {
  bookworm: { suite: "bookworm", ...debian },
  trixie: { suite: "trixie", ...debian },
  "ubuntu-like": ubuntuLike,
};

/** The account with sudo that logs in to a host of that release. */
export function loginOf(release: Release): string {
  return contents[release].login;
}

const packages = ["systemd", "systemd-sysv", "dbus", "openssh-server", "sudo", "cron", "python3", "ca-certificates", "iproute2"];

const certificates = "/usr/local/share/ca-certificates";

/** Settings of all images, by path inside. They give pip and npm the same way out as this machine has. */
const settings = {
  // Nobody reads descriptions of packages here: apt updates its lists in three quarters of the time.
  "etc/apt/apt.conf.d/80lab-languages": 'Acquire::Languages "none";\n',
  "etc/pip.conf": "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n",
  "etc/npmrc": "cafile=/etc/ssl/certs/ca-certificates.crt\n",
};

function sudoFor(login: string): Record<string, string> {
  return { [`etc/sudoers.d/${login}`]: `${login} ALL=(ALL) NOPASSWD: ALL\n` };
}

/** Run inside the new tree: the machine's own certificates trusted, a login with sudo, no host keys or ids shared by hosts. */
function finishFor(login: string): string[] {
  return [
    "update-ca-certificates",
    `chmod 0440 /etc/sudoers.d/${login}`,
    `useradd --create-home --shell /bin/bash ${login}`,
    // In a shell of the tree's own: the hook's would look for these names on this machine.
    "sh -c 'rm -f /etc/ssh/ssh_host_*'",
    "truncate -s 0 /etc/machine-id",
  ];
}

/** The release's bare root file system: from the cache, or made by mmdebstrap (half a minute). */
export async function imageLayers(release: Release, log: Log = silent): Promise<Layers> {
  const own = contents[release];
  const recipe = {
    packages: [...packages, ...own.packages],
    files: { ...settings, ...sudoFor(own.login), ...own.files, ...(await machineCertificates()), ...(await machineAptSettings()) },
    finish: [...finishFor(own.login), ...own.finish],
  };
  const key = sha256Of(JSON.stringify([release, recipe.packages, recipe.files, recipe.finish]), 12);
  const folder = join(labPaths.images, `${release}-${key}`);
  if (!existsSync(folder)) await underLock(`${folder}.lock`, () => make(release, recipe, folder, log));
  return [folder];
}

type ImageRecipe = Pick<Contents, "packages" | "files" | "finish">;

async function make(release: Release, { packages: included, files, finish }: ImageRecipe, folder: string, log: Log): Promise<void> {
  if (existsSync(folder)) return;
  needRoot();
  await needPrograms(["mmdebstrap"], log);
  log(`making the ${release} image with mmdebstrap (about 40 s, once)`);
  await mkdir(labPaths.images, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(labPaths.images, ".making-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(scratch, "tree", path, ".."), { recursive: true });
      await writeFile(join(scratch, "tree", path), content);
    }
    const hooks = [
      `tar -C ${join(scratch, "tree")} --owner=root --group=root -cf - . | tar -C "$1" -xf - --no-overwrite-dir`,
      ...finish.map((command) => `chroot "$1" ${command}`),
    ];
    const image = join(scratch, "image");
    await shell`mmdebstrap --quiet --variant=minbase --dpkgopt=force-unsafe-io --include=${included.join(",")} ${hooks.map((hook) => `--customize-hook=${hook}`)} ${contents[release].suite} ${image}`;
    await rename(image, folder);
  } finally {
    await shell`rm -rf --one-file-system ${scratch}`;
  }
}

/** Certificates that this machine trusts besides its distribution's. */
async function machineCertificates(): Promise<Record<string, string>> {
  if (!existsSync(certificates)) return {};
  const names = (await readdir(certificates)).filter((name) => name.endsWith(".crt")).sort();
  const entries = names.map(async (name) => [join(certificates, name).slice(1), await readFile(join(certificates, name), "utf8")]);
  return Object.fromEntries(await Promise.all(entries));
}

/** apt's settings about proxies and dates, where this machine's differ from the defaults. */
async function machineAptSettings(): Promise<Record<string, string>> {
  const { stdout } = await shell`apt-config dump`;
  const lines = stdout.split("\n").filter((line) => /^Acquire::(https?::|Check-)/.test(line));
  return lines.length === 0 ? {} : { "etc/apt/apt.conf.d/90lab": `${lines.join("\n")}\n` };
}
