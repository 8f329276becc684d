import { remote, type types } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { paths } from "../../config/paths.ts";
import { sorted } from "../../runner/resources/resource-type.ts";
import type { Resource } from "./resources.ts";

export interface EnsureArgs {
  connection: types.input.remote.ConnectionArgs;
  /** `sudo -n ` or empty. */
  prefix: string;
  resource: Resource;
  token: string;
  /** Program on the host that applies the resource. Default: the installed bundle. */
  program?: string;
  /** Minutes that it waits for a running measurement. Default: that of the host program. */
  waitMinutes?: number;
  /** Command for `pulumi destroy`. */
  delete?: string;
}

/**
 * Declares a resource as one remote command. Specification and token are sorted JSON on standard input, so that previews show a change
 * property by property. It has no `triggers` and no `update`: every change runs the same idempotent `ensure`.
 */
export function ensure(name: string, args: EnsureArgs, options: pulumi.CustomResourceOptions): remote.Command {
  const { connection, prefix, resource, token, program = `${paths.next}/evenkeel`, waitMinutes } = args;
  return new remote.Command(
    name,
    {
      connection,
      create: `${prefix}${program} ensure ${resource.type}${waitMinutes === undefined ? "" : ` --wait-minutes ${waitMinutes}`}`,
      stdin: JSON.stringify(sorted({ name: resource.name, spec: resource.spec, token }), null, 2),
      addPreviousOutputInEnv: false,
      ...(args.delete !== undefined && { delete: args.delete }),
    },
    options,
  );
}
