import { chmod, copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../config/root.ts";
import { packagesToBuildPython } from "../runner/resources/python/needs.ts";
import { ownPackages } from "../provision/program/resources.ts";
import { sshOk, type Host } from "./host.ts";
import type { Release } from "./image.ts";
import { serveGit } from "./remote.ts";
import type { Recipe } from "./snapshot.ts";

/** Packages that the lab's servers declare besides Evenkeel's own, and those of `speedUpCron`. */
const declaredPackages = ["gcc", "libc6-dev", "libfaketime", "python3-dev", "tcc"];
/** Tests build Python on the older release. */
const packagesOf: Record<Release, readonly string[]> = { bookworm: packagesToBuildPython, trixie: [], "ubuntu-like": [] };

/** A host that serves git and has every package that the lab's servers need. Evenkeel has never been on it. */
export function equipped(release: Release): Recipe {
  return {
    name: `equipped-${release}`,
    release,
    madeFrom: ["lab/recipes.ts", "lab/remote.ts", "provision/program/resources.ts", "runner/resources/python/needs.ts"],
    prepare: async (host, log) => {
      await serveGit(host, log);
      const packages = [...new Set([...ownPackages, ...declaredPackages, ...packagesOf[release]])].sort();
      log(`installing ${packages.length} packages on ${host.name}`);
      await sshOk(
        host,
        `export DEBIAN_FRONTEND=noninteractive; apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 ${packages.join(" ")}`,
      );
    },
  };
}

/** The same with the Node of this checkout. */
export function withQuickNode(release: Release): Recipe {
  return {
    name: `quick-node-${release}`,
    release,
    base: equipped(release),
    madeFrom: ["lab/recipes.ts", "package-lock.json"],
    prepare: placeQuickNode,
  };
}

/**
 * Installs the Node of this checkout, which a host prefers to the distribution's. It starts in a third of the time: Debian builds Node without
 * compiled code of its library.
 */
export async function placeQuickNode(host: Host): Promise<void> {
  const node = quickNodeOf(host);
  await copyFile(join(root, "node_modules/node/bin/node"), node);
  await chmod(node, 0o755);
}

/** Removes that Node: the distribution's, where there is one, is used again. */
export async function removeQuickNode(host: Host): Promise<void> {
  await rm(quickNodeOf(host));
}

function quickNodeOf(host: Host): string {
  return join(host.root, "usr/local/bin/node");
}
