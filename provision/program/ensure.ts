import { remote, type types } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { paths } from "../../config/paths.ts";
import { sorted } from "../../runner/resources/resource-type.ts";
import type { Resource } from "./resources.ts";

export interface EnsureArgs {
  connection: types.input.remote.ConnectionArgs;
  /** `sudo -n ` or nothing. */
  prefix: string;
  resource: Resource;
  token: string;
  /** The program on the host that applies it; the installed bundle if not given. */
  program?: string;
  /** How long it waits for a running measurement; as long as the program on the host sees fit if not given. */
  waitMinutes?: number;
  /** Command run at `pulumi destroy`. */
  delete?: string;
}

/**
 * A resource as one remote command. Spec and token travel on standard input, as sorted JSON: the preview then shows a
 * change property by property. No `triggers`, no `update`: any change runs the same idempotent `ensure`.
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
