import { mkdir, stat } from "node:fs/promises";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import { findAccount, type Account } from "../system/account.ts";
import { asRoot } from "../system/command.ts";
import { applyAttributes } from "./attributes.ts";
import type { Difference } from "./difference.ts";
import { homeOf, noHome, type HomeState } from "./home.ts";
import type { ResourceType } from "./resource-type.ts";

/** Spec of an account. `home` applies to a new account only: an existing account keeps its own. */
const spec = z.strictObject({ name: z.string(), shell: z.string(), home: z.string() });
type Spec = z.infer<typeof spec>;

/** An account of the host. It owns the key and the clones and has a home, or it runs measured code and has none. */
export const account: ResourceType<Spec> = {
  spec,
  async check(wanted, { observed }) {
    const present = await findAccount(wanted.name);
    if (!present) return [{ what: `account ${wanted.name}`, is: "missing", shouldBe: `home ${wanted.home}, shell ${wanted.shell}` }];
    const differences: Difference[] = [];
    const what = `account ${wanted.name}`;
    if (present.shell !== wanted.shell) differences.push({ what: `${what} shell`, is: present.shell, shouldBe: wanted.shell });
    const home = await homeHere(present, wanted, observed[wanted.name]);
    if ("problem" in home)
      return [...differences, { what: `${what} home`, is: home.problem, shouldBe: "a folder of its own", hint: home.hint }];
    if (present.home !== home.path) differences.push({ what: `${what} home`, is: present.home, shouldBe: home.path });
    if (home.isToMake) differences.push({ what: home.path, is: "missing", shouldBe: `home of ${wanted.name}` });
    return differences;
  },

  async apply(wanted, { observed }) {
    const present = (await findAccount(wanted.name)) ?? (await addAccount(wanted));
    const home = await homeHere(present, wanted, observed[wanted.name]);
    if ("problem" in home) throw new UserError(`the home of account ${wanted.name} is ${home.problem}`, home.hint);
    if (present.shell !== wanted.shell || present.home !== home.path)
      await asRoot`usermod --shell ${wanted.shell} --home ${home.path} ${wanted.name}`;
    if (!home.isToMake) return;
    await mkdir(home.path, { recursive: true });
    await applyAttributes({ path: home.path, owner: wanted.name, mode: "0750" });
  },

  /** Records the home: keys and clones depend on it, so a later change is drift. */
  async observe({ name, home }) {
    const present = await findAccount(name);
    return present && home !== noHome ? { [name]: present.home } : {};
  },
};

async function addAccount({ name, shell, home }: Spec): Promise<Account> {
  const how = home === noHome ? ["--system", "--no-create-home"] : ["--create-home"];
  // An account that was removed may have left its group.
  const hasGroup = (await asRoot({ nothrow: true })`getent group ${name}`).exitCode === 0;
  await asRoot`useradd ${how} --home-dir ${home} --shell ${shell} ${hasGroup ? ["--gid", name] : ["--user-group"]} ${name}`;
  const added = await findAccount(name);
  if (!added)
    throw new UserError(`useradd succeeded, but /etc/passwd has no account ${name}`, "check whether another service manages the accounts");
  return added;
}

async function homeHere(present: Account, wanted: Spec, recorded: string | undefined): Promise<ReturnType<typeof homeOf>> {
  const states = new Map<string, HomeState>();
  for (const path of [recorded, present.home, wanted.home]) if (path !== undefined) states.set(path, await stateOf(path, present));
  return homeOf({ name: present.name, present: present.home, recorded, declared: wanted.home }, (path) => states.get(path) ?? "missing");
}

async function stateOf(path: string, { uid }: Account): Promise<HomeState> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return "missing";
  return found.isDirectory() && found.uid === uid ? "own" : "foreign";
}
