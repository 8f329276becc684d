import { dirname } from "node:path";
import { z } from "zod";
import { paths } from "../config/paths.ts";
import type { HostEntry } from "../config/schema.ts";
import type { Bundle } from "./bundle.ts";
import { findingSchema } from "./host/finding.ts";
import { hostReviewSchema } from "./host/foresight.ts";
import { answerOf, sayBegin } from "./login.ts";
import type { Resource } from "./resources.ts";
import { asRootPrefix, ssh } from "./ssh.ts";

const markerSchema = z.object({ specHash: z.string(), token: z.string() });
const probedSchema = z.object({
  instance: z.string(),
  nodeToken: z.string().optional(),
  /** The command that measures now: findings are then not live. */
  measuring: z.string().optional(),
  /** The work of that command and its expected end, in words. */
  work: z.string().optional(),
  /** The declaration in force: resource -> token. */
  declared: z.record(z.string(), z.string()).optional(),
  declarationMarker: markerSchema.optional(),
  resources: z.record(z.string(), z.object({ findings: z.array(findingSchema), marker: markerSchema.optional() })),
  /** What applying would come to; only where that was asked, and nothing is measured meanwhile. */
  review: hostReviewSchema.optional(),
});

/** What a host is now. A bare host has no Node that runs, so nothing of ours can look at it. */
export type HostState = ({ bare: false } & z.infer<typeof probedSchema>) | BareHost;

export interface BareHost {
  bare: true;
  instance: string;
  os: string;
  /** Whether it once was provisioned: somebody removed Node, or an upgrade of the system was killed. */
  provisioned: boolean;
  /** Lines of the simulation. */
  packages: string[];
}

const bareMark = "evenkeel-bare";

/**
 * Looks at a host in one ssh connection and writes nothing there: the new bundle runs from standard input, with all specs.
 *
 * @throws UserError where the host cannot be reached, shows another key, or does not let the login in.
 */
export async function probe(host: HostEntry, resources: readonly Resource[], bundle: Bundle, isReview: boolean): Promise<HostState> {
  const specs = resources.map(({ name, kind, spec }) => ({ name, kind, spec }));
  const [firstLine, ...code] = bundle.content.split("\n");
  const input = [firstLine, `globalThis.evenkeelSpecs=${JSON.stringify(JSON.stringify(specs))};`, ...code].join("\n");
  const answer = await ssh(host, remoteScript(host, resources, isReview), input);
  const said = answerOf(host, answer);
  const bareAt = said.indexOf(bareMark);
  if (bareAt >= 0) return parseBare(said.slice(bareAt));
  const lastLine = said.trim().split("\n").at(-1) ?? "";
  return { bare: false, ...probedSchema.parse(JSON.parse(lastLine)) };
}

/**
 * What apt would install, in plain sh: its `Inst` lines, then `Open NAME` for each name that it does not know by itself, such
 * as a virtual package, or any on a host without package lists. Kept from writing apt's caches and log.
 */
function simulation(names: readonly string[]): string {
  const readOnly = "-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Dir::Log::Planner=";
  return `names="${names.join(" ")}"
known=$(LC_ALL=C apt-cache ${readOnly} policy $names | sed -n '/^[^ ]/{s/:$//;h};/Candidate: [^(]/{x;p;x}')
apt-get -s -qq ${readOnly} --no-install-recommends install $known 2>/dev/null | grep '^Inst'
for name in $names; do
  echo "$known" | grep -qxF "$name" || echo "Open $name"
done`;
}

function remoteScript(host: HostEntry, resources: readonly Resource[], isReview: boolean): string {
  const install = resources.flatMap(({ kind, spec }) => (kind === "packages" ? z.array(z.string()).parse(spec["install"]) : []));
  const opt = dirname(paths.opt);
  return [
    sayBegin,
    // 127: its libraries are not there, in the middle of an upgrade of the system.
    `if command -v node >/dev/null; then ${asRootPrefix(host)}nice -n 19 node - check${isReview ? " --review" : ""}; code=$?; [ $code -eq 127 ] || exit $code; fi`,
    "cat >/dev/null",
    `${asRootPrefix(host)}true || exit 1`,
    `echo ${bareMark}`,
    // What no second bare host repeats: see check.ts. The token of the Node step changes each time it runs.
    `echo $(cat /etc/machine-id; cat ${paths.instance} ${paths.nodeToken} 2>/dev/null || { cat /proc/sys/kernel/random/boot_id; stat -c %y ${opt}; })`,
    `if [ -e ${paths.instance} ]; then echo provisioned; else echo new; fi`,
    '. /etc/os-release; echo "$PRETTY_NAME"',
    simulation(install),
  ].join("\n");
}

function parseBare(output: string): HostState {
  const [, instance = "", provisioned, os = "", ...packages] = output.trim().split("\n");
  return { bare: true, instance, os, provisioned: provisioned === "provisioned", packages };
}
