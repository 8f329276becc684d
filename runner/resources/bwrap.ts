import { readFile } from "node:fs/promises";
import { findAccount } from "../system/account.ts";
import { writeAtomically } from "../system/atomic.ts";
import { asRoot, environmentOf } from "../system/command.ts";
import { runProcess } from "../system/process.ts";
import { inSandbox, limitsToLook } from "../system/sandbox.ts";
import type { Difference } from "./difference.ts";

/** Paths of AppArmor's restriction of user namespaces and of evenkeel's profile. Parameters, so that tests can create both. */
export interface AppArmor {
  restriction: string;
  profile: string;
}

const ofThisHost: AppArmor = {
  restriction: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
  profile: "/etc/apparmor.d/evenkeel-bwrap",
};

/** Profile that lets any account create a sandbox's namespaces with bwrap. Ubuntu 24.04 refuses them to programs without a profile. */
export const bwrapProfile = `# Written by evenkeel: measured code runs in sandboxes made by bwrap.
abi <abi/4.0>,
include <tunables/global>

profile evenkeel-bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,

  include if exists <local/evenkeel-bwrap>
}
`;

/** Checks that sandboxes work on this host: the profile exists if it is needed, and a trial sandbox starts. */
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
  return trySandbox();
}

/** Installs and loads the profile if AppArmor requires one. */
export async function allowBwrap(apparmor: AppArmor = ofThisHost): Promise<void> {
  if (!(await isRestricted(apparmor)) || (await textOf(apparmor.profile)) === bwrapProfile) return;
  await writeAtomically(apparmor.profile, bwrapProfile);
  await asRoot`apparmor_parser --replace ${apparmor.profile}`;
}

/** Starts a sandbox as an account without privileges. */
async function trySandbox(): Promise<Difference[]> {
  const account = await findAccount("nobody");
  if (!account) return [];
  const sandbox = { readOnly: [], mounts: [], cwd: "/tmp", network: false, limits: limitsToLook, environment: environmentOf(account) };
  const made = await runProcess(inSandbox(sandbox, ["/bin/true"]), { account, timeoutSeconds: 10 }).catch((error: unknown) => ({
    exitCode: undefined,
    stderr: String(error),
  }));
  if (made.exitCode === 0) return [];
  const why = made.stderr.trim().split("\n").at(-1) || `exit code ${made.exitCode}`;
  const hint = "allow unprivileged user namespaces on this host: measured code runs in sandboxes";
  return [{ what: "sandbox of bwrap", is: `refused: ${why}`, shouldBe: "started", hint }];
}

async function isRestricted({ restriction }: AppArmor): Promise<boolean> {
  return (await textOf(restriction))?.trim() === "1";
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
