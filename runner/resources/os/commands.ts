import type { Progress } from "../job.ts";
import type { System } from "./decision.ts";

/** Environment in which no program asks questions: edited configuration files stay, and the restart takes care of services. */
export const upgradeEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
  APT_LISTCHANGES_FRONTEND: "none",
  NEEDRESTART_SUSPEND: "1",
};

const keepFiles = ["--force-confdef", "--force-confold"];
/** Longest wait of apt for another user of dpkg. */
const lockSeconds = 600;
const scratch = "/run/evenkeel-mending";

/** Returns the options of every apt-get of an upgrade. */
function optionsOf(waitSeconds: number): string {
  return ["-y", "-q", `-o DPkg::Lock::Timeout=${waitSeconds}`, ...keepFiles.map((option) => `-o Dpkg::Options::=${option}`)].join(" ");
}

/**
 * Returns lines of sh, without single quotes, that repair packages after a killed upgrade. Half-unpacked packages are unpacked again from
 * a fresh copy, which neither dpkg nor apt would do. Then dpkg configures what it can, and apt installs missing dependencies.
 *
 * @param waitSeconds longest wait for another user of dpkg.
 */
export function mending(waitSeconds: number): string[] {
  const options = optionsOf(waitSeconds);
  return [
    `rm -rf ${scratch} && mkdir ${scratch} && cd ${scratch}`,
    `apt-get ${options} update`,
    // dpkg marks half-unpacked packages as "reinstreq".
    'dpkg-query --show --showformat "\\${db:Status-Eflag} \\${binary:Package}\\n" | sed -n "s/^reinstreq //p" | xargs --no-run-if-empty apt-get -q download',
    `find . -name "*.deb" -exec dpkg --force-depends ${keepFiles.join(" ")} --unpack {} + || true`,
    `cd / && rm -rf ${scratch}`,
    `dpkg ${keepFiles.join(" ")} --configure -a || true`,
    `apt-get ${options} --fix-broken install`,
  ];
}

/**
 * Returns the sh script that upgrades a system to the next release. It can be killed at any point and started again. On Debian, apt's sources
 * already name the new release. On Ubuntu, do-release-upgrade changes them, and also resumes if it did so before.
 *
 * @param is system in /etc/os-release now; during an upgrade, it becomes the new release at some point.
 */
export function upgradeScript(is: System, to: string): string {
  const options = optionsOf(lockSeconds);
  const ownProgram = [
    // do-release-upgrade refuses in that state, with exit code 0 or 1 depending on its version.
    'if [ -e /run/reboot-required ]; then echo "Updates of the present release require a restart: restart this host first" >&2; exit 1; fi',
    `apt-get ${options} --no-install-recommends install ubuntu-release-upgrader-core`,
    "do-release-upgrade -f DistUpgradeViewNonInteractive",
  ];
  return [
    "set -eu",
    ...mending(lockSeconds),
    `apt-get ${options} full-upgrade`,
    ...(is.id === "ubuntu" && is.versionId !== to ? ownProgram : []),
  ].join("\n");
}

/** Returns the progress of apt. Each package counts two steps: unpacking and setting up. */
export function upgradeProgress(log: readonly string[]): Progress {
  const begun = log.findLastIndex((line) => totals.test(line));
  const [, upgraded = "0", added = "0"] = totals.exec(log[begun] ?? "") ?? [];
  const steps = 2 * (Number(upgraded) + Number(added));
  const since = log.slice(begun + 1);
  const done = since.filter((line) => /^(Unpacking|Setting up) /.test(line)).length;
  if (begun === -1 || steps === 0) return { step: "reading package lists" };
  if (done === 0) return { step: `fetching ${steps / 2} packages` };
  return { step: `installing ${steps / 2} packages`, percent: Math.min(99, (100 * done) / steps) };
}

const totals = /^(\d+) upgraded, (\d+) newly installed/;
