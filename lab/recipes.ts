import { packagesToBuildPython } from "../runner/resources/python/needs.ts";
import { ownPackages } from "../provision/program/resources.ts";
import { sshOk } from "./host.ts";
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
