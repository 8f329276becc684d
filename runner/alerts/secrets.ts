import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { commandLine } from "../../config/command-line.ts";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { writeAtomically } from "../system/atomic.ts";

/** Secrets that alerts are sent with. Each is a file that only root can read; none is in the configuration. */
export const secrets = {
  webhook: "the URL that alerts are posted to",
  github: "a token that may open issues and comment on commits",
  ping: "the URL that is fetched after each successful run",
};
export type Secret = keyof typeof secrets;

/** Returns a secret. @param folder of the files. @throws UserError if it is missing, or others can read it. */
export async function readSecret(name: Secret, folder: string = paths.secrets): Promise<string> {
  const file = join(folder, name);
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new UserError(`secret ${name} is missing on this host`, putHint(name));
  if ((found.mode & 0o077) !== 0) throw new UserError(`${file} is readable by other accounts than root`, putHint(name));
  return (await readFile(file, "utf8")).trim();
}

/** Stores the text from standard input as a secret, for `evenkeel secret put`. @throws UserError for an unknown name or an invalid text. */
export async function putSecret(name: string, given: string, folder: string = paths.secrets): Promise<void> {
  if (!isSecret(name)) throw new UserError(`unknown secret "${name}"`, `write one of ${Object.keys(secrets).join(", ")}`);
  const value = given.trim();
  if (value === "" || /\s/.test(value)) throw new UserError(`standard input is not one word`, `send ${secrets[name]}`);
  if (name !== "github") parseAddress(value);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeAtomically(join(folder, name), `${value}\n`, { mode: 0o600 });
}

/** Returns a URL that contains a secret. @throws UserError, without the URL, if a request would send it unencrypted. */
export function parseAddress(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname))) return url;
  throw new UserError("the URL is not a valid https URL", "write https://HOST/PATH; http is accepted for localhost only");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

function isSecret(name: string): name is Secret {
  return Object.hasOwn(secrets, name);
}

function putHint(name: Secret): string {
  return `${commandLine(`secret put config/yours.yaml HOST ${name}`)}, with ${secrets[name]} on standard input`;
}
