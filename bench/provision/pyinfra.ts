import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { knownHostsLine } from "../../lab/host.ts";
import type { Comparator } from "./comparator.ts";
import { changesOfPyinfra } from "./summaries.ts";

/** As its documentation has it: a deploy over ssh, run at once without a preview (`-y`). All else is its default. */
export const pyinfra: Comparator = {
  name: "pyinfra",
  package: "pyinfra==3.10.0",
  program: "pyinfra",
  changesOf: changesOfPyinfra,
  async prepare(host, folder) {
    const knownHosts = join(folder, "known_hosts");
    await writeFile(knownHosts, `${knownHostsLine(host)}\n`);
    const data = {
      ssh_hostname: host.address,
      ssh_port: host.port,
      ssh_user: "root",
      ssh_known_hosts_file: knownHosts,
      ssh_strict_host_key_checking: "yes",
      declaration: JSON.parse(await readFile(join(folder, "declaration.json"), "utf8")) as unknown,
    };
    const inventory = join(folder, "inventory.py");
    // JSON without null, true and false is Python.
    await writeFile(inventory, `hosts = [(${JSON.stringify(host.name)}, ${JSON.stringify(data)})]\n`);
    return ["-y", inventory, join(import.meta.dirname, "deploy.py")];
  },
};
