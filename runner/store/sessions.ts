import { lstat, mkdir, lchown, readdir, realpath, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import type { Account } from "../system/account.ts";
import type { Clone } from "../system/git.ts";
import { syncFolder, temporaryBeside, writeAtomically } from "../system/atomic.ts";
import { as } from "../system/command.ts";
import { environmentSchema } from "../formats/environment.ts";
import { samplesSchema, sessionSchema } from "../formats/session.ts";
import { withdrawalSchema } from "../formats/withdrawal.ts";
import type { Environment, Reason, Session, SessionSamples, Subject, Withdrawal, Withdrawn } from "../model.ts";
import { canonicalJson } from "./canonical.ts";
import { naming } from "./disk-full.ts";
import { inTheirEnvironments } from "./shifted-sessions.ts";
import { parseDependencies } from "./dependency-list.ts";
import { readResultText, type ResultText } from "./result-file.ts";
import { countingOf } from "./withdrawn-values.ts";
import { codeOf } from "../../config/error-code.ts";

/** Folders of the results repository whose files are never changed. */
export const foldersWrittenOnce = ["runs", "environments", "dependencies", "scaling", "decisions", "withdrawn"];

/** Folder of the states of hosts: the only result files that are replaced, each by its host alone. */
export const hostsFolder = "hosts";

/** Folders of results in their repository. Everything else belongs to its owner. */
export const resultFolders = [...foldersWrittenOnce, hostsFolder];

export const damagedSchema = z.object({ path: z.string(), problem: z.string() });
/** An invalid file of the results repository. */
export type Damaged = z.infer<typeof damagedSchema>;

/**
 * Returns the id of a session: `<yyyymmddThhmmssZ>-<host>-<rev12 or "baseline">-<env8>-<reason>-<4 digits>`.
 *
 * @param session.random 0 to 9999, so that two hosts with one name do not write the same file.
 */
export function sessionId(session: {
  started: string;
  host: string;
  subject: Subject;
  environment: string;
  reason: Reason;
  random: number;
}): string {
  const time = new Date(session.started).toISOString().replace(/[-:]|\.\d+/g, "");
  const subject = session.subject.kind === "baseline" ? "baseline" : session.subject.revision.slice(0, 12);
  const digits = String(session.random).padStart(4, "0");
  return [time, session.host, subject, session.environment.slice(0, 8), session.reason, digits].join("-");
}

/** Returns the paths of a session and of its raw samples below the root of the results. */
export function sessionPath(id: string): { session: string; samples: string } {
  const folder = join("runs", id.slice(0, 4), id.slice(4, 6));
  return { session: join(folder, `${id}.json`), samples: join(folder, `${id}.samples.json`) };
}

/**
 * Returns every session that counts, sorted by id and so by time, in the environment it counts for and without the values of withdrawn
 * benchmarks. Damaged files are returned as such.
 */
export async function readSessions(resultsRoot: string): Promise<{ sessions: Session[]; damaged: Damaged[] }> {
  const { sessions, damaged } = await readStoredSessions(resultsRoot);
  const { withdrawn } = await readWithdrawals(resultsRoot);
  return { sessions: sessions.map((session) => countingOf(session, withdrawn)), damaged };
}

/** Like `readSessions`, but includes the values of withdrawn benchmarks. */
export async function readStoredSessions(resultsRoot: string): Promise<{ sessions: Session[]; damaged: Damaged[] }> {
  const { values, damaged } = await readAll(resultsRoot, await sessionFiles(resultsRoot), sessionSchema, idOf);
  const { environments } = await readEnvironments(resultsRoot);
  return { sessions: inTheirEnvironments(values.sort(byId), environments), damaged };
}

/** Returns the ids of all sessions, sorted by time. Reads only names, since there are thousands. */
export async function sessionIds(resultsRoot: string): Promise<string[]> {
  return (await sessionFiles(resultsRoot)).map((path) => basename(path, ".json")).sort();
}

/** Returns the files of sessions that count. All readers of sessions use this, so that a withdrawn one appears nowhere. */
export async function sessionFiles(resultsRoot: string): Promise<string[]> {
  const { withdrawn } = await readWithdrawals(resultsRoot);
  const files = await jsonFiles(join(resultsRoot, "runs"));
  return files.filter((path) => !path.endsWith(".samples.json") && !withdrawn.sessions.has(basename(path, ".json")));
}

/** Returns the withdrawals in effect. */
export async function readWithdrawals(resultsRoot: string): Promise<{ withdrawn: Withdrawn; damaged: Damaged[] }> {
  const { values, damaged } = await readAll(resultsRoot, await jsonFiles(join(resultsRoot, "withdrawn")), withdrawalSchema, idOf);
  const sessions = new Map<string, Withdrawal>();
  const benchmarks = new Map<string, Withdrawal>();
  for (const one of values.sort((a, b) => compare(a.written, b.written) || byId(a, b))) {
    const [last, name] = one.what.kind === "session" ? [sessions, one.what.session] : [benchmarks, one.what.benchmark];
    last.delete(name);
    if (one.action === "withdraw") last.set(name, one);
  }
  return { withdrawn: { sessions, benchmarks }, damaged };
}

/** Reads one session, without the values of withdrawn benchmarks; undefined if it is missing or damaged. */
export async function readSession(resultsRoot: string, id: string): Promise<Session | undefined> {
  const read = parseAs(readResultText(resultsRoot, join(resultsRoot, sessionPath(id).session)), sessionSchema);
  return "problem" in read ? undefined : countingOf(read.value, (await readWithdrawals(resultsRoot)).withdrawn);
}

/** Reads the raw samples of a session. @throws UserError if they are missing or damaged. */
export async function readSamples(resultsRoot: string, id: string): Promise<SessionSamples> {
  const path = join(resultsRoot, sessionPath(id).samples);
  const read = parseAs(readResultText(resultsRoot, path), samplesSchema);
  if ("problem" in read) throw new UserError(`${path}: ${read.problem}`, "restore the file from the results repository's remote");
  return read.value;
}

export async function readEnvironments(resultsRoot: string): Promise<{ environments: Environment[]; damaged: Damaged[] }> {
  const { values, damaged } = await readAll(resultsRoot, await jsonFiles(join(resultsRoot, "environments")), environmentSchema, idOf);
  return { environments: values.sort(byId), damaged };
}

/**
 * Writes a session and its samples. Samples come first, so that a session never exists without them; imported sessions have none. Idempotent.
 *
 * @throws UserError if the disk is full (no partial file is left), or if a file with that name has other content.
 */
export async function writeSession(resultsRoot: string, account: Account, session: Session, samples?: SessionSamples): Promise<void> {
  const paths = sessionPath(session.id);
  if (samples) await writeOnce(resultsRoot, account, paths.samples, canonicalJson(samples));
  await writeOnce(resultsRoot, account, paths.session, canonicalJson(session));
}

/** Writes the record of an environment once. @throws UserError as `writeSession` does. */
export async function writeEnvironment(resultsRoot: string, account: Account, environment: Environment): Promise<void> {
  await writeOnce(resultsRoot, account, join("environments", `${environment.id}.json`), canonicalJson(environment));
}

/** Writes the list of packages installed to build a revision, once per hash. @throws UserError as `writeSession` does. */
export async function writeDependencies(
  resultsRoot: string,
  account: Account,
  dependencies: { hash: string; list: readonly string[] },
): Promise<void> {
  await writeOnce(resultsRoot, account, join("dependencies", `${dependencies.hash}.txt`), `${dependencies.list.join("\n")}\n`);
}

/** Returns the list that a hash of requirements was resolved to on any host; undefined without one. */
export function readDependencies(resultsRoot: string, hash: string): { list: string[] } | Damaged | undefined {
  const path = join(resultsRoot, "dependencies", `${hash}.txt`);
  const read = readResultText(resultsRoot, path);
  if (!read) return undefined;
  if ("problem" in read) return { path, problem: read.problem };
  const list = parseDependencies(read.text);
  return list ? { list } : { path, problem: "is not a list of packages" };
}

/** Returns invalid stored lists of packages. Their requirements are resolved again. */
export async function damagedDependencies(resultsRoot: string): Promise<Damaged[]> {
  const names = (await readdir(join(resultsRoot, "dependencies")).catch(() => [])).filter((name) => name.endsWith(".txt")).sort();
  const read = names.map((name) => readDependencies(resultsRoot, name.slice(0, -".txt".length)));
  return read.filter((one) => one !== undefined && "problem" in one);
}

/** Writes a file of the results that is never changed afterwards. @throws UserError as `writeSession` does. */
export async function writeOnce(resultsRoot: string, account: Account, file: string, content: string): Promise<void> {
  const path = join(resultsRoot, file);
  const present = readResultText(resultsRoot, path);
  if (present && "text" in present && present.text === content) return;
  if (present !== undefined) {
    throw new UserError(`${path} already exists with other content`, "stored results never change: move that file away, then run again");
  }
  await naming(path, async () => {
    await makeFolder(resultsRoot, account, dirname(file));
    await writeAtomically(path, content, { owner: account });
  });
}

/**
 * Creates a folder below the root, level by level. Each belongs to the account from the beginning, so that a kill leaves no folder of root in
 * its tree. Links are refused, since they could redirect root's write.
 */
async function makeFolder(root: string, account: Account, folder: string): Promise<void> {
  let path = await realpath(root);
  for (const name of folder.split("/")) {
    const parent = path;
    path = join(parent, name);
    const present = await lstat(path).catch(() => undefined);
    if (present?.isDirectory()) continue;
    if (present) throw new UserError(`${path} is not a folder`, "results are stored there: move it away, then run again");
    const temporary = temporaryBeside(path);
    await mkdir(temporary, { mode: 0o755 });
    await lchown(temporary, account.uid, account.gid);
    await rename(temporary, path);
    await syncFolder(parent);
  }
}

/** Returns true if storing a session has begun. It can then not be resumed. */
export async function isStoringBegun(resultsRoot: string, id: string): Promise<boolean> {
  return readResultText(resultsRoot, join(resultsRoot, sessionPath(id).samples)) !== undefined;
}

/** Removes temporary files of a killed run from the results, as the account that owns them. Requires the host's lock. */
export async function removeHalfResults({ root, account }: Clone): Promise<void> {
  const folders = resultFolders.map((folder) => join(root, folder));
  await as(account)({ nothrow: true })`find ${folders} -name '.*.tmp' -delete`;
}

/** Reads and validates files. @param nameOf returns the name that a file with this content must have, without `.json`. */
export async function readAll<T>(
  resultsRoot: string,
  files: string[],
  schema: z.ZodType<T>,
  nameOf: (value: T) => string,
): Promise<{ values: T[]; damaged: Damaged[] }> {
  const values: T[] = [];
  const damaged: Damaged[] = [];
  for (const path of files) {
    const read = parseAs(readResultText(resultsRoot, path), schema);
    if ("problem" in read) damaged.push({ path, problem: read.problem });
    else if (nameOf(read.value) !== basename(path, ".json")) damaged.push({ path, problem: `contains ${nameOf(read.value)}` });
    else values.push(read.value);
  }
  return { values, damaged };
}

/** Parses a file with a schema. @param read text of the file, or the reason that it is missing. */
export function parseAs<T>(read: ResultText | undefined, schema: z.ZodType<T>): { value: T } | { problem: string } {
  if (!read) return { problem: "is missing" };
  if ("problem" in read) return read;
  let document: unknown;
  try {
    document = JSON.parse(read.text);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0];
  return { problem: issue ? `${issue.path.join(".")}: ${issue.message}` : "not valid" };
}

/** Most nested folders: a few more than results have. */
const mostDepth = 8;

/**
 * Returns the .json files below a folder, without files that are still being written, which start with a dot. Includes links and folders that
 * are nested too deeply; reading them reports the problem.
 */
export async function jsonFiles(folder: string, depth = 0): Promise<string[]> {
  const isLink = (await lstat(folder).catch(() => undefined))?.isSymbolicLink() ?? false;
  if (isLink || depth > mostDepth) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await jsonFiles(path, depth + 1)));
    else if (entry.isSymbolicLink()) found.push(path);
    else if (entry.isFile() && entry.name.endsWith(".json") && !entry.name.startsWith(".")) found.push(path);
  }
  return found;
}

function idOf({ id }: { id: string }): string {
  return id;
}

function byId(a: { id: string }, b: { id: string }): number {
  return compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
