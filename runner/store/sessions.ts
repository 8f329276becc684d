import { lstat, mkdir, lchown, readdir, realpath, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type * as z from "zod";
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

/** Folders of the results repository to whose files nobody writes twice. */
export const foldersWrittenOnce = ["runs", "environments", "dependencies", "scaling", "decisions", "withdrawn"];

/** The folder of the states of hosts: the only result files that are replaced, each by its host alone. */
export const hostsFolder = "hosts";

/** Where results lie in their repository; all else there is its owner's own. */
export const resultFolders = [...foldersWrittenOnce, hostsFolder];

/** A file of the results repository that cannot be read as what it should be. */
export interface Damaged {
  path: string;
  problem: string;
}

/**
 * The name of a session: `<yyyymmddThhmmssZ>-<host>-<rev12 or "baseline">-<env8>-<reason>-<4 digits>`.
 *
 * @param session.random 0 to 9999: two hosts of one name must not meet in one file.
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

/** Where a session lies below the root of the results: the session itself and its raw samples. */
export function sessionPath(id: string): { session: string; samples: string } {
  const folder = join("runs", id.slice(0, 4), id.slice(4, 6));
  return { session: join(folder, `${id}.json`), samples: join(folder, `${id}.samples.json`) };
}

/**
 * Every session that counts, by id, which is by time, in the environment it counts for and without the values of withdrawn benchmarks. A damaged file
 * is told, never fatal.
 */
export async function readSessions(resultsRoot: string): Promise<{ sessions: Session[]; damaged: Damaged[] }> {
  const { sessions, damaged } = await readStoredSessions(resultsRoot);
  const { withdrawn } = await readWithdrawals(resultsRoot);
  return { sessions: sessions.map((session) => countingOf(session, withdrawn)), damaged };
}

/** The same with the values of withdrawn benchmarks: for whoever asks what is stored, not what counts. */
export async function readStoredSessions(resultsRoot: string): Promise<{ sessions: Session[]; damaged: Damaged[] }> {
  const { values, damaged } = await readAll(resultsRoot, await sessionFiles(resultsRoot), sessionSchema, idOf);
  const { environments } = await readEnvironments(resultsRoot);
  return { sessions: inTheirEnvironments(values.sort(byId), environments), damaged };
}

/** Ids of all sessions, by time, read from their names alone: there are thousands. */
export async function sessionIds(resultsRoot: string): Promise<string[]> {
  return (await sessionFiles(resultsRoot)).map((path) => basename(path, ".json")).sort();
}

/** Files of the sessions that count. Whatever reads sessions asks here: a withdrawn one is nowhere. */
export async function sessionFiles(resultsRoot: string): Promise<string[]> {
  const { withdrawn } = await readWithdrawals(resultsRoot);
  const files = await jsonFiles(join(resultsRoot, "runs"));
  return files.filter((path) => !path.endsWith(".samples.json") && !withdrawn.sessions.has(basename(path, ".json")));
}

/** The withdrawals that count now. */
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

/** One session, without the values of withdrawn benchmarks; undefined where it is damaged. */
export async function readSession(resultsRoot: string, id: string): Promise<Session | undefined> {
  const read = parseAs(readResultText(resultsRoot, join(resultsRoot, sessionPath(id).session)), sessionSchema);
  return "problem" in read ? undefined : countingOf(read.value, (await readWithdrawals(resultsRoot)).withdrawn);
}

/** The raw samples of a session. @throws UserError where they are missing or damaged. */
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
 * Write a session and its samples, samples first: where the session is, its samples are. An imported one has none. Writing the same again
 * is harmless.
 *
 * @throws UserError where the disk is full (nothing torn is left), or other content has that name.
 */
export async function writeSession(resultsRoot: string, account: Account, session: Session, samples?: SessionSamples): Promise<void> {
  const paths = sessionPath(session.id);
  if (samples) await writeOnce(resultsRoot, account, paths.samples, canonicalJson(samples));
  await writeOnce(resultsRoot, account, paths.session, canonicalJson(session));
}

/** Write the record of an environment, once. @throws UserError as writeSession does. */
export async function writeEnvironment(resultsRoot: string, account: Account, environment: Environment): Promise<void> {
  await writeOnce(resultsRoot, account, join("environments", `${environment.id}.json`), canonicalJson(environment));
}

/** Write the list of what was installed to build a revision, once a hash. @throws UserError as writeSession does. */
export async function writeDependencies(
  resultsRoot: string,
  account: Account,
  dependencies: { hash: string; list: readonly string[] },
): Promise<void> {
  await writeOnce(resultsRoot, account, join("dependencies", `${dependencies.hash}.txt`), `${dependencies.list.join("\n")}\n`);
}

/** The list that a hash of requirements was resolved to, on whatever host; undefined where there is none. */
export function readDependencies(resultsRoot: string, hash: string): { list: string[] } | Damaged | undefined {
  const path = join(resultsRoot, "dependencies", `${hash}.txt`);
  const read = readResultText(resultsRoot, path);
  if (!read) return undefined;
  if ("problem" in read) return { path, problem: read.problem };
  const list = parseDependencies(read.text);
  return list ? { list } : { path, problem: "is not a list of packages" };
}

/** Stored lists of packages that cannot be read. Their requirements are resolved again instead. */
export async function damagedDependencies(resultsRoot: string): Promise<Damaged[]> {
  const names = (await readdir(join(resultsRoot, "dependencies")).catch(() => [])).filter((name) => name.endsWith(".txt")).sort();
  const read = names.map((name) => readDependencies(resultsRoot, name.slice(0, -".txt".length)));
  return read.filter((one) => one !== undefined && "problem" in one);
}

/** Write a file of the results, which is never changed afterwards. @throws UserError as writeSession does. */
export async function writeOnce(resultsRoot: string, account: Account, file: string, content: string): Promise<void> {
  const path = join(resultsRoot, file);
  const present = readResultText(resultsRoot, path);
  if (present && "text" in present && present.text === content) return;
  if (present !== undefined) {
    throw new UserError(`${path} is there already, with other content`, "stored results never change: move that file away, then run again");
  }
  await naming(path, async () => {
    await makeFolder(resultsRoot, account, dirname(file));
    await writeAtomically(path, content, { owner: account });
  });
}

/**
 * Make a folder below the root, level by level, each the account's from the first moment: a kill in between must not leave root's in the
 * account's tree. A link there could lead root's write anywhere: refused.
 */
async function makeFolder(root: string, account: Account, folder: string): Promise<void> {
  let path = await realpath(root);
  for (const name of folder.split("/")) {
    const parent = path;
    path = join(parent, name);
    const present = await lstat(path).catch(() => undefined);
    if (present?.isDirectory()) continue;
    if (present) throw new UserError(`${path} is no folder`, "results are stored there: move it away, then run again");
    const temporary = temporaryBeside(path);
    await mkdir(temporary, { mode: 0o755 });
    await lchown(temporary, account.uid, account.gid);
    await rename(temporary, path);
    await syncFolder(parent);
  }
}

/** Whether a session's storing was begun: then it is what it was, and cannot be gone on with. */
export async function isStoringBegun(resultsRoot: string, id: string): Promise<boolean> {
  return readResultText(resultsRoot, join(resultsRoot, sessionPath(id).samples)) !== undefined;
}

/** Remove what a killed run left half-made among the results, as the account, whose folders these are. Only under the host's lock. */
export async function removeHalfResults({ root, account }: Clone): Promise<void> {
  const folders = resultFolders.map((folder) => join(root, folder));
  await as(account)({ nothrow: true })`find ${folders} -name '.*.tmp' -delete`;
}

/** @param nameOf the name that a file of this content has, without `.json`. */
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
    else if (nameOf(read.value) !== basename(path, ".json")) damaged.push({ path, problem: `holds ${nameOf(read.value)}` });
    else values.push(read.value);
  }
  return { values, damaged };
}

/** @param read a file's text, or why there is none. */
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

/** Folders below each other that results lie in, and some. */
const mostDepth = 8;

/**
 * The .json files below a folder; files still being written (they start with a dot) are none. Links are among them, and folders that lie too
 * deep: whoever reads them says what is wrong.
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
