import { lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { commandLine } from "../../config/command-line.ts";
import { UserError } from "../../config/user-error.ts";
import { accountOf, findAccount, type Account } from "../system/account.ts";
import { writeAtomically } from "../system/atomic.ts";
import { as } from "../system/command.ts";
import { applyAttributes, checkAttributes } from "./attributes.ts";
import type { Difference } from "./difference.ts";
import type { ResourceType, Observed } from "./resource-type.ts";
import { askRemote, remoteSchema, type Remote } from "./remotes.ts";
import { lineDifferences } from "./diff.ts";

export const githubSpec = z.strictObject({
  account: z.string(),
  /** Comment of the deploy key: tells it apart in the server's list of keys. */
  comment: z.string(),
  /** SHA256 fingerprint of an existing deploy key; without it the host makes one and keeps it. */
  keyFingerprint: z.string().optional(),
  knownHosts: z.array(z.string()),
  identity: z.strictObject({ name: z.string(), email: z.string() }),
  /** ssh remotes the key must open. */
  remotes: z.array(remoteSchema),
});
type Spec = z.infer<typeof githubSpec>;

const sshOptions = ["Host *", "  BatchMode yes", "  IdentitiesOnly yes", "  StrictHostKeyChecking yes", "  ConnectTimeout 20", ""].join(
  "\n",
);

/** Git over ssh as the account: a deploy key made on the host, pinned servers, an identity. The private key never leaves the host. */
export const github: ResourceType<Spec> = {
  spec: githubSpec,
  async check(wanted, { observed }) {
    const account = await findAccount(wanted.account);
    if (!account) return [{ what: `git access of ${wanted.account}`, is: "missing", shouldBe: "deploy key, known hosts and identity" }];
    const files = filesOf(account);
    const attributes = [
      { path: files.folder, owner: account.name, mode: "0700" },
      { path: files.key, owner: account.name, mode: "0600" },
    ];
    return [
      ...(await Promise.all(attributes.map(checkAttributes))).flat(),
      ...(await checkKey(files.key, wanted.keyFingerprint, observed["fingerprint"])),
      ...(await checkLines(files.knownHosts, `${wanted.knownHosts.join("\n")}\n`)),
      ...(await checkLines(files.options, sshOptions)),
      ...(await checkIdentity(account, wanted.identity)),
    ];
  },

  async apply(wanted, { observed, log: say }) {
    const account = await accountOf(wanted.account);
    const files = filesOf(account);
    await refuseLink(files.folder);
    await mkdir(files.folder, { recursive: true });
    await applyAttributes({ path: files.folder, owner: account.name, mode: "0700" });
    await makeKey(account, files.key, wanted, observed["fingerprint"], say);
    await applyAttributes({ path: files.key, owner: account.name, mode: "0600" });
    await writeAtomically(files.knownHosts, `${wanted.knownHosts.join("\n")}\n`, { mode: 0o644, owner: account });
    await writeAtomically(files.options, sshOptions, { mode: 0o600, owner: account });
    const git = as(account);
    await git`git config --global user.name ${wanted.identity.name}; git config --global user.email ${wanted.identity.email}`;
    await openRemotes(account, files, wanted.remotes);
  },

  async observe(wanted) {
    const account = await accountOf(wanted.account);
    const files = filesOf(account);
    const observed: Observed = { publicKey: (await readFile(`${files.key}.pub`, "utf8")).trim() };
    const fingerprint = await fingerprintOf(files.key);
    if (fingerprint) observed["fingerprint"] = fingerprint;
    return observed;
  },
};

/** `evenkeel key put`: a private key on standard input becomes the account's deploy key. Returns its fingerprint. */
export async function putKey(name: string, key: string): Promise<string> {
  const account = await accountOf(name);
  const files = filesOf(account);
  await refuseLink(files.folder);
  await mkdir(files.folder, { recursive: true });
  await applyAttributes({ path: files.folder, owner: account.name, mode: "0700" });
  const candidate = `${files.key}.new`;
  await writeAtomically(candidate, key.endsWith("\n") ? key : `${key}\n`, { mode: 0o600, owner: account });
  const fingerprint = await fingerprintOf(candidate);
  if (fingerprint === undefined) {
    await rm(candidate);
    throw new UserError(
      "what came on standard input is no private key that opens without a passphrase",
      "send the file of an OpenSSH private key",
    );
  }
  await rename(candidate, files.key);
  await writePublicKey(account, files.key, `evenkeel ${name}`);
  return fingerprint;
}

/** Root writes into this folder of the account's. @throws UserError where it leads elsewhere. */
async function refuseLink(folder: string): Promise<void> {
  if (!(await lstat(folder).catch(() => undefined))?.isSymbolicLink()) return;
  throw new UserError(`${folder} is a link`, `remove it, and find out who made it; then run \`${commandLine("up")}\` again`);
}

interface Files {
  folder: string;
  key: string;
  knownHosts: string;
  options: string;
}

function filesOf(account: Account): Files {
  const folder = join(account.home, ".ssh");
  return { folder, key: join(folder, "id_ed25519"), knownHosts: join(folder, "known_hosts"), options: join(folder, "config") };
}

/** Fingerprint of the private key itself, not of the public file beside it. */
async function fingerprintOf(key: string): Promise<string | undefined> {
  const account = await findAccount("root");
  if (!account) return undefined;
  const shown = await as(account)({ nothrow: true })`ssh-keygen -y -P '' -f ${key} | ssh-keygen -lf -`;
  return shown.exitCode === 0 ? shown.stdout.split(" ")[1] : undefined;
}

/** @param recorded fingerprint of the key that was there at the last `up`. */
async function checkKey(key: string, declared: string | undefined, recorded: string | undefined): Promise<Difference[]> {
  const is = await fingerprintOf(key);
  const expected = declared ?? recorded;
  if (is === undefined) return [{ what: "deploy key", is: "missing or unreadable", ...missingKey(declared, recorded) }];
  if (expected === undefined || is === expected) return [];
  return [{ what: "deploy key", is, shouldBe: expected, hint: "put the declared key back, or declare the new fingerprint" }];
}

function missingKey(declared: string | undefined, recorded: string | undefined): { shouldBe: string; hint?: string } {
  const back = `bring the key back with \`${commandLine("key put CONFIG.yaml HOST")} < file\``;
  if (declared !== undefined) {
    return { shouldBe: declared, hint: `${back}, or remove git.keyFingerprint to let the host make a new one` };
  }
  if (recorded === undefined) return { shouldBe: "a key made on this host" };
  return {
    shouldBe: recorded,
    hint: `${back}, or run \`${commandLine("up")}\`: the host makes a new one, to be added to the repositories`,
  };
}

async function checkLines(path: string, wanted: string): Promise<Difference[]> {
  const present = await readFile(path, "utf8").catch(() => undefined);
  if (present === undefined) return [{ what: path, is: "missing", shouldBe: wanted }];
  return lineDifferences(path, wanted);
}

async function checkIdentity(account: Account, wanted: Spec["identity"]): Promise<Difference[]> {
  const git = as(account)({ nothrow: true });
  const differences: Difference[] = [];
  for (const [key, shouldBe] of Object.entries(wanted)) {
    const is = (await git`git config --global ${`user.${key}`}`).stdout.trim() || "not set";
    if (is !== shouldBe) differences.push({ what: `git user.${key}`, is, shouldBe });
  }
  return differences;
}

async function makeKey(
  account: Account,
  key: string,
  wanted: Spec,
  recorded: string | undefined,
  log: (line: string) => void,
): Promise<void> {
  const present = await fingerprintOf(key);
  const declared = wanted.keyFingerprint ?? recorded;
  if (present !== undefined && (declared === undefined || present === declared)) return writePublicKey(account, key, wanted.comment);
  if (wanted.keyFingerprint !== undefined) {
    throw new UserError(
      `deploy key: ${present ?? "none"} on the host, ${wanted.keyFingerprint} declared`,
      `put the declared key on the host (\`${commandLine("key put CONFIG.yaml HOST")} < file\`), or remove git.keyFingerprint to let the host make a new one`,
    );
  }
  if (present !== undefined) {
    log(`deploy key changed from ${recorded ?? "none"} to ${present}: the new one is kept`);
    return writePublicKey(account, key, wanted.comment);
  }
  log("making a deploy key");
  await as(account)`rm -f ${key} ${`${key}.pub`}; ssh-keygen -q -t ed25519 -N '' -C ${wanted.comment} -f ${key}`;
}

/** The public half beside the private key, as it follows from it. */
async function writePublicKey(account: Account, key: string, comment: string): Promise<void> {
  const [type, text] = (await as(account)`ssh-keygen -y -P '' -f ${key}`).stdout.trim().split(" ");
  await writeAtomically(`${key}.pub`, `${type} ${text} ${comment}\n`, { mode: 0o644, owner: account });
}

/** @throws UserError naming every remote that the key does not open, or may not write, with the key to add there. */
async function openRemotes(account: Account, files: Files, remotes: readonly Remote[]): Promise<void> {
  const answers = await Promise.all(remotes.map((remote) => askRemote(account, remote)));
  const refused = answers.filter(({ problem }) => problem !== undefined);
  if (refused.length === 0) return;
  const publicKey = (await readFile(`${files.key}.pub`, "utf8")).trim();
  const closed = refused.filter(({ listed }) => listed === undefined).map(({ problem }) => problem);
  const readOnly = refused.filter(({ listed }) => listed !== undefined).map(({ problem }) => problem);
  const reasons = [
    ...(closed.length > 0 ? ["the deploy key does not open", ...closed] : []),
    ...(readOnly.length > 0 ? ["the deploy key may read and not write", ...readOnly] : []),
  ];
  throw new UserError(
    reasons.join("\n"),
    `add this key to each of these repositories as a deploy key (with write access for the results), then run \`${commandLine("up")}\` again:\n\n${publicKey}\n`,
  );
}

/** The public half of an account's deploy key; undefined where it has none that can be used. */
export async function publicKeyOf(account: Account): Promise<string | undefined> {
  const { key } = filesOf(account);
  if ((await fingerprintOf(key)) === undefined) return undefined;
  return (await readFile(`${key}.pub`, "utf8").catch(() => undefined))?.trim();
}

/** Fingerprint of an account's deploy key; undefined where it has none that can be used. */
export function fingerprintOfKey(account: Account): Promise<string | undefined> {
  return fingerprintOf(filesOf(account).key);
}
