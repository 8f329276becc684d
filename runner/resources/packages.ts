import { byName } from "../../config/by-name.ts";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import { asRoot } from "../system/command.ts";
import { apt } from "./apt.ts";
import { available } from "./apt-archive.ts";
import { hasPackageLists, haveFreshLists, simulate, spaceFor, type PackageChange } from "./apt-simulation.ts";
import { withAptView, type AptOptions } from "./apt-view.ts";
import { allowBwrap, checkBwrap } from "./bwrap.ts";
import { effectsOf, plannedEffects, type PlannedEffects } from "./planned-effects.ts";
import { shortly } from "./failure.ts";
import type { Difference } from "./difference.ts";
import { installedPackages, type Installed } from "./installed-packages.ts";
import type { ResourceType, Observed } from "./resource-type.ts";

const spec = z.strictObject({
  /** Package names for apt. Each is held at the version that was installed. */
  install: z.array(z.string()),
  /** True if the distribution may upgrade packages by itself. */
  automaticUpdates: z.literal(false),
});
type Spec = z.infer<typeof spec>;

/** Units of Debian and Ubuntu that upgrade packages automatically. */
const automaticUpdateUnits = ["apt-daily.timer", "apt-daily-upgrade.timer", "unattended-upgrades.service"];

export const packages: ResourceType<Spec> = {
  spec,
  async check({ install }, { observed }) {
    const differences: Difference[] = [];
    const installed = await installedPackages(install);
    for (const name of install) {
      const is = installed.get(name);
      const recorded = observed[name];
      if (!is) {
        differences.push({ what: `package ${name}`, is: "not installed", shouldBe: recorded ?? "installed" });
      } else if (recorded !== undefined && recorded !== is.version) {
        differences.push({ what: `package ${name}`, is: is.version, shouldBe: recorded });
      } else if (!is.held) {
        differences.push({ what: `package ${name}`, is: `${is.version}, not held`, shouldBe: `${is.version}, held` });
      }
    }
    if (differences.length === 0 && installed.has("bubblewrap")) differences.push(...(await checkBwrap()));
    return [...differences, ...(await runningUpdates())];
  },

  async apply({ install }, { observed, log }) {
    await turnOffAutomaticUpdates();
    const wanted = await toInstall(install, observed);
    if (wanted.length > 0) {
      log("apt-get update");
      await apt(["apt-get", "-qq", "update"], log);
      const versions = await available(wanted, observed, []);
      log(`apt-get install ${versions.join(" ")}`);
      await apt(["apt-get", "install", ...installOptions, ...versions], log);
    }
    const present = await installedPackages(install);
    const toHold = instancesOf(present, { held: false });
    if (toHold.length > 0) await apt(["apt-mark", "hold", ...toHold], log);
    if (present.has("bubblewrap")) await allowBwrap();
  },

  async observe({ install }) {
    const observed: Observed = byName();
    for (const [name, { version }] of await installedPackages(install)) observed[name] = version;
    return observed;
  },

  async plan({ install }, { observed, differences }) {
    const others = effectsOf(differences.filter(({ what }) => !what.startsWith("package ")));
    const held = effectsOf(differences.filter(({ is }) => is.endsWith(", not held")));
    const wanted = await toInstall(install, observed);
    if (wanted.length === 0) return plannedEffects({ effects: [...held, ...others] });
    const planned = (await hasPackageLists())
      ? await withAptView((options) => planInstallation(wanted, observed, options))
      : unknownVersions(wanted);
    return { ...planned, effects: [...planned.effects, ...held, ...others] };
  },
};

/** Rough durations of apt: to install one package, and to update the lists. */
const secondsOfPackage = 1.5;
const secondsOfLists = 15;

