import { UserError } from "../../config/user-error.ts";

/** @throws UserError unless root runs the command. Other accounts cannot read the host's files and would see an idle, undeclared host. */
export function requireRoot(command: string, account: number | undefined = process.getuid?.()): void {
  if (account !== 0) throw new UserError(`evenkeel ${command} needs root`, `run it as root: sudo evenkeel ${command}`);
}
