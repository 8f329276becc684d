import { schema, type Config } from "../../../config/schema.ts";
import type { BareHost, HostState } from "../../../provision/program/probe.ts";

/** A configuration with one host, as the tests of this folder need it. */
export const config: Config = schema.parse({
  hosts: [
    {
      name: "bench",
      address: "203.0.113.10",
      user: "admin",
      hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    },
  ],
  packages: ["clang", "git"],
  git: { name: "Bench", email: "bench@example.org" },
  python: { version: "3.13", requirements: ["six==1.17.0"] },
  target: { name: "mypy", repository: "https://github.com/python/mypy", since: "v1.0" },
  suite: { adapter: "runbench", repository: "https://github.com/mypyc/mypyc-benchmarks" },
  results: { repository: "git@github.com:owner/results.git" },
});

export const [host] = config.hosts;

export const bareHost: BareHost = {
  bare: true,
  instance: "machine",
  os: "Debian GNU/Linux 13 (trixie)",
  provisioned: false,
  packages: ["Inst nodejs (20.19.2+dfsg-1 Debian:13.1/stable [amd64])", "Open clang"],
  facts: {
    id: "debian",
    versionId: "13",
    python: "3.13.5",
    hasCompiler: false,
    isCompilerPackage: true,
    hasLists: true,
    unknownPackages: [],
    free: 5e10,
  },
};

/** A host on which nothing was applied but Node. */
export const emptyHost: HostState & { bare: false } = {
  bare: false,
  instance: "machine random",
  resources: {},
  preflight: { obstacles: [], notes: [], unasked: [] },
};
