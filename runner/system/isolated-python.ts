import { sandboxAccount } from "../../config/paths.ts";
import type { ProcessOutput } from "zx/core";
import { accountOf, findAccount, type Account } from "./account.ts";
import { as, asRoot } from "./command.ts";

/** Account to ask interpreters as: that of measured code, or nobody where it is still missing; undefined where this process is not root's. */
export async function accountToAsk(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await findAccount(sandboxAccount)) ?? accountOf("nobody");
}

/** Asks an interpreter something by a program, without any package of its own: a venv's packages could run code as soon as it starts. */
export function askPython(account: Account | undefined, python: string, program: string, ...args: string[]): Promise<ProcessOutput> {
  const shell = account ? as(account) : asRoot;
  return shell({ nothrow: true })`${python} -I -S -c ${program} ${args}`;
}
