import { lstat, mkdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import type { LabServer } from "../../lab/server.ts";

/**
 * What Evenkeel declares of a host, in the words of other tools. `deploy.py` and `playbook.yaml` read it, and say of each operation which of
 * Evenkeel's resources it stands for: node, copy, bundle, declaration, os, reboot, packages, account, github, directories, clones, python,
 * venv, files, activation, schedule.
 *
 * Where the two cannot be the same, the others have less to do: that a sandbox can be made, that the machine is the one that was recorded,
 * that no file of a clone was edited and that no other schedule starts the runner, only Evenkeel looks at; only it does what has to follow
 * a changed file.
 */
interface Declaration {
  packages: { name: string; version: string }[];
  maskedUnits: string[];
  account: { name: string; home: string; shell: string };
  keyComment: string;
  identity: { name: string; email: string };
  directories: { path: string; owner: string; mode: string }[];
  clones: { path: string; url: string; branch: string }[];
  cloneSettings: Record<string, string>;
  python: { interpreter: string; version: string };
  venv: { path: string; requirements: string[] };
  /** `source` is a copy of what Evenkeel wrote, on this machine: to render it costs the others nothing. */
  files: { path: string; owner: string; mode: string; source: string }[];
  links: { path: string; target: string }[];
  /** A random id: that it is there is all that is declared. */
  instance: string;
  /** There while a restart is owed. */
  restartOwed: string;
}

const marker = <Spec extends z.ZodType, Observed extends z.ZodType>(spec: Spec, observed: Observed) => z.object({ spec, observed });
const nothing = z.unknown();
const markers = {
  packages: marker(nothing, z.record(z.string(), z.string())),
  account: marker(z.object({ name: z.string(), home: z.string(), shell: z.string() }), nothing),
  github: marker(z.object({ comment: z.string(), identity: z.object({ name: z.string(), email: z.string() }) }), nothing),
  directories: marker(z.object({ directories: z.array(z.object({ path: z.string(), owner: z.string(), mode: z.string() })) }), nothing),
  clones: marker(z.object({ clones: z.array(z.object({ path: z.string(), url: z.string(), branch: z.string() })) }), nothing),
  python: marker(nothing, z.object({ interpreter: z.string(), version: z.string() })),
  venv: marker(z.object({ requirements: z.array(z.string()) }), z.object({ prefix: z.string() })),
  files: marker(z.object({ files: z.array(z.object({ path: z.string(), owner: z.string() })) }), nothing),
} as const;

/** Write a provisioned host's declaration into a folder: `declaration.json`, and what files on the host hold. */
export async function writeDeclaration(server: LabServer, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "files"), { recursive: true });
  await writeFile(join(folder, "declaration.json"), `${JSON.stringify(await declarationOf(server, folder), null, 2)}\n`);
}

async function declarationOf(server: LabServer, folder: string): Promise<Declaration> {
  const [packages, account, github, directories, clones, python, venv, files] = await Promise.all([
    readMarker(server, "packages"),
    readMarker(server, "account"),
    readMarker(server, "github"),
    readMarker(server, "directories"),
    readMarker(server, "clones"),
    readMarker(server, "python"),
    readMarker(server, "venv"),
    readMarker(server, "files"),
  ]);
  const { name, home } = account.spec;
  const generation = await readlink(server.path(paths.active));
  const bundle = await readlink(server.path(paths.next));
  const contents = [
    ...files.spec.files,
    { path: join(home, ".ssh/known_hosts"), owner: name },
    { path: join(home, ".ssh/config"), owner: name },
    ...[join(bundle, "evenkeel"), paths.declaration, paths.cronFile].map(ofRoot),
    ...[join(generation, "environment.json"), join(generation, "host-facts.json")].map(ofRoot),
  ];
  const links = [paths.next, paths.active, paths.current, paths.command, paths.venv, join(generation, "bundle"), join(generation, "venv")];
  return {
    packages: Object.entries(packages.observed).map(([name, version]) => ({ name, version })),
    maskedUnits: ["apt-daily.timer", "apt-daily-upgrade.timer", "unattended-upgrades.service"],
    account: account.spec,
    keyComment: github.spec.comment,
    identity: github.spec.identity,
    directories: [
      { path: join(home, ".ssh"), owner: name, mode: "0700" },
      ...[bundle, generation].map((path) => ({ path, owner: "root", mode: "0755" })),
      ...directories.spec.directories,
    ],
    clones: clones.spec.clones,
    cloneSettings: { "gc.auto": "0", "maintenance.auto": "false" },
    python: python.observed,
    venv: { path: venv.observed.prefix, requirements: venv.spec.requirements },
    files: await Promise.all(contents.map((one, number) => copyOf(server, one, join(folder, "files", `${number}-${basename(one.path)}`)))),
    links: await Promise.all(links.map(async (path) => ({ path, target: await readlink(server.path(path)) }))),
    instance: paths.instance,
    restartOwed: paths.osUpgrade,
  };
}

function ofRoot(path: string): { path: string; owner: string } {
  return { path, owner: "root" };
}

/** What Evenkeel keeps on the host about a resource: what was declared, and what came of it. */
async function readMarker<Name extends keyof typeof markers>(server: LabServer, name: Name): Promise<z.infer<(typeof markers)[Name]>> {
  const text = await readFile(server.path(join(paths.markers, `${name}.json`)), "utf8");
  return markers[name].parse(JSON.parse(text)) as z.infer<(typeof markers)[Name]>;
}

async function copyOf(
  server: LabServer,
  { path, owner }: { path: string; owner: string },
  source: string,
): Promise<Declaration["files"][number]> {
  const onHost = server.path(path);
  await writeFile(source, await readFile(onHost));
  const mode = ((await lstat(onHost)).mode & 0o7777).toString(8).padStart(4, "0");
  return { path, owner, mode, source };
}
