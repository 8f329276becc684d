import { join } from "node:path";
import { byName } from "../../config/by-name.ts";
import { accountToAsk, askPython } from "../system/isolated-python.ts";
import { normalizedName } from "../text/package-name.ts";
import type { Observed } from "./resource-type.ts";

/**
 * Prints name and version of each package, from its `*.dist-info`, or its `*.egg-info` if `setup.py` installed it. `importlib.metadata` takes
 * five times as long to start.
 */
const listPackages = `
import os, sys
lib = sys.argv[1] + "/lib"
for python in sorted(name for name in os.listdir(lib) if name.startswith("python")):
    site = f"{lib}/{python}/site-packages"
    for name in sorted(os.listdir(site)):
        path = f"{site}/{name}"
        if name.endswith(".dist-info"):
            path += "/METADATA"
        elif not name.endswith(".egg-info"):
            continue
        elif os.path.isdir(path):
            path += "/PKG-INFO"
        fields = {}
        with open(path, encoding="utf-8", errors="replace") as metadata:
            for line in metadata:
                if not line.strip():
                    break
                key, _, value = line.partition(": ")
                fields.setdefault(key, value.strip())
        print(fields["Name"], fields["Version"])
`;

/** Returns package -> version with normalised names; undefined if the venv's interpreter does not run. */
export async function packagesIn(prefix: string): Promise<Observed | undefined> {
  const listed = await askPython(await accountToAsk(), join(prefix, "bin/python"), listPackages, prefix);
  if (listed.exitCode !== 0) return undefined;
  const lines = listed.stdout.split("\n").filter(Boolean);
  return byName(
    lines.map((line): [string, string] => {
      const [name = "", version = ""] = line.split(" ");
      return [normalizedName(name), version];
    }),
  );
}
