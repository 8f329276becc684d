import * as z from "zod";
import { hosts } from "./sections/hosts.ts";
import { measure } from "./sections/measure.ts";
import { alerts, environment, schedule, upgrade } from "./sections/operation.ts";
import { results, suite, target } from "./sections/repositories.ts";
import { git, os, packages, python, user } from "./sections/software.ts";

/**
 * Schema of the configuration: each setting with its type, default, unit and description. The tables of docs/configuration.md are generated
 * from it. Objects are strict: an unknown key is an error. Checks of several settings together are in agreement.ts.
 */

export const schema = z.strictObject({
  hosts,
  user,
  packages,
  git,
  os,
  python,
  target,
  suite,
  results,
  schedule,
  environment,
  upgrade,
  alerts,
  measure,
});

export type Config = z.infer<typeof schema>;
export type HostEntry = Config["hosts"][number];

/** Configuration that the runner reads on the host: all settings without the list of hosts, and this host's name. */
export const hostConfigSchema = schema.omit({ hosts: true }).extend({ host: z.string() });
export type HostConfig = z.infer<typeof hostConfigSchema>;
