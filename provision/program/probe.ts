import { dirname } from "node:path";
import { paths } from "../../config/paths.ts";
import type { HostEntry } from "../../config/schema.ts";
import type { Bundle } from "./bundle.ts";
import { answerOf, printBegin } from "./login.ts";
import { probedSchema, type Probed } from "../../runner/resources/probed.ts";
import type { Resource } from "./resources.ts";
import { asRootPrefix, ssh } from "./ssh.ts";
import { installedProgram } from "../../runner/resources/bundle.ts";
import { specsBegin } from "../../runner/resources/specs-in.ts";
import { shellWord } from "../../runner/text/shell-word.ts";

/** Current state of a host. A bare host has no working Node, so the host program cannot inspect it. */
export type HostState = ({ bare: false } & Probed) | BareHost;

export interface BareHost {
  bare: true;
  instance: string;
  os: string;
  /** True if it was provisioned before: Node was removed, or an upgrade of the system was killed. */
  provisioned: boolean;
  /** Lines of the simulated installation. */
  packages: string[];
  facts: BareFacts;
}

/** Facts about a bare host that plain sh collects. */
export interface BareFacts {
  /** ID and VERSION_ID of /etc/os-release. */
  id: string;
  versionId: string;
  /** Version of its Python, or of the archive's Python; undefined if neither is known. */
  python: string | undefined;
  /** True if the configured C compiler is installed. */
  hasCompiler: boolean;
  /** True if the archive has a package with the compiler's name. */
  isCompilerPackage: boolean;
  /** True if apt has package lists. */
  hasLists: boolean;
  /** Packages of the configuration that current lists do not contain. */
  unknownPackages: string[];
  /** Free bytes below /opt. */
  free: number | undefined;
}

/** Facts for a host that was not probed. */
export const noFacts: BareFacts = {
  id: "",
  versionId: "",
  python: undefined,
  hasCompiler: false,
  isCompilerPackage: false,
  hasLists: false,
  unknownPackages: [],
  free: undefined,
};

const bareMark = "evenkeel-bare";
const factsMark = "evenkeel-facts";

/**
 * Inspects a host over one ssh connection without writing to it. The new bundle runs from standard input, with all specifications. If the host
 * has it installed, that copy runs instead: it starts in two thirds of the time.
 *
 * @throws UserError if the host cannot be reached, shows another key or rejects the login.
 */
export async function probe(host: HostEntry, resources: readonly Resource[], bundle: Bundle, isReview: boolean): Promise<HostState> {
  const specs = resources.map(({ name, type, spec }) => ({ name, type, spec }));
  const [firstLine, ...code] = bundle.content.split("\n");
  const input = [firstLine, `${specsBegin}${JSON.stringify(JSON.stringify(specs))};`, ...code].join("\n");
  const answer = await ssh(host, remoteScript(host, resources, { bundle, isReview }), input);
  const output = answerOf(host, answer);
  const bareAt = output.indexOf(bareMark);
  if (bareAt >= 0) return parseBare(output.slice(bareAt));
  const lastLine = output.trim().split("\n").at(-1) ?? "";
  return { bare: false, ...probedSchema.parse(JSON.parse(lastLine)) };
}

/**
 * Commands in plain sh that set `$view` to options with which apt changes nothing: it reads copies of its caches, updates these if they are
 * outdated, and writes no log. The copies are in memory, and are removed at the end.
 */
const aptView = `copies=$(mktemp -d -p /dev/shm) || copies=/nonexistent
trap 'rm -rf "$copies"' EXIT
cp -p /var/cache/apt/pkgcache.bin /var/cache/apt/srcpkgcache.bin "$copies" 2>/dev/null
view="-o Dir::Cache::pkgcache=$copies/pkgcache.bin -o Dir::Cache::srcpkgcache=$copies/srcpkgcache.bin -o Dir::Log::Planner="`;

/**
 * Returns a script in plain sh that simulates an installation. It prints apt's `Inst` lines, then `Open NAME` for each name without a
 * candidate: a virtual package, or any package on a host without package lists. It uses `$view`.
 */
function simulation(names: readonly string[]): string {
  return `names="${names.join(" ")}"
known=$(LC_ALL=C apt-cache $view policy $names | sed -n '/^[^ ]/{s/:$//;h};/Candidate: [^(]/{x;p;x}')
apt-get -s -qq $view --no-install-recommends install $known 2>/dev/null | grep '^Inst'
for name in $names; do
  echo "$known" | grep -qxF "$name" || echo "Open $name"
done`;
}

