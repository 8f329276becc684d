import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { commandLine } from "../../config/command-line.ts";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { writeAtomically } from "../system/atomic.ts";

/** What alerts are sent with. Each is a file that root alone reads; none is in the configuration. */
export const secrets = {
  webhook: "the address that alerts are posted to",
  github: "a token that may open issues and comment on commits",
  ping: "the address that is fetched after each successful run",
};
export type Secret = keyof typeof secrets;

/** @param folder of the files. @throws UserError where it is missing, or others may read it. */
export async function readSecret(name: Secret, folder: string = paths.secrets): Promise<string> {
  const file = join(folder, name);
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new UserError(`there is no secret ${name} on this host`, putHint(name));
  if ((found.mode & 0o077) !== 0) throw new UserError(`${file} can be read by others than root`, putHint(name));
  return (await readFile(file, "utf8")).trim();
}

/** `evenkeel secret put`: what stands on standard input becomes the secret. @throws UserError where that cannot be one. */
export async function putSecret(name: string, given: string, folder: string = paths.secrets): Promise<void> {
  if (!isSecret(name)) throw new UserError(`there is no secret named ${name}`, `write one of ${Object.keys(secrets).join(", ")}`);
  const value = given.trim();
  if (value === "" || /\s/.test(value)) throw new UserError(`what came on standard input is not one word`, `send ${secrets[name]}`);
  if (name !== "github") parseAddress(value);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeAtomically(join(folder, name), `${value}\n`, { mode: 0o600 });
}

/** An address with a secret in it. @throws UserError, without the address, where it would go over the net in plain text. */
export function parseAddress(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname))) return url;
  throw new UserError("the address is not an https address", "write https://HOST/PATH; http is for this machine itself only");
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
