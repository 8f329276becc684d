import type { Environment } from "../../model.ts";
import type { UpgradeRecord } from "./record.ts";

/** Distribution and release: `{ id: "debian", versionId: "12" }`. */
export type System = Environment["os"];

export interface WantedSystem {
  /** VERSION_ID of os-release; absent to accept any. */
  release?: string | undefined;
  upgrade: boolean;
}

/** Next step for the release of a host. */
export type Decision =
  | { step: "nothing" }
  | { step: "refuse"; message: string; hint: string }
  /** `begun` is true if an earlier `up` already changed something. */
  | { step: "upgrade"; from: string; to: string; begun: boolean }
  /** All packages are of the new release, but the old system still runs. */
  | { step: "restart" };

/**
 * Decides from the running system, the declaration and the record of an unfinished upgrade. /etc/os-release alone is not enough: it
 * is among the first files that an upgrade replaces.
 */
export function decide(wanted: WantedSystem, is: System, record: UpgradeRecord | undefined, bootId: string): Decision {
  if (record?.upgradedIn !== undefined) return { step: record.upgradedIn === bootId ? "restart" : "nothing" };
  if (record) {
    if (wanted.upgrade && wanted.release === record.to) return { step: "upgrade", from: record.from, to: record.to, begun: true };
    return {
      step: "refuse",
      message: `the upgrade from ${record.from} to ${record.to} has begun on this host: it can be finished, not undone`,
      hint: `write release: "${record.to}" and upgrade: true under os:, or reinstall the host`,
    };
  }
  if (wanted.release === undefined || wanted.release === is.versionId) return { step: "nothing" };
  const next = nextRelease(is);
  const message = `this host runs ${systemName(is)}, os.release is ${wanted.release}`;
  const stay = `write release: "${is.versionId}" under os:`;
  if (wanted.release !== next) return { step: "refuse", message, hint: `${stay}, or ${otherWay(wanted.release, is, next)}` };
  if (!wanted.upgrade) return { step: "refuse", message, hint: `${stay}, or upgrade: true to let \`up\` upgrade and restart the host` };
  return { step: "upgrade", from: is.versionId, to: wanted.release, begun: false };
}

/** Returns the name of a system: "Debian 12". */
export function systemName({ id, versionId }: System): string {
  return `${id.slice(0, 1).toUpperCase()}${id.slice(1)} ${versionId}`;
}

/** Codenames of Debian's releases in its archive. */
const codenames = new Map([
  ["12", "bookworm"],
  ["13", "trixie"],
  ["14", "forky"],
  ["15", "duke"],
]);

/** Returns Debian's codename of a release. @throws Error for a release that `nextRelease` neither accepts nor returns. */
export function codenameOf(release: string): string {
  const codename = codenames.get(release);
  if (codename === undefined) throw new Error(`Debian ${release} has no known name`);
  return codename;
}

/** Returns the release that a system can be upgraded to in one step; undefined if none is known. */
export function nextRelease({ id, versionId }: System): string | undefined {
  if (id === "debian") {
    const next = String(Number(versionId) + 1);
    return codenames.has(versionId) && codenames.has(next) ? next : undefined;
  }
  const [, year, month] = /^(\d\d)\.(04|10)$/.exec(versionId) ?? [];
  if (id !== "ubuntu" || year === undefined) return undefined;
  // From a long-term release to the next long-term release, from any other to its successor.
  if (month === "04") return Number(year) % 2 === 0 ? `${Number(year) + 2}.04` : `${year}.10`;
  return `${Number(year) + 1}.04`;
}

function otherWay(release: string, is: System, next: string | undefined): string {
  if (Number(release) < Number(is.versionId)) return `reinstall the host with ${release}: a downgrade is not possible`;
  if (next === undefined) return `reinstall the host with ${release}: this program does not support the upgrade`;
  return `upgrade one release at a time, first to ${next}: release: "${next}" and upgrade: true`;
}