async function planInstallation(wanted: readonly string[], observed: Observed, options: AptOptions): Promise<PlannedEffects> {
  try {
    const changes = await simulate(["install", ...installOptions, ...(await available(wanted, observed, options))], options);
    return plannedEffects({
      effects: changes.map((change) => effectOf(change, wanted)),
      disk: { "/": await spaceFor(changes, options) },
      seconds: secondsOfLists + secondsOfPackage * changes.length,
      unknown: ["package versions: from the host's last apt-get update; `up` updates the lists before it installs"],
    });
  } catch (error) {
    const hint = error instanceof UserError ? `: ${error.hint}` : "";
    const why = `${shortly(error)}${hint}`;
    // `up` updates the lists, and the archive may have packages that old lists lack.
    return (await haveFreshLists())
      ? plannedEffects({ obstacles: [why] })
      : plannedEffects({ unknown: [`by package lists older than a day, ${why}`] });
  }
}

function effectOf({ name, from, to }: PackageChange, wanted: readonly string[]): PlannedEffects["effects"][number] {
  const effect = { what: `package ${name}`, is: from ?? "not installed", willBe: to ?? "removed" };
  return wanted.includes(name) || to === undefined ? effect : { ...effect, comesAlong: true };
}

function unknownVersions(wanted: readonly string[]): PlannedEffects {
  return plannedEffects({
    effects: wanted.map((name) => ({ what: `package ${name}`, is: "not installed", willBe: "installed" })),
    unknown: ["package versions: the host has no package lists; they are known after apt-get update, which a review never runs"],
    seconds: secondsOfLists + secondsOfPackage * wanted.length,
  });
}

/** Returns the packages that are missing, or whose version differs from the recorded one. */
async function toInstall(names: readonly string[], observed: Observed): Promise<string[]> {
  const installed = await installedPackages(names);
  return names.filter((name) => {
    const version = installed.get(name)?.version;
    return version === undefined || (observed[name] !== undefined && observed[name] !== version);
  });
}

function instancesOf(packages: ReadonlyMap<string, Installed>, which: { held: boolean }): string[] {
  const instances = [...packages.values()].flatMap((one) => one.instances);
  return [...new Set(instances.filter(({ held }) => held === which.held).map(({ name }) => name))];
}

/** Releases the holds of these packages for an upgrade of the operating system. `apply` holds them again. */
export async function releaseHolds(names: readonly string[], log: (line: string) => void): Promise<void> {
  const ours = instancesOf(await installedPackages(names), { held: true });
  if (ours.length > 0) await apt(["apt-mark", "unhold", ...ours], log);
  const others = (await asRoot`apt-mark showhold`).stdout.trim().split("\n").filter(Boolean);
  if (others.length > 0) log(`held by another tool or person, not released: ${others.join(", ")}`);
}

const installOptions = [
  "-y",
  "-qq",
  "--no-install-recommends",
  "--allow-downgrades",
  "--allow-change-held-packages",
  "-o",
  "Dpkg::Options::=--force-confold",
];

async function runningUpdates(): Promise<Difference[]> {
  const shown = (await asRoot`systemctl show --property=Id,LoadState,ActiveState ${automaticUpdateUnits}`).stdout;
  return shown
    .trim()
    .split("\n\n")
    .map((block) => new Map(block.split("\n").map((line): [string, string] => [line.split("=")[0] ?? "", line.split("=")[1] ?? ""])))
    .filter((unit) => unit.get("LoadState") !== "masked" || unit.get("ActiveState") === "active")
    .map((unit) => ({
      what: `unit ${unit.get("Id")}`,
      is: `${unit.get("LoadState")}, ${unit.get("ActiveState")}`,
      shouldBe: "masked, inactive",
    }));
}

async function turnOffAutomaticUpdates(): Promise<void> {
  if ((await runningUpdates()).length === 0) return;
  await asRoot`systemctl stop ${automaticUpdateUnits} 2>/dev/null || true`;
  await asRoot`systemctl mask ${automaticUpdateUnits} 2>&1`;
}