interface Check {
  bundle: Bundle;
  isReview: boolean;
}

function remoteScript(host: HostEntry, resources: readonly Resource[], { bundle: { sha256 }, isReview }: Check): string {
  const install = resources.flatMap(({ type, spec }) => (type === "packages" ? spec.install : []));
  const opt = dirname(paths.opt);
  return [
    printBegin,
    `program=${installedProgram(sha256)}`,
    `echo "${sha256}  $program" | sha256sum --check --status 2>/dev/null || program=-`,
    // 127: libraries of Node are missing in the middle of an upgrade of the system.
    `if command -v node >/dev/null; then ${asRootPrefix(host)}nice -n 19 node $program check${isReview ? " --review" : ""}; code=$?; [ $code -eq 127 ] || exit $code; fi`,
    "cat >/dev/null",
    `${asRootPrefix(host)}true || exit 1`,
    `echo ${bareMark}`,
    // Unique to this bare host: see check.ts. The token of the Node step changes each time that it runs.
    `echo $(cat /etc/machine-id; cat ${paths.instance} ${paths.nodeToken} 2>/dev/null || { cat /proc/sys/kernel/random/boot_id; stat -c %y ${opt}; })`,
    `if [ -e ${paths.instance} ]; then echo provisioned; else echo new; fi`,
    '. /etc/os-release; echo "$PRETTY_NAME"',
    aptView,
    simulation(install),
    `echo ${factsMark}`,
    factsScript(compilerIn(resources)),
  ].join("\n");
}

function compilerIn(resources: readonly Resource[]): string {
  return resources.find((one) => one.type === "activation")?.spec.compiler ?? "cc";
}

/** Returns a script that prints `name=value` lines. It follows the simulation and uses its variables `$names` and `$known`, and `$view`. */
function factsScript(compiler: string): string {
  const quoted = shellWord(compiler);
  return `echo "id=$ID"; echo "versionId=\${VERSION_ID:-}"
candidate() { LC_ALL=C apt-cache $view policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -v '^(none)'; }
python=$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null) || python=$(candidate python3)
echo "python=$python"
command -v ${quoted} >/dev/null && echo hasCompiler=yes
[ -n "$(candidate ${quoted})" ] && echo isCompilerPackage=yes
if apt-cache $view policy >/dev/null 2>&1 && ls /var/lib/apt/lists | grep -q _Packages; then
  echo hasLists=yes
  if find /var/lib/apt/lists /var/lib/apt/lists/partial -maxdepth 0 -mtime -1 2>/dev/null | grep -q .; then
    for name in $names; do
      echo "$known" | grep -qxF "$name" && continue
      providers=$(LC_ALL=C apt-cache $view showpkg "$name" 2>/dev/null) || continue
      echo "$providers" | sed '1,/^Reverse Provides/d' | grep -q . || echo "unknownPackage=$name"
    done
  fi
fi
echo "free=$(df --output=avail -B1 ${dirname(paths.opt)} 2>/dev/null | tail -n 1 | tr -d ' ')"`;
}

function parseBare(output: string): HostState {
  const [seen = "", facts = ""] = output.split(`${factsMark}\n`);
  const [, instance = "", provisioned, os = "", ...packages] = seen.trim().split("\n");
  return { bare: true, instance, os, provisioned: provisioned === "provisioned", packages, facts: factsIn(facts) };
}

function factsIn(lines: string): BareFacts {
  const all = lines.split("\n").map((line): [string, string] => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]);
  const facts = new Map(all);
  const free = Number(facts.get("free") || Number.NaN);
  return {
    id: facts.get("id") ?? "",
    versionId: facts.get("versionId") ?? "",
    // A candidate has a suffix of the distribution: 3.13.5-1.
    python: /^\d+\.\d+(\.\d+)?/.exec(facts.get("python") ?? "")?.[0],
    hasCompiler: facts.has("hasCompiler"),
    isCompilerPackage: facts.has("isCompilerPackage"),
    hasLists: facts.has("hasLists"),
    unknownPackages: all.filter(([name]) => name === "unknownPackage").map(([, value]) => value),
    free: Number.isNaN(free) ? undefined : free,
  };
}
