import { gitIn } from "./git.ts";
import { sshArguments, sshEnvironment, sshOk, type Host } from "./host.ts";
import { silent, type Log } from "./progress.ts";
import { shellWord } from "../runner/text/shell-word.ts";

/** Account that serves the repositories, on the host that serves them. */
const account = "git";

/** Make a host a git server: git, and an account `git` that can do nothing but git. Repeating it is harmless. */
export async function serveGit(host: Host, log: Log = silent): Promise<void> {
  const ready = await sshOk(host, `test -f /home/${account}/.ssh/authorized_keys && echo ready || true`);
  if (ready !== "") return;
  log(`installing git on ${host.name}`);
  await sshOk(
    host,
    `set -e; export DEBIAN_FRONTEND=noninteractive
    command -v git-shell >/dev/null || { apt-get update -q -o DPkg::Lock::Timeout=300; apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 git; }
    id ${account} >/dev/null 2>&1 || useradd --create-home --shell /usr/bin/git-shell ${account}
    install -d -m 0700 -o ${account} -g ${account} /home/${account}/.ssh
    install -m 0600 -o ${account} -g ${account} /root/.ssh/authorized_keys /home/${account}/.ssh/authorized_keys`,
  );
}

/** A bare repository with branch main on a git server, empty unless it was there. Returns its URL. */
export async function createRepository(host: Host, name: string): Promise<string> {
  const path = pathOf(name);
  await sshOk(host, `[ -d ${path} ] || runuser -u ${account} -- git init --quiet --bare --initial-branch=main ${path}`);
  return urlOf(host, name);
}

/** Let the owner of a public key read and write every repository of a git server. Repeating it is harmless. */
export async function authorizeKey(host: Host, publicKey: string): Promise<void> {
  const file = `/home/${account}/.ssh/authorized_keys`;
  await sshOk(host, `read -r key; grep -qxF "$key" ${file} || echo "$key" >>${file}`, { input: `${publicKey.trim()}\n` });
}

/** Take that right away again, whatever comment the key had. */
export async function forgetKey(host: Host, publicKey: string): Promise<void> {
  const [type = "", body = ""] = publicKey.trim().split(" ");
  await sshOk(host, `sed -i "\\|^${type} ${body}|d" /home/${account}/.ssh/authorized_keys`);
}

/** Push a folder's branch main, or what else `refspec` says, and its tags, as the lab. */
export async function pushFolder(host: Host, name: string, folder: string, refspec = "main"): Promise<void> {
  await gitIn(folder, await gitSsh(host))`git push --quiet --tags ${urlOf(host, name)} ${refspec}`;
}

/** Bring a folder's branch main to what the remote has, as the lab. */
export async function pullFolder(host: Host, name: string, folder: string): Promise<void> {
  await gitIn(folder, await gitSsh(host))`git pull --quiet --ff-only ${urlOf(host, name)} main`;
}

/** Clone a repository into a new folder, as the lab. */
export async function cloneInto(host: Host, name: string, folder: string, branch = "main"): Promise<void> {
  await gitIn("/", await gitSsh(host))`git clone --quiet --branch ${branch} ${urlOf(host, name)} ${folder}`;
}

export function urlOf(host: Host, name: string): string {
  return `ssh://${account}@${host.address}:${host.port}${pathOf(name)}`;
}

function pathOf(name: string): string {
  return `/home/${account}/${name}.git`;
}

/** The environment in which git reaches a lab host by the lab's key. */
async function gitSsh(host: Host): Promise<Record<string, string>> {
  const { SSH_AUTH_SOCK = "" } = await sshEnvironment();
  return { SSH_AUTH_SOCK, GIT_SSH_COMMAND: ["ssh", ...sshArguments(host)].map(shellWord).join(" ") };
}
