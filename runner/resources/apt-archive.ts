import { UserError } from "../../config/user-error.ts";
import { asRoot } from "../system/command.ts";
import type { AptOptions } from "./apt-view.ts";
import type { Observed } from "./resource-type.ts";

/**
 * Returns `name=version` for each package whose recorded version the archive still has, and `name` for the others, which adopts the new
 * version. @throws UserError if the archive has no such package.
 */
export async function available(names: readonly string[], observed: Observed, options: AptOptions): Promise<string[]> {
  const versions = versionsIn((await asRoot`apt-cache ${options} madison ${names}`).stdout);
  const others = names.filter((name) => !versions.has(nameOnly(name)));
  const provided = others.length === 0 ? new Set() : providedIn((await asRoot`apt-cache ${options} showpkg ${others}`).stdout);
  const missing = others.find((name) => !provided.has(nameOnly(name)));
  if (missing !== undefined) {
    throw new UserError(`package ${missing}: the archive has no such package`, "correct its name under `packages:`");
  }
  return names.map((name) => {
    const recorded = observed[name];
    return recorded !== undefined && versions.get(nameOnly(name))?.has(recorded) ? `${name}=${recorded}` : name;
  });
}

/**
 * Parses the lines `NAME | VERSION | SOURCE` of `apt-cache madison`, whose names may have an architecture. Returns the versions by name without
 * it.
 */
export function versionsIn(madison: string): Map<string, Set<string>> {
  const versions = new Map<string, Set<string>>();
  for (const [, shown = "", version = ""] of madison.matchAll(/^ *(\S+) +\| +(\S+) +\|/gm)) {
    const name = nameOnly(shown);
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return versions;
}

/** Parses `apt-cache showpkg`. Returns the names that other packages provide. */
export function providedIn(showpkg: string): Set<string> {
  const blocks = showpkg.split(/^Package: /m).slice(1);
  return new Set(blocks.filter(hasProvider).map((block) => nameOnly(block.split("\n", 1)[0]?.trim() ?? "")));
}

function hasProvider(block: string): boolean {
  return (block.split("Reverse Provides:")[1] ?? "").trim() !== "";
}

/** Returns a package's name without its architecture. */
function nameOnly(name: string): string {
  return name.split(":", 1)[0] ?? name;
}
