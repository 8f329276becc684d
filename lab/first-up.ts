import { ssh, type Host } from "./host.ts";
import { authorizeKey } from "./remote.ts";
import { mustRun, openStack, pulumi, type Stack } from "./stack.ts";

/**
 * Brings a host to a stack's configuration by `pulumi up`. The first `up` of a host ends with its deploy key: it is authorized, as its
 * administrator would do, and the second `up` goes on. @throws Error with Pulumi's output.
 */
export async function upWithKey(host: Host, { name, folder }: Stack): Promise<void> {
  const stack = await openStack(name, folder);
  const up = ["up", "--yes", "--skip-preview"];
  const first = await pulumi(stack, up);
  if (first.exitCode === 0) return;
  const key = await ssh(host, "cat /home/benchmark/.ssh/id_ed25519.pub");
  if (key.exitCode !== 0) throw new Error(first.output);
  await authorizeKey(host, key.stdout);
  await mustRun(stack, up);
}
