import { dirname } from "node:path";
import { paths, samplerAccount, sandboxAccount } from "../../config/paths.ts";
import type { Config, HostConfig, HostEntry } from "../../config/schema.ts";
import { noHome } from "../../runner/resources/home.ts";
import type { Specs } from "../../runner/resources/resource-types.ts";
import { packagesToBuildPython } from "../../runner/resources/python/needs.ts";

/** Declared resource of a host. The host program applies it. */
export type Resource<Type extends keyof Specs = keyof Specs> = {
  [One in Type]: {
    /** Name, unique on its host. Its marker has the same name. */
    name: string;
    type: One;
    spec: Specs[One];
  };
}[Type];

/** Packages that Evenkeel needs on a host, besides those of the configuration. */
export const ownPackages = [
  "bubblewrap",
  "ca-certificates",
  "cron",
  "git",
  "logrotate",
  "nodejs",
  "openssh-client",
  "python3",
  "python3-venv",
  "util-linux",
];

/** Returns a host's resources in the order in which they are applied: the operator's manual as data. */
export function resourcesOf(host: HostEntry, config: Config, stack: string, bundle: string): Resource[] {
  const user = config.user;
  const { release, upgrade } = config.os;
  const { acceptedFacts, startsNewEnvironment, machineShifts } = config.environment;
  const { enabled, why, cron } = config.schedule;
  const python = pythonOf(config);
  const venv = { python, requirements: config.python.requirements };
  return [
    resource("os", { release, upgrade, preUpgradeRun: config.upgrade.preUpgradeRun }),
    resource("reboot", {}),
    resource("packages", { install: packagesOf(config), automaticUpdates: false }),
    resource("account", { name: user, shell: "/bin/bash", home: `/home/${user}` }),
    ...[sandboxAccount, samplerAccount].map((name) =>
      resource("account", { name, shell: "/usr/sbin/nologin", home: noHome }, name.replace("evenkeel-", "account-")),
    ),
    resource("github", {
      account: user,
      comment: `evenkeel ${host.name}`,
      keyFingerprint: config.git.keyFingerprint,
      knownHosts: config.git.knownHosts,
      identity: { name: config.git.name, email: config.git.email },
      remotes: remotesOf(config),
    }),
    resource("directories", { directories: directoriesOf(user), readable: readableTrees }),
    resource("clones", { account: user, clones: clonesOf(config) }),
    resource("python", python),
    resource("venv", venv),
    resource("files", { files: filesOf(host, config) }),
    resource("activation", { bundle, venv, compiler: config.measure.compiler, acceptedFacts, startsNewEnvironment, machineShifts }),
    resource("schedule", { owner: `${stack}/${host.name}`, enabled, why, cron }),
  ];
}

/** Returns a resource. The compiler accepts only a specification that the host parses for its type. */
export function resource<Type extends keyof Specs>(type: Type, spec: Specs[Type], name: string = type): Resource<Type> {
  return { name, type, spec };
}

function packagesOf(config: Config): string[] {
  const forPython = "build" in pythonOf(config) ? packagesToBuildPython : [];
  return [...new Set([...ownPackages, ...forPython, ...config.packages])].sort();
}

/** Returns the specification of Python. The host chooses between the distribution's and a build, as it knows the distribution's version. */
function pythonOf({ python: { version, source, build }, user }: Config): Specs["python"] {
  return { version, source, account: user, ...(build && source !== "distribution" && { build }) };
}

/** Root's trees that every account may read: programs, interpreters, venvs and markers. */
const readableTrees = [paths.bundles, paths.generations, paths.markers, paths.pythons, paths.venvs];

function directoriesOf(user: string): Specs["directories"]["directories"] {
  const ofRoot = [
    paths.srv,
    paths.log,
    paths.state,
    paths.work,
    paths.builds,
    paths.dependencies,
    paths.wheels,
    paths.opt,
    ...readableTrees,
    dirname(paths.configuration),
  ];
  const ofUser = [paths.target, paths.suite, paths.results, paths.submodules];
  return [
    ...ofRoot.map((path) => ({ path, owner: "root", mode: "0755" })),
    { path: paths.journal, owner: "root", mode: "0700" },
    ...ofUser.map((path) => ({ path, owner: user, mode: "0755" })),
  ];
}

/** Returns the repositories that are accessed by ssh, and so with the deploy key. */
function remotesOf(config: Config): Specs["github"]["remotes"] {
  const written = [config.results.repository, ...(config.target.allowEmptyCommits ? [config.target.repository] : [])];
  const urls = [...clonesOf(config).map(({ url }) => url), ...submodulesOf(config)].filter((url) => !url.startsWith("https://"));
  return [...new Set(urls)].map((url) => ({ url, isWritten: written.includes(url) }));
}

function clonesOf({ target, suite, results }: Config): Specs["clones"]["clones"] {
  const read = { isWritten: false };
  return [
    { path: paths.target, url: target.repository, branch: target.branch, since: target.since, ...read },
    ...(suite.adapter === "runbench" ? [{ path: paths.suite, url: suite.repository, branch: suite.branch, ...read }] : []),
    { path: paths.results, url: results.repository, branch: results.branch, isWritten: true },
  ];
}

/** Returns the submodules that are fetched with the deploy key. */
function submodulesOf({ target, suite }: Config): string[] {
  return [...target.submodules, ...(suite.adapter === "runbench" ? suite.submodules : [])];
}

function filesOf(host: HostEntry, { hosts: _hosts, ...shared }: Config): Specs["files"]["files"] {
  const json: HostConfig = { ...shared, host: host.name };
  const rotation = [`${paths.logFile} {`, "  weekly", "  rotate 8", "  compress", "  missingok", "  notifempty", "}", ""];
  return [
    { path: paths.configuration, owner: "root", mode: "0644", content: { json } },
    {
      path: paths.tmpfiles,
      owner: "root",
      mode: "0644",
      content: { text: `d ${paths.runtime} 0700 root root\n` },
      afterwards: `systemd-tmpfiles --create ${paths.tmpfiles}`,
    },
    { path: "/etc/logrotate.d/evenkeel", owner: "root", mode: "0644", content: { text: rotation.join("\n") } },
  ];
}
