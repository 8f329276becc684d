import * as z from "zod";
import { git, type Clone } from "../system/git.ts";
import { lastLines } from "../system/infrastructure.ts";
import type { Failure } from "../model.ts";
import { isResolved } from "../store/dependency-list.ts";
import { makeTree, removeTree } from "../system/trees.ts";
import type { Wanted } from "./dependency-key.ts";
import { withoutLogin } from "./indexes.ts";
import { defaultIndex, inSandboxOf, pip, tryPip, type PipContext } from "./pip.ts";
import { isDirect } from "./wheel-fetch.ts";
import { joinedWithAnd } from "../../config/joined-with-and.ts";

/** The reason why packages were taken as they are today, not as of the day of the commit; undefined where they were not. */
type Undated = string | undefined;

/** Packages by which requirements are met, a line each, sorted: `name==version`, or `name @ url`. */
export type Resolved = { ok: true; list: string[]; undated: Undated } | { ok: false; failure: Failure };

export interface ResolveInput extends PipContext {
  /** The target's clone. */
  clone: Clone;
  revision: string;
}

const reportSchema = z.object({
  install: z.array(
    z.object({
      metadata: z.object({ name: z.string(), version: z.string() }),
      download_info: z.object({
        url: z.string(),
        subdirectory: z.string().optional(),
        vcs_info: z.object({ vcs: z.string(), commit_id: z.string() }).optional(),
        archive_info: z.object({ hash: z.string().optional(), hashes: z.record(z.string(), z.string()).optional() }).optional(),
      }),
      is_direct: z.boolean(),
    }),
  ),
});
type Installed = z.infer<typeof reportSchema>["install"][number];

/** An index that gives upload times has every package by then. */
const never = "9999-12-31T00:00:00Z";

/**
 * Returns what an installer would have taken on the day of the commit. Where an index does not say when packages were uploaded, what it would take now.
 * @param out a new folder for what pip reports.
 * @param copy of the checkout, where builds may write.
 * @throws InfrastructureError where the network or the machine is at fault.
 */
export async function resolveNow(input: ResolveInput, wanted: Wanted, out: string, copy: string | undefined): Promise<Resolved> {
  const { indexes, references } = wanted;
  const servers = { ...indexes, addresses: [...indexes.addresses, ...references.addresses] };
  const report = async (...args: string[]): Promise<Failure | undefined> => {
    await removeTree(out);
    await makeTree(input.steps.account, out);
    return tryPip(input, ["install", "--dry-run", "--ignore-installed", "--report", "/out/report.json", ...args], { out, copy }, servers);
  };
  const files = wanted.files.flatMap((path) => ["-r", path]);
  const dated = await asOfCommit(input);
  const failure = await report(...(dated ?? []), ...files);
  if (!failure)
    return listed(input, out, dated ? undefined : "the venv's pip cannot look back; name pip 26 or later in python.requirements");
  if (!dated) return { ok: false, failure };
  const failureToday = await report(...files);
  if (failureToday) return { ok: false, failure: failureToday };
  const today = await listed(input, out, undefined);
  if (!today.ok) return today;
  const packages = today.list.filter((one) => !isDirect(one));
  // What is there at the end of time lacks nothing but its date: then the requirements were not met on the day of the commit.
  if (!(await report("--uploaded-prior-to", never, "--no-deps", ...indexes.options, ...packages))) return { ok: false, failure };
  const asked = [...indexes.addresses, ...(indexes.withDefault ? [await defaultIndex(input)] : [])].map(withoutLogin);
  return { ...today, undated: `no upload times from ${joinedWithAnd(asked) || "the folders and pages that requirement files name"}` };
}

/** Options of pip; undefined for a pip that cannot look back: the list is stored, and every host uses the same. */
async function asOfCommit(input: ResolveInput): Promise<string[] | undefined> {
  const help = await pip(input, ["install", "--help"], {});
  if (!help.stdout.includes("--uploaded-prior-to")) return undefined;
  const committed = await git(input.clone, ["show", "-s", "--format=%ct", input.revision]);
  // pip takes what was uploaded before: the whole day of the commit counts.
  return ["--uploaded-prior-to", new Date((Number(committed) + 86_400) * 1000).toISOString()];
}

async function listed(input: ResolveInput, out: string, undated: Undated): Promise<Resolved> {
  const printed = await inSandboxOf(input, ["-c", "print(open('/out/report.json').read())"], { out });
  const list = listOf(printed.stdout);
  if (list?.every(isResolved)) return { ok: true, list: list.sort(), undated };
  const message = "the target's requirements resolve to an invalid package name, version or URL";
  return { ok: false, failure: { stage: "dependencies", message, output: lastLines({ stdout: list?.join("\n") ?? "", stderr: "" }) } };
}

/** Returns a line each of what pip reports; undefined where that cannot be read. */
export function listOf(report: string): string[] | undefined {
  try {
    return reportSchema
      .parse(JSON.parse(report))
      .install.map((one) => (one.is_direct ? `${one.metadata.name} @ ${urlOf(one)}` : `${one.metadata.name}==${one.metadata.version}`));
  } catch {
    return undefined;
  }
}

/** Returns a URL that leads to the same files tomorrow: of a repository the very commit, of an archive with its hash. */
function urlOf({ download_info: { url, subdirectory, vcs_info, archive_info } }: Installed): string {
  const sha256 = archive_info?.hashes?.["sha256"] ?? /^sha256=(\w+)$/.exec(archive_info?.hash ?? "")?.[1];
  const fragment = [
    ...(sha256 === undefined ? [] : [`sha256=${sha256}`]),
    ...(subdirectory === undefined ? [] : [`subdirectory=${subdirectory}`]),
  ];
  const place = vcs_info ? `${vcs_info.vcs}+${url}@${vcs_info.commit_id}` : url;
  return fragment.length === 0 ? place : `${place.replace(/#.*$/, "")}#${fragment.join("&")}`;
}
