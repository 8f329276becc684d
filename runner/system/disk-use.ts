import type { Account } from "./account.ts";
import { runProcess } from "./process.ts";
import { inSandbox, limitsToLook } from "./sandbox.ts";

const timeoutSeconds = 300;

/** Returns the disk use of folders in bytes, counted by du as the account in a sandbox; 0 after a timeout or error. */
export async function bytesIn(account: Account, folders: readonly string[]): Promise<number> {
  const sandbox = { readOnly: folders, mounts: [], cwd: "/", network: false, limits: limitsToLook, environment: { PATH: "/usr/bin:/bin" } };
  const measured = await runProcess(inSandbox(sandbox, ["/usr/bin/du", "-cs", "--block-size=1", ...folders]), { account, timeoutSeconds });
  return Number(/^(\d+)\ttotal$/m.exec(measured.stdout)?.[1] ?? 0);
}
