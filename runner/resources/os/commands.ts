import type { Progress } from "../job.ts";
import type { System } from "./decision.ts";

/** Nothing asks: configuration files that were changed by hand stay as they are, and services are left to the restart. */
export const upgradeEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
  APT_LISTCHANGES_FRONTEND: "none",
  NEEDRESTART_SUSPEND: "1",
};

const keepFiles = ["--force-confdef", "--force-confold"];
/** How long apt waits for another user of dpkg. */
const lockSeconds = 600;
const scratch = "/run/evenkeel-mending";

/** What every apt-get of an upgrade is told. */
function optionsOf(waitSeconds: number): string {
  return ["-y", "-q", `-o DPkg::Lock::Timeout=${waitSeconds}`, ...keepFiles.map((option) => `-o Dpkg::Options::=${option}`)].join(" ");
}

/**
 * Mends packages that a killed upgrade left half-made, in lines of sh without single quotes. What was being unpacked is unpacked again from
 * a fresh copy, as neither dpkg nor apt would; what can be set up is; what still lacks another package, apt sees to.
 *
 * @param waitSeconds for another user of dpkg.
 */
export function mending(waitSeconds: number): string[] {
  const options = optionsOf(waitSeconds);
  return [
    `rm -rf ${scratch} && mkdir ${scratch} && cd ${scratch}`,
    `apt-get ${options} update`,
    // What was being unpacked is "reinstreq" in dpkg's words.
    'dpkg-query --show --showformat "\\${db:Status-Eflag} \\${binary:Package}\\n" | sed -n "s/^reinstreq //p" | xargs --no-run-if-empty apt-get -q download',
    `find . -name "*.deb" -exec dpkg --force-depends ${keepFiles.join(" ")} --unpack {} + || true`,
    `cd / && rm -rf ${scratch}`,
    `dpkg ${keepFiles.join(" ")} --configure -a || true`,
    `apt-get ${options} --fix-broken install`,
  ];
}

/**
 * The upgrade of a system to the next release, as a script of sh. It can be killed anywhere and begun again. On Debian apt's sources
 * name the new release already; on Ubuntu its own program changes them, which also goes on where it has done so before.
 *
 * @param is what /etc/os-release says now: within an upgrade, the new release at some moment.
 */
export function upgradeScript(is: System, to: string): string {
  const options = optionsOf(lockSeconds);
  const ownProgram = [
    // It refuses then; without this, with exit code 0 or 1 by version.
    'if [ -e /run/reboot-required ]; then echo "Updates of the present release ask for a restart: restart this host first" >&2; exit 1; fi',
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

/** How far apt is: each package is unpacked and set up. */
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
