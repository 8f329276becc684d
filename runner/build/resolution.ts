import * as z from "zod";
import { git, type Clone } from "../system/git.ts";
import { lastLines } from "../system/infrastructure.ts";
import type { Failure } from "../model.ts";
import { isResolved } from "../store/dependency-list.ts";
import { makeTree, removeTree } from "../system/trees.ts";
import type { Wanted } from "./dependency-key.ts";
import { withoutLogin } from "./indexes.ts";
import { defaultIndex, inSandboxOf, tryPip, type PipContext } from "./pip.ts";
import { isDirect } from "./wheel-fetch.ts";
import { joinedWithAnd } from "../../config/joined-with-and.ts";

/** Reason that packages were resolved as of today instead of the day of the commit; undefined if they were not. */
type Undated = string | undefined;

/** Resolved packages, sorted, one line each: `name==version`, or `name @ url`. */
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

/** Date in the far future: an index with upload times has every package before it. */
const never = "9999-12-31T00:00:00Z";

/**
 * Resolves requirements as an installation on the day of the commit would have, or as of today if an index has no upload times.
 * @param out new folder for pip's report.
 * @param copy writable copy of the checkout for builds.
 * @throws InfrastructureError if the network or the machine failed.
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
    return listed(
      input,
      out,
      dated ? undefined : "the venv's pip cannot resolve for a past date; add pip 26 or later to python.requirements",
    );
  if (!dated) return { ok: false, failure };
  const failureToday = await report(...files);
  if (failureToday) return { ok: false, failure: failureToday };
  const today = await listed(input, out, undefined);
  if (!today.ok) return today;
  const packages = today.list.filter((one) => !isDirect(one));
  // If this succeeds, the index has upload times, so the requirements could not be met on the day of the commit.
  if (!(await report("--uploaded-prior-to", never, "--no-deps", ...indexes.options, ...packages))) return { ok: false, failure };
  const asked = [...indexes.addresses, ...(indexes.withDefault ? [await defaultIndex(input)] : [])].map(withoutLogin);
  return { ...today, undated: `no upload times from ${joinedWithAnd(asked) || "the folders and pages that requirement files name"}` };
}

/** Answers to `knowsDates`, by interpreter and environment variables. */
const datable = new Map<string, Promise<boolean>>();

/** Version of pip whose `install` first had `--uploaded-prior-to`. */
const firstWithDates = 26;

/** Returns whether pip can resolve for a past date. Asks for its version, once per process: `install --help` takes a third of a second. */
function knowsDates(input: ResolveInput): Promise<boolean> {
  const key = JSON.stringify([input.python, input.processEnvironment]);
  const known = datable.get(key);
  if (known) return known;
  const asked = inSandboxOf(input, ["-c", "import pip; print(pip.__version__)"], {}).then(({ exitCode, killed, stdout }) => {
    // A pip that failed may answer the next time.
    if (exitCode !== 0 || killed) datable.delete(key);
    return Number.parseInt(stdout) >= firstWithDates;
  });
  datable.set(key, asked);
  asked.catch(() => datable.delete(key));
  return asked;
}

/** Returns options that make pip resolve for the day of the commit; undefined if pip is too old. The list is stored, and every host uses it. */
async function asOfCommit(input: ResolveInput): Promise<string[] | undefined> {
  if (!(await knowsDates(input))) return undefined;
  const committed = await git(input.clone, ["show", "-s", "--format=%ct", input.revision]);
  // pip accepts uploads before this time, so that the whole day of the commit counts.
  return ["--uploaded-prior-to", new Date((Number(committed) + 86_400) * 1000).toISOString()];
}

async function listed(input: ResolveInput, out: string, undated: Undated): Promise<Resolved> {
  const printed = await inSandboxOf(input, ["-c", "print(open('/out/report.json').read())"], { out });
  const list = listOf(printed.stdout);
  if (list?.every(isResolved)) return { ok: true, list: list.sort(), undated };
  const message = "the target's requirements resolve to an invalid package name, version or URL";
  return { ok: false, failure: { stage: "dependencies", message, output: lastLines({ stdout: list?.join("\n") ?? "", stderr: "" }) } };
}

/** Returns the packages of pip's report, one line each; undefined if it is invalid. */
export function listOf(report: string): string[] | undefined {
  try {
    return reportSchema
      .parse(JSON.parse(report))
      .install.map((one) => (one.is_direct ? `${one.metadata.name} @ ${urlOf(one)}` : `${one.metadata.name}==${one.metadata.version}`));
  } catch {
    return undefined;
  }
}

/** Returns a URL that always leads to the same files: a repository with its commit, or an archive with its hash. */
function urlOf({ download_info: { url, subdirectory, vcs_info, archive_info } }: Installed): string {
  const sha256 = archive_info?.hashes?.["sha256"] ?? /^sha256=(\w+)$/.exec(archive_info?.hash ?? "")?.[1];
  const fragment = [
    ...(sha256 === undefined ? [] : [`sha256=${sha256}`]),
    ...(subdirectory === undefined ? [] : [`subdirectory=${subdirectory}`]),
  ];
  const base = vcs_info ? `${vcs_info.vcs}+${url}@${vcs_info.commit_id}` : url;
  return fragment.length === 0 ? base : `${base.replace(/#.*$/, "")}#${fragment.join("&")}`;
}
