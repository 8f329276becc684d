import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { commandLine } from "../../config/command-line.ts";
import { UserError } from "../../config/user-error.ts";
import { accountOf, findAccount, type Account } from "../system/account.ts";
import { writeAtomically } from "../system/atomic.ts";
import { as, runAs } from "../system/command.ts";
import { applyAttributes, checkAttributes } from "./attributes.ts";
import type { Difference } from "./difference.ts";
import type { ResourceType, Observed } from "./resource-type.ts";
import { askRemote, remoteSchema, type Remote } from "./remotes.ts";
import { lineDifferences } from "./diff.ts";

export const githubSpec = z.strictObject({
  account: z.string(),
  /** Comment of the deploy key. It identifies the key in the server's list. */
  comment: z.string(),
  /** SHA256 fingerprint of an existing deploy key; without it, the host creates a key. */
  keyFingerprint: z.string().optional(),
  knownHosts: z.array(z.string()),
  identity: z.strictObject({ name: z.string(), email: z.string() }),
  /** Remotes over ssh that the key must be able to read or write. */
  remotes: z.array(remoteSchema),
});
type Spec = z.infer<typeof githubSpec>;

const sshOptions = ["Host *", "  BatchMode yes", "  IdentitiesOnly yes", "  StrictHostKeyChecking yes", "  ConnectTimeout 20", ""].join(
  "\n",
);

/** Access of the account to git over ssh: a deploy key, pinned host keys and an identity. The private key never leaves the host. */
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

  async apply(wanted, { observed, log }) {
    const account = await accountOf(wanted.account);
    const files = filesOf(account);
    await refuseLink(files.folder);
    await mkdir(files.folder, { recursive: true });
    await applyAttributes({ path: files.folder, owner: account.name, mode: "0700" });
    await makeKey(account, files.key, wanted, observed["fingerprint"], log);
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

/** Runs `evenkeel key put`: installs a private key from standard input as the account's deploy key. Returns its fingerprint. @throws UserError for other input. */
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
    throw new UserError("standard input has no private key, or one with a passphrase", "send an OpenSSH private key without a passphrase");
  }
  await rename(candidate, files.key);
  await writePublicKey(account, files.key, `evenkeel ${name}`);
  return fingerprint;
}

/** Refuses a symbolic link, because root writes into this folder. @throws UserError for a link. */
async function refuseLink(folder: string): Promise<void> {
  if (!(await lstat(folder).catch(() => undefined))?.isSymbolicLink()) return;
  throw new UserError(`${folder} is a symbolic link`, `find out who created it and remove it, then run \`${commandLine("up")}\` again`);
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

/** Returns the fingerprint of the private key itself; the public file beside it may differ. */
async function fingerprintOf(key: string): Promise<string | undefined> {
  const account = await findAccount("root");
  if (!account) return undefined;
  const shown = await runAs(account, ["ssh-keygen", "-y", "-P", "", "-f", key]);
  const publicKey = shown.stdout.split(" ")[1];
  if (shown.exitCode !== 0 || publicKey === undefined) return undefined;
  const hash = createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("base64");
  return `SHA256:${hash.replace(/=+$/, "")}`;
}

/** Compares the key with its fingerprint. @param recorded fingerprint at the last `up`. */
async function checkKey(key: string, declared: string | undefined, recorded: string | undefined): Promise<Difference[]> {
  const is = await fingerprintOf(key);
  const expected = declared ?? recorded;
  if (is === undefined) return [{ what: "deploy key", is: "missing or unreadable", ...missingKey(declared, recorded) }];
  if (expected === undefined || is === expected) return [];
  return [{ what: "deploy key", is, shouldBe: expected, hint: "restore the declared key, or declare the new fingerprint" }];
}

function missingKey(declared: string | undefined, recorded: string | undefined): { shouldBe: string; hint?: string } {
  const back = `restore the key with \`${commandLine("key put CONFIG.yaml HOST")} < file\``;
  if (declared !== undefined) {
    return { shouldBe: declared, hint: `${back}, or remove git.keyFingerprint to let the host create a new one` };
  }
  if (recorded === undefined) return { shouldBe: "a key of this host" };
  return {
    shouldBe: recorded,
    hint: `${back}, or run \`${commandLine("up")}\`: the host creates a new key, which you add to the repositories`,
  };
}

async function checkLines(path: string, wanted: string): Promise<Difference[]> {
  const present = await readFile(path, "utf8").catch(() => undefined);
  if (present === undefined) return [{ what: path, is: "missing", shouldBe: wanted }];
  return lineDifferences(path, wanted);
}

async function checkIdentity(account: Account, wanted: Spec["identity"]): Promise<Difference[]> {
  const listed = await runAs(account, ["git", "config", "--global", "--get-regexp", "^user\\."]);
  const set = listed.stdout.split("\n");
  const differences: Difference[] = [];
  for (const [key, shouldBe] of Object.entries(wanted)) {
    const is =
      set
        .findLast((line) => line.startsWith(`user.${key} `))
        ?.slice(`user.${key} `.length)
        .trim() || "not set";
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
      `put the declared key on the host (\`${commandLine("key put CONFIG.yaml HOST")} < file\`), or remove git.keyFingerprint to let the host create a new one`,
    );
  }
  if (present !== undefined) {
    log(`deploy key changed from ${recorded ?? "none"} to ${present}: keeping the new key`);
    return writePublicKey(account, key, wanted.comment);
  }
  log("creating a deploy key");
  await as(account)`rm -f ${key} ${`${key}.pub`}; ssh-keygen -q -t ed25519 -N '' -C ${wanted.comment} -f ${key}`;
}

/** Writes the public key, derived from the private key, next to it. */
async function writePublicKey(account: Account, key: string, comment: string): Promise<void> {
  const [type, text] = (await as(account)`ssh-keygen -y -P '' -f ${key}`).stdout.trim().split(" ");
  await writeAtomically(`${key}.pub`, `${type} ${text} ${comment}\n`, { mode: 0o644, owner: account });
}

/** Checks that the key opens every remote. @throws UserError with the remotes that refuse to be read or written, and the key to add there. */
async function openRemotes(account: Account, files: Files, remotes: readonly Remote[]): Promise<void> {
  const answers = await Promise.all(remotes.map((remote) => askRemote(account, remote)));
  const refused = answers.filter(({ problem }) => problem !== undefined);
  if (refused.length === 0) return;
  const publicKey = (await readFile(`${files.key}.pub`, "utf8")).trim();
  const closed = refused.filter(({ listed }) => listed === undefined).map(({ problem }) => problem);
  const readOnly = refused.filter(({ listed }) => listed !== undefined).map(({ problem }) => problem);
  const reasons = [
    ...(closed.length > 0 ? ["the deploy key does not open", ...closed] : []),
    ...(readOnly.length > 0 ? ["the deploy key can read but not write", ...readOnly] : []),
  ];
  throw new UserError(
    reasons.join("\n"),
    `add this key to each of these repositories as a deploy key (with write access for the results), then run \`${commandLine("up")}\` again:\n\n${publicKey}\n`,
  );
}

/** Returns the public part of an account's deploy key; undefined if it has no usable key. */
export async function publicKeyOf(account: Account): Promise<string | undefined> {
  const { key } = filesOf(account);
  if ((await fingerprintOf(key)) === undefined) return undefined;
  return (await readFile(`${key}.pub`, "utf8").catch(() => undefined))?.trim();
}

/** Returns the fingerprint of an account's deploy key; undefined if it has no usable key. */
export function fingerprintOfKey(account: Account): Promise<string | undefined> {
  return fingerprintOf(filesOf(account).key);
}
