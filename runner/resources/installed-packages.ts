import { asRoot } from "../system/command.ts";

/** An installed package with the requested name, or one that provides it. */
export interface Installed {
  version: string;
  /** True if all its instances are held. */
  held: boolean;
  /** One instance for each architecture, under apt's name for it: `libc6:amd64`, `libc6:i386` or `gcc`. */
  instances: { name: string; held: boolean }[];
}

/** Fields of dpkg-query, in the order of `rowsIn`. */
const format = "${Package}\t${binary:Package}\t${Architecture}\t${Version}\t${db:Status-Want}\t${db:Status-Status}\t${Provides}\n";

/** Returns the installed packages among `names`, by requested name. A virtual name maps to the package that provides it. */
export async function installedPackages(names: readonly string[]): Promise<Map<string, Installed>> {
  const listed = await asRoot`dpkg --print-architecture && dpkg-query --show --showformat ${format}`;
  return installedIn(listed.stdout, names);
}

interface Row {
  name: string;
  instance: string;
  isNative: boolean;
  version: string;
  held: boolean;
  /** Virtual packages that it provides. */
  provides: string[];
}

/** Parses the output of `installedPackages`: the host's architecture, then one line for each instance of a package. */
export function installedIn(output: string, names: readonly string[]): Map<string, Installed> {
  const wanted = new Set(names);
  const real = new Map<string, Row[]>();
  const providers = new Map<string, string>();
  for (const row of rowsIn(output)) {
    real.set(row.name, [...(real.get(row.name) ?? []), row]);
    for (const virtual of row.provides) if (wanted.has(virtual)) providers.set(virtual, row.name);
  }
  const found = new Map<string, Installed>();
  for (const name of wanted) {
    const rows = real.get(name) ?? real.get(providers.get(name) ?? "");
    const main = rows?.find(({ isNative }) => isNative) ?? rows?.[0];
    if (!rows || !main) continue;
    const instances = rows.map(({ instance, held }) => ({ name: instance, held }));
    found.set(name, { version: main.version, held: rows.every(({ held }) => held), instances });
  }
  return found;
}

function rowsIn(output: string): Row[] {
  const [native = "", ...lines] = output.split("\n").filter(Boolean);
  return lines.flatMap((line): Row[] => {
    const [name = "", instance = "", architecture = "", version = "", want, status, provides = ""] = line.split("\t");
    if (status !== "installed") return [];
    const virtual = provides.split(",").map((one) => one.trim().split(" ")[0] ?? "");
    const isNative = architecture === native || architecture === "all";
    return [{ name, instance, isNative, version, held: want === "hold", provides: virtual }];
  });
}
