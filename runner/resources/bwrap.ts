import { readFile } from "node:fs/promises";
import { findAccount } from "../system/account.ts";
import { writeAtomically } from "../system/atomic.ts";
import { asRoot, environmentOf } from "../system/command.ts";
import { runProcess } from "../system/process.ts";
import { inSandbox, limitsToLook } from "../system/sandbox.ts";
import type { Difference } from "./difference.ts";

/** Where AppArmor keeps users from making namespaces, and where its profiles lie. Parameters, so that tests can make both. */
export interface AppArmor {
  restriction: string;
  profile: string;
}

const ofThisHost: AppArmor = {
  restriction: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
  profile: "/etc/apparmor.d/evenkeel-bwrap",
};

/** Lets bwrap, started by any account, make the namespaces of a sandbox: Ubuntu 24.04 refuses them to programs without a profile. */
export const bwrapProfile = `# Written by evenkeel: measured code runs in sandboxes made by bwrap.
abi <abi/4.0>,
include <tunables/global>

profile evenkeel-bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,

  include if exists <local/evenkeel-bwrap>
}
`;

/** Whether sandboxes can be made here: the profile is there where one is needed, and one is really made. */
export async function checkBwrap(apparmor: AppArmor = ofThisHost): Promise<Difference[]> {
  if ((await isRestricted(apparmor)) && (await textOf(apparmor.profile)) !== bwrapProfile) {
    return [
      {
        what: apparmor.profile,
        is: (await textOf(apparmor.profile)) === undefined ? "missing" : "another",
        shouldBe: "as written by `up`",
      },
    ];
  }
  return makeOne();
}

/** Install and load the profile where AppArmor asks for one. */
export async function allowBwrap(apparmor: AppArmor = ofThisHost): Promise<void> {
  if (!(await isRestricted(apparmor)) || (await textOf(apparmor.profile)) === bwrapProfile) return;
  await writeAtomically(apparmor.profile, bwrapProfile);
  await asRoot`apparmor_parser --replace ${apparmor.profile}`;
}

/** A sandbox as an account without rights makes it. */
async function makeOne(): Promise<Difference[]> {
  const account = await findAccount("nobody");
  if (!account) return [];
  const sandbox = { readOnly: [], mounts: [], cwd: "/tmp", network: false, limits: limitsToLook, environment: environmentOf(account) };
  const made = await runProcess(inSandbox(sandbox, ["/bin/true"]), { account, timeoutSeconds: 10 }).catch((error: unknown) => ({
    exitCode: undefined,
    stderr: String(error),
  }));
  if (made.exitCode === 0) return [];
  const why = made.stderr.trim().split("\n").at(-1) || `exit code ${made.exitCode}`;
  const hint = "measured code runs in sandboxes: see that unprivileged user namespaces are allowed on this host";
  return [{ what: "a sandbox made by bwrap", is: `refused: ${why}`, shouldBe: "made", hint }];
}

async function isRestricted({ restriction }: AppArmor): Promise<boolean> {
  return (await textOf(restriction))?.trim() === "1";
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
