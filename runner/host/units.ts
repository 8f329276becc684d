import { InfrastructureError } from "../infrastructure-error.ts";
import { withLastLine } from "../last-line.ts";
import { asRoot } from "./command.ts";

/** What tuning needs of systemd. Each throws an InfrastructureError where systemd refuses. */
export interface Units {
  /** The active ones of these units; a name that does not exist is not active. */
  active(names: readonly string[]): Promise<string[]>;
  stop(names: readonly string[]): Promise<void>;
  start(name: string): Promise<void>;
  /** Processors a slice is kept to, as systemd writes them; empty: all. */
  allowedCpus(slice: string): Promise<string>;
  allowCpus(slice: string, cpus: string): Promise<void>;
}

export const systemd: Units = {
  async active(names) {
    const listed = await systemctl("list-units", "--state=active", "--plain", "--no-legend", "--no-pager", ...names);
    return listed
      .split("\n")
      .map((line) => line.trim().split(" ")[0] ?? "")
      .filter((name) => names.includes(name));
  },
  async stop(names) {
    await systemctl("stop", ...names);
  },
  async start(name) {
    await systemctl("start", name);
  },
  async allowedCpus(slice) {
    return (await systemctl("show", "--property=AllowedCPUs", "--value", slice)).trim();
  },
  async allowCpus(slice, cpus) {
    await systemctl("set-property", "--runtime", slice, `AllowedCPUs=${cpus}`);
  },
};

async function systemctl(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await asRoot({ nothrow: true })`systemctl ${args}`;
  if (exitCode !== 0) throw new InfrastructureError(withLastLine(`systemctl ${args.join(" ")} failed`, { stdout, stderr }), stderr.trim());
  return stdout;
}
