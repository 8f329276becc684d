import type { Environment } from "../../model.ts";
import type { UpgradeRecord } from "./record.ts";

/** Distribution and release: `{ id: "debian", versionId: "12" }`. */
export type System = Environment["os"];

export interface WantedSystem {
  /** VERSION_ID; any where not given. */
  release?: string | undefined;
  upgrade: boolean;
}

/** What is to be done about a host's release. */
export type Decision =
  | { step: "nothing" }
  | { step: "refuse"; message: string; hint: string }
  /** `begun`: an earlier `up` has changed something already. */
  | { step: "upgrade"; from: string; to: string; begun: boolean }
  /** All packages are the new release's, and what runs is still the old one. */
  | { step: "restart" };

/**
 * Decide by what a host runs, what is declared, and what is recorded of an upgrade under way. /etc/os-release alone cannot tell: it
 * is among the first files that an upgrade replaces.
 */
export function decide(wanted: WantedSystem, is: System, record: UpgradeRecord | undefined, bootId: string): Decision {
  if (record?.upgradedIn !== undefined) return { step: record.upgradedIn === bootId ? "restart" : "nothing" };
  if (record) {
    if (wanted.upgrade && wanted.release === record.to) return { step: "upgrade", from: record.from, to: record.to, begun: true };
    return {
      step: "refuse",
      message: `the upgrade from ${record.from} to ${record.to} was begun on this host: it can be finished, not taken back`,
      hint: `write release: "${record.to}" and upgrade: true under os:, or install the host anew`,
    };
  }
  if (wanted.release === undefined || wanted.release === is.versionId) return { step: "nothing" };
  const next = nextRelease(is);
  const message = `this host runs ${systemName(is)}, os.release is ${wanted.release}`;
  const stay = `write release: "${is.versionId}" under os:`;
  if (wanted.release !== next) return { step: "refuse", message, hint: `${stay}, or ${otherWay(wanted.release, is, next)}` };
  if (!wanted.upgrade) return { step: "refuse", message, hint: `${stay}, or upgrade: true to have it upgraded and restarted by \`up\`` };
  return { step: "upgrade", from: is.versionId, to: wanted.release, begun: false };
}

/** "Debian 12" */
export function systemName({ id, versionId }: System): string {
  return `${id.slice(0, 1).toUpperCase()}${id.slice(1)} ${versionId}`;
}

/** Names of Debian's releases, as its archive has them. */
const codenames = new Map([
  ["12", "bookworm"],
  ["13", "trixie"],
  ["14", "forky"],
  ["15", "duke"],
]);

/** @throws Error for a release that `nextRelease` never gives, nor has a next one. */
export function codenameOf(release: string): string {
  const codename = codenames.get(release);
  if (codename === undefined) throw new Error(`Debian ${release} has no known name`);
  return codename;
}

/** The release that a system can be upgraded to in one step; undefined where none is known. */
export function nextRelease({ id, versionId }: System): string | undefined {
  if (id === "debian") {
    const next = String(Number(versionId) + 1);
    return codenames.has(versionId) && codenames.has(next) ? next : undefined;
  }
  const [, year, month] = /^(\d\d)\.(04|10)$/.exec(versionId) ?? [];
  if (id !== "ubuntu" || year === undefined) return undefined;
  // From one with long support to the next such one, from any other to the one after it.
  if (month === "04") return Number(year) % 2 === 0 ? `${Number(year) + 2}.04` : `${year}.10`;
  return `${Number(year) + 1}.04`;
}

function otherWay(release: string, is: System, next: string | undefined): string {
  if (Number(release) < Number(is.versionId)) return `install the host anew with ${release}: there is no way back`;
  if (next === undefined) return `install the host anew with ${release}: this program knows no way there`;
  return `go by way of ${next}, one release at a time: release: "${next}" and upgrade: true`;
}
