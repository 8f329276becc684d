import { z } from "zod";
import { findAccount } from "../../runner/host/account.ts";
import { asRoot } from "../../runner/host/command.ts";
import type { Finding } from "./finding.ts";
import type { Kind } from "./kind.ts";

const spec = z.strictObject({ name: z.string(), shell: z.string(), home: z.string() });
type Spec = z.infer<typeof spec>;

/** Home of an account that has none. */
export const noHome = "/nonexistent";

/** An account of the host: one that owns key and clones, with a home; or one that runs measured code and has nothing. */
export const account: Kind<Spec> = {
  spec,
  async check(wanted) {
    const present = await findAccount(wanted.name);
    if (!present) return [{ what: `account ${wanted.name}`, is: "missing", shouldBe: `home ${wanted.home}, shell ${wanted.shell}` }];
    const findings: Finding[] = [];
    for (const attribute of ["shell", "home"] as const) {
      if (present[attribute] !== wanted[attribute]) {
        findings.push({ what: `account ${wanted.name} ${attribute}`, is: present[attribute], shouldBe: wanted[attribute] });
      }
    }
    return findings;
  },
  async apply({ name, shell, home }) {
    const present = await findAccount(name);
    const how = home === noHome ? ["--system", "--no-create-home"] : ["--create-home"];
    if (!present) await asRoot`useradd ${how} --home-dir ${home} --shell ${shell} --user-group ${name}`;
    else if (present.shell !== shell || present.home !== home) await asRoot`usermod --shell ${shell} --home ${home} ${name}`;
  },
};
