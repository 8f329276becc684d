import { UserError } from "../../config/user-error.ts";

/** Refuses every account but root. Files of this host are closed to others: to them it would look idle, and not as declared. */
export function requireRoot(command: string, account: number | undefined = process.getuid?.()): void {
  if (account !== 0) throw new UserError(`evenkeel ${command} needs root`, `run it as root: sudo evenkeel ${command}`);
}
