import { sandboxAccount } from "../../config/paths.ts";
import type { ProcessOutput } from "zx/core";
import { accountOf, findAccount, type Account } from "./account.ts";
import { runAs, runAsRoot } from "./command.ts";

/** Returns the account that queries interpreters: the one of measured code, or `nobody` if it is missing. Undefined if this process is not root. */
export async function accountToAsk(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await findAccount(sandboxAccount)) ?? accountOf("nobody");
}

/** Runs a program with an interpreter, without its packages: a venv's packages could run code at start-up. */
export function askPython(account: Account | undefined, python: string, program: string, ...args: string[]): Promise<ProcessOutput> {
  const command = [python, "-I", "-S", "-c", program, ...args] as const;
  return account ? runAs(account, command) : runAsRoot(command);
}
