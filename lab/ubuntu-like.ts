import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * A Debian tree that is set up as Ubuntu 24.04 is, whose archive is not reached everywhere: its /etc/os-release, sources in deb822, a login with sudo
 * and none of root's, ssh by its socket, packages that update and restart by themselves, and hooks that print. docs/ubuntu.md says what it is not.
 */

const osRelease = `PRETTY_NAME="Ubuntu 24.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.3 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=noble
LOGO=ubuntu-logo
`;

/** Phased updates, as `update-manager` sets them, and the hooks of `ubuntu-pro-client`. */
const aptSettings = `APT::Get::Always-Include-Phased-Updates "false";
APT::Machine-ID "8d2f1c7e5a6b4c3d9e0f1a2b3c4d5e6f";
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
APT::Update::Post-Invoke-Stats { "echo '1 update can be applied with ESM Apps.'"; };
DPkg::Post-Invoke { "echo 'Learn more about enabling ESM Apps service with Ubuntu Pro.'"; };
AptCli::Hooks::Install { "/usr/lib/ubuntu-pro-like/hook"; };
AptCli::Hooks::Upgrade { "/usr/lib/ubuntu-pro-like/hook"; };
`;

/** Speaks apt's protocol of hooks, and prints an offer at each call. */
const offeringHook = `#!/usr/bin/python3
import json, os, socket
stream = socket.socket(fileno=int(os.environ["APT_HOOK_SOCKET"])).makefile("rw")
while line := stream.readline():
    if not line.strip():
        continue
    message = json.loads(line)
    if message["method"] == "org.debian.apt.hooks.hello":
        stream.write(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": {"version": "0.2"}}) + "\\n\\n")
        stream.flush()
    elif message["method"] == "org.debian.apt.hooks.bye":
        break
    else:
        print("Get more security updates through Ubuntu Pro with 'esm-apps' enabled:", flush=True)
`;

/** Stands for Ubuntu's own: it makes the release another one, and asks for the restart. */
const upgrader = `#!/bin/sh
set -eu
[ "$*" = "-f DistUpgradeViewNonInteractive" ]
echo "Checking package manager"
sed -i 's/24\\.04\\.3/26.04/; s/24\\.04/26.04/; s/Noble Numbat/Resolute Raccoon/; s/noble/resolute/' /etc/os-release
touch /run/reboot-required
echo "System upgrade is complete."
`;

const upgraderPackage = `Package: ubuntu-release-upgrader-core
Version: 1:24.04.26
Architecture: all
Maintainer: Lab <lab@evenkeel.invalid>
Description: stands for the program that upgrades Ubuntu
`;

/** Lines of sources.list(5) as stanzas; the mirrors are those that the tree was made from. */
const sourcesScript = `set -eu
umask 022
while read -r type uri suite components; do
  [ "$type" = deb ] || continue
  printf 'Types: deb\\nURIs: %s\\nSuites: %s\\nComponents: %s\\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\\n\\n' "$uri" "$suite" "$components"
done </etc/apt/sources.list >/etc/apt/sources.list.d/ubuntu.sources
rm /etc/apt/sources.list
`;

const upgraderFolder = "usr/lib/ubuntu-pro-like/upgrader";

export const ubuntuLike = {
  suite: "trixie",
  packages: ["unattended-upgrades", "needrestart"],
  login: "ubuntu",
  files: {
    "etc/os-release": osRelease,
    "etc/apt/apt.conf.d/20like-ubuntu": aptSettings,
    "usr/lib/ubuntu-pro-like/hook": offeringHook,
    "usr/lib/ubuntu-pro-like/sources": sourcesScript,
    [`${upgraderFolder}/usr/bin/do-release-upgrade`]: upgrader,
    [`${upgraderFolder}/DEBIAN/control`]: upgraderPackage,
    "etc/needrestart/conf.d/50-like-ubuntu.conf": "$nrconf{restart} = 'a';\n",
    "etc/ssh/sshd_config.d/50-cloud-init.conf": "PermitRootLogin no\nPasswordAuthentication no\n",
    "etc/apparmor.d/abi/4.0": "",
    "etc/apparmor.d/tunables/global": "",
    "etc/apparmor.d/local/README": "",
  },
  finish: [
    "chmod 0755 /usr/lib/ubuntu-pro-like/hook",
    "sh /usr/lib/ubuntu-pro-like/sources",
    `chmod -R 0755 /${upgraderFolder}`,
    `dpkg-deb --build --root-owner-group /${upgraderFolder} /tmp/upgrader.deb`,
    "dpkg --install /tmp/upgrader.deb",
    "rm -r /tmp/upgrader.deb /usr/lib/ubuntu-pro-like/upgrader",
    "passwd --quiet --lock root",
    "systemctl --quiet disable ssh.service",
    "systemctl --quiet enable ssh.socket unattended-upgrades.service apt-daily.timer apt-daily-upgrade.timer",
  ],
};

/** Lets ssh's socket listen there, in a tree that does not run: sshd takes no address from its settings then. */
export async function listenBySocket(root: string, address: string, port: number): Promise<void> {
  const folder = join(root, "etc/systemd/system/ssh.socket.d");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "lab.conf"), `[Socket]\nListenStream=\nListenStream=${address}:${port}\n`);
}
