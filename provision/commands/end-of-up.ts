import type { Config, HostEntry } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";
import { failedEnding, succeededEnding, type Seen } from "./up-ending.ts";

/**
 * Prints the last lines of an `up`, an `apply` or a failed `preview`. After a failure it inspects the hosts again, as the key of a new host
 * exists by then.
 * @param next the next command to run.
 */
export async function printEnding(
  config: Config,
  stack: string,
  { hasSucceeded, next, verb }: { hasSucceeded: boolean; next: string; verb?: "up" | "preview" },
): Promise<void> {
  const { skipped, look } = await import("../program/look.ts");
  const hosts = config.hosts.filter(({ name }) => !skipped.has(name));
  if (hasSucceeded) {
    const logins = hosts.map((host) => ({ name: host.name, login: loginOf(host) }));
    console.log(succeededEnding(logins, !config.schedule.enabled).join("\n"));
    return;
  }
  const { buildBundle } = await import("../program/bundle.ts");
  const bundle = await buildBundle();
  const seen = await Promise.all(
    hosts.map(async (host): Promise<Seen> => {
      try {
        const { preflight } = await look(host, config, stack, bundle, false);
        return { host: host.name, preflight };
      } catch (error) {
        if (error instanceof UserError) return { host: host.name, unreachable: `${error.message}: ${error.hint}` };
        throw error;
      }
    }),
  );
  console.log(failedEnding(seen, next, verb).join("\n"));
}

function loginOf({ user, address, port }: HostEntry): string {
  return `ssh ${port === 22 ? "" : `-p ${port} `}${user}@${address}${user === "root" ? "" : " sudo"}`;
}
