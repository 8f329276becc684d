import { expect, test } from "vitest";
import { mending, upgradeEnvironment, upgradeProgress, upgradeScript } from "../../../../runner/resources/os/commands.ts";

const apt = "apt-get -y -q -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold";
const everything = ["set -eu", ...mending(600), `${apt} full-upgrade`];

test("what was left half-made is fetched and unpacked again, then set up, and none of it needs a quote that a shell around it would see", () => {
  const lines = mending(0);
  expect(lines.join("\n")).not.toContain("'");
  const steps = /update$|apt-get -q download$|--unpack|--configure -a \|\| true$|--fix-broken install$/;
  expect(lines.flatMap((line) => steps.exec(line) ?? [])).toEqual([
    "update",
    "apt-get -q download",
    "--unpack",
    "--configure -a || true",
    "--fix-broken install",
  ]);
});

test("on Debian what was left half-done is finished, then everything is upgraded, and nothing asks", () => {
  expect(upgradeScript({ id: "debian", versionId: "12" }, "13").split("\n")).toEqual(everything);
  expect(upgradeEnvironment).toMatchObject({ DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" });
});

test("on Ubuntu its own program does it, once all updates are in; it does not restart the host", () => {
  expect(upgradeScript({ id: "ubuntu", versionId: "24.04" }, "26.04").split("\n")).toEqual([
    ...everything,
    expect.stringMatching(/^if \[ -e \/run\/reboot-required \]; then echo ".*restart.*" >&2; exit 1; fi$/),
    `${apt} --no-install-recommends install ubuntu-release-upgrader-core`,
    "do-release-upgrade -f DistUpgradeViewNonInteractive",
  ]);
});

test("where it was killed after the release had changed, it does not go on to the next one", () => {
  expect(upgradeScript({ id: "ubuntu", versionId: "26.04" }, "26.04").split("\n")).toEqual(everything);
});

test("progress is what apt unpacks and sets up, of what it said it would", () => {
  const log = ["Get:1 http://deb.debian.org trixie InRelease", "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded."];
  expect(upgradeProgress([])).toEqual({ step: "reading package lists" });
  expect(upgradeProgress(log)).toEqual({ step: "reading package lists" });
  log.push("3 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.", "Get:1 http://deb.debian.org trixie/main amd64 base-files");
  expect(upgradeProgress(log)).toEqual({ step: "fetching 4 packages" });
  log.push("Preparing to unpack .../base-files", "Unpacking base-files (13) over (12) ...", "Setting up base-files (13) ...");
  expect(upgradeProgress(log)).toEqual({ step: "installing 4 packages", percent: 25 });
});
