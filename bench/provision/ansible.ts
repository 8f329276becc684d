import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { knownHostsLine } from "../../lab/host.ts";
import type { Comparator } from "./comparator.ts";
import { changesOfAnsible } from "./summaries.ts";

/** As its documentation has it where it is to be fast: pipelining, and few facts. All else, such as ControlPersist, is its default. */
export const ansible: Comparator = {
  name: "Ansible",
  package: "ansible-core==2.19.14",
  program: "ansible-playbook",
  // Without the first, its module for apt would install it by itself.
  needs: ["python3-apt", "python3-packaging"],
  environment: { ANSIBLE_PIPELINING: "True", ANSIBLE_NOCOLOR: "1", ANSIBLE_NOCOWS: "1", ANSIBLE_LOCALHOST_WARNING: "False" },
  changesOf: changesOfAnsible,
  async prepare(host, folder) {
    const knownHosts = join(folder, "known_hosts");
    await writeFile(knownHosts, `${knownHostsLine(host)}\n`);
    const variables = {
      ansible_host: host.address,
      ansible_port: host.port,
      ansible_user: "root",
      ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${knownHosts} -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes`,
      ansible_python_interpreter: "/usr/bin/python3",
    };
    const inventory = join(folder, "inventory.json");
    await writeFile(inventory, JSON.stringify({ all: { hosts: { [host.name]: variables } } }));
    return ["-i", inventory, "-e", `@${join(folder, "declaration.json")}`, join(import.meta.dirname, "playbook.yaml")];
  },
};
