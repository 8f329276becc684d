import * as z from "zod";
import { canOverlap, isPattern } from "./benchmark-pattern.ts";
import type { Path } from "./document.ts";
import type { Mistake } from "./mistake.ts";
import { samplerAccount, sandboxAccount } from "./paths.ts";
import { readRepositoryUrl } from "./repository-url.ts";
import { namesHost } from "./ssh-keys.ts";

/** Two settings that contradict each other. The setting at `path` has to change; `other` is the one that it contradicts. */
export interface Disagreement extends Mistake {
  path: Path;
  other?: Path;
}

// Reads as much of a file as possible, despite other mistakes: a value of a wrong type counts as absent.
const string = z.string().optional().catch(undefined);
const strings = z.array(z.string().catch("")).catch([]);
const number = z.number().optional().catch(undefined);
const host = z.object({ name: string, address: string, port: number, user: string }).catch({});
const benchmark = z.object({ name: string }).catch({});
const slow = z.object({ benchmarks: strings }).catch({ benchmarks: [] });
const version = z.object({ benchmark: string }).catch({});
const expectation = z
  .object({ benchmark: string, minimum: z.unknown().optional(), constant: z.unknown().optional() })
  .catch({ minimum: null });
const results = z.object({ repository: string, branch: string, reportsBranch: string });
const readable = z.object({
  hosts: z.array(host).catch([]),
  user: string,
  git: z.object({ knownHosts: strings }).catch({ knownHosts: [] }),
  os: z.object({ release: string, upgrade: z.boolean().optional().catch(undefined) }).catch({}),
  python: z.object({ source: string, build: z.unknown().optional(), requirements: strings }).catch({ requirements: [] }),
  target: z.object({ repository: string, submodules: strings }).catch({ submodules: [] }),
  suite: z
    .object({
      repository: string,
      submodules: strings,
      benchmarks: z.array(benchmark).catch([]),
      versions: z.array(version).catch([]),
    })
    .catch({ submodules: [], benchmarks: [], versions: [] }),
  measure: z.object({ slow: z.array(slow).catch([]), expect: z.array(expectation).catch([]) }).catch({ slow: [], expect: [] }),
  results: results.optional().catch(undefined),
});
type Readable = z.infer<typeof readable>;

/** Checks that settings agree: names that must differ, git servers without a known key, a branch that is used twice. */
export function disagreements(value: unknown): Disagreement[] {
  const { data: config } = readable.safeParse(value);
  if (!config) return [];
  return [
    ...repeatedHosts(config),
    ...repeatedBenchmarks(config),
    ...repeatedRequirements(config),
    ...repeatedMeasures(config),
    ...repeatedVersions(config),
    ...emptyExpectations(config),
    ...missingPythonBuild(config),
    ...privilegedAccount(config),
    ...accountOfSandboxes(config),
    ...upgradeToNothing(config),
    ...unknownGitServers(config),
    ...unusableResults(config),
  ];
}

function repeatedHosts(config: Readable): Disagreement[] {
  const { hosts } = config;
  return [
    ...repeated(
      hosts.map((host, index) => ({ key: host.name, path: ["hosts", index, "name"] })),
      (name) => ({ message: `duplicate host name ${name}`, hint: "write another name: results are stored by host name" }),
    ),
    ...repeated(
      hosts.map((host, index) => ({
        key: host.address && `${host.address.toLowerCase()} port ${host.port ?? 22}`,
        path: ["hosts", index, "address"],
      })),
      (location) => ({
        message: `duplicate host address ${location}`,
        hint: "write another address or port, or remove one of the two hosts",
      }),
    ),
  ];
}

function repeatedBenchmarks(config: Readable): Disagreement[] {
  return repeated(
    config.suite.benchmarks.map((benchmark, index) => ({ key: benchmark.name, path: ["suite", "benchmarks", index, "name"] })),
    (name) => ({ message: `duplicate benchmark name ${name}`, hint: "write another name: results are stored by benchmark name" }),
  );
}

/** Rejects two entries for one benchmark, as neither has precedence. In `expect`, an exact name has precedence over a pattern. */
function repeatedMeasures({ measure }: Readable): Disagreement[] {
  const slow = measure.slow.flatMap(({ benchmarks }, group) =>
    benchmarks.map((key, index) => ({ key, path: ["measure", "slow", group, "benchmarks", index] })),
  );
  const expected = measure.expect.map(({ benchmark }, index) => ({ key: benchmark, path: ["measure", "expect", index, "benchmark"] }));
  return [
    ...repeated(slow, (name) => ({ message: `duplicate entry for ${name}`, hint: "remove one of the two" })),
    ...repeated(expected, (name) => ({ message: `duplicate entry for ${name}`, hint: "remove one of the two" })),
    ...overlapping(slow),
    ...overlapping(expected.filter(({ key }) => isPattern(key ?? ""))),
  ];
}

/** Rejects two versions of one benchmark. As in `expect`, an exact name has precedence over a pattern. */
function repeatedVersions({ suite }: Readable): Disagreement[] {
  const versions = suite.versions.map(({ benchmark: key }, index) => ({ key, path: ["suite", "versions", index, "benchmark"] }));
  return [
    ...repeated(versions, (name) => ({ message: `duplicate version of ${name}`, hint: "remove one of the two" })),
    ...overlapping(versions.filter(({ key }) => isPattern(key ?? ""))),
  ];
}

/** Rejects entries without any effect. */
function emptyExpectations({ measure }: Readable): Disagreement[] {
  return measure.expect.flatMap(({ benchmark, minimum, constant }, index) =>
    minimum === undefined && constant !== true
      ? [
          {
            path: ["measure", "expect", index],
            message: `the entry for ${benchmark ?? "this benchmark"} has no effect`,
            hint: "write minimum: SECONDS or constant: true, or remove the entry",
          },
        ]
      : [],
  );
}

/** Finds entries whose pattern can match a benchmark that an earlier entry matches too. */
function overlapping(entries: readonly { key: string | undefined; path: Path }[]): Disagreement[] {
  return entries.flatMap(({ key = "", path }, index) => {
    const other = entries.slice(0, index).find(({ key: before = "" }) => before !== key && canOverlap(before, key));
    if (!other) return [];
    const message = `${key} and ${other.key} can match the same benchmark`;
    return [{ path, other: other.path, message, hint: "write patterns that do not overlap, or remove one of the two" }];
  });
}

/** Compares package names as pip does: case is ignored, and `-`, `_` and `.` are equal (PEP 503). */
function repeatedRequirements(config: Readable): Disagreement[] {
  return repeated(
    config.python.requirements.map((requirement, index) => ({
      key: requirement
        .split("==")[0]
        ?.toLowerCase()
        .replace(/[-_.]+/g, "-"),
      path: ["python", "requirements", index],
    })),
    (name) => ({ message: `duplicate requirement ${name}`, hint: "write one line for each package" }),
  );
}

function missingPythonBuild({ python }: Readable): Disagreement[] {
  if (python.source !== "build" || python.build !== undefined) return [];
  const message = "python.build is missing: a Python that is built needs its source archive";
  return [{ path: ["python", "source"], message, hint: "write python.build: with url and sha256, or source: auto" }];
}

/** Rejects the accounts of sandboxes: measured code runs as them, so they must own nothing. */
function accountOfSandboxes({ user }: Readable): Disagreement[] {
  if (user !== sandboxAccount && user !== samplerAccount) return [];
  const message = `measured code runs as ${user}, which must not own the deploy key`;
  return [{ path: ["user"], message, hint: "write another name, such as benchmark" }];
}

function privilegedAccount(config: Readable): Disagreement[] {
  const account = config.user ?? "benchmark";
  return config.hosts.flatMap((host, index) =>
    host.user === account && account !== "root"
      ? [
          {
            path: ["hosts", index, "user"],
            message: `${account} owns the deploy key and the clones, and must not have root's rights`,
            hint: "write another login, or another user at the top of the file",
          },
        ]
      : [],
  );
}

function upgradeToNothing({ os }: Readable): Disagreement[] {
  if (os.upgrade !== true || os.release !== undefined) return [];
  return [
    {
      path: ["os", "upgrade"],
      message: "os.release is missing: an upgrade needs the release to upgrade to",
      hint: 'write the release in the same group, such as release: "13"',
    },
  ];
}

function unknownGitServers(config: Readable): Disagreement[] {
  const lines = config.git.knownHosts;
  const { target, suite, results: published } = config;
  const submodules = Object.entries({ target, suite }).flatMap(([section, repository]) =>
    repository.submodules.map((address, index): [Path, string] => [[section, "submodules", index], address]),
  );
  const repositories = Object.entries({ target, suite, results: published }).map(([section, repository]): [Path, string] => [
    [section, "repository"],
    repository?.repository ?? "",
  ]);
  return [...repositories, ...submodules].flatMap(([path, address]) => {
    const url = readRepositoryUrl(address);
    if ("message" in url || url.transport !== "ssh") return [];
    if (lines.some((line) => namesHost(line, url.host, url.port))) return [];
    const port = url.port === undefined || url.port === 22 ? "" : `-p ${url.port} `;
    return [
      {
        path,
        message: `git.knownHosts has no key of ${url.host}${port === "" ? "" : ` port ${url.port}`}: the host cannot verify the server`,
        hint: `compare the output of this command with the key that the server's owner publishes, and add it to git.knownHosts: ssh-keyscan ${port}-t ed25519 ${url.host}`,
      },
    ];
  });
}

function unusableResults(config: Readable): Disagreement[] {
  const { repository, branch = "main", reportsBranch = "reports" } = config.results ?? {};
  const found: Disagreement[] = [];
  if (config.results && branch === reportsBranch) {
    found.push({
      path: ["results", config.results.reportsBranch === undefined ? "branch" : "reportsBranch"],
      message: `results and reports use the same branch ${branch}: reports would overwrite the results`,
      hint: "write two different branches",
    });
  }
  const url = readRepositoryUrl(repository ?? "");
  if (!("message" in url) && url.transport === "https") {
    found.push({
      path: ["results", "repository"],
      message: "results cannot be pushed over https: the host has a deploy key and no password",
      hint: `write git@${url.host}:${url.path}`,
    });
  }
  return found;
}

/** Returns a mistake for each item whose key an earlier item has, with the path of the earliest such item. */
function repeated(items: { key: string | undefined; path: Path }[], mistake: (key: string) => Mistake): Disagreement[] {
  const first = new Map<string, Path>();
  const found: Disagreement[] = [];
  for (const { key, path } of items) {
    if (key === undefined || key === "") continue;
    const other = first.get(key);
    if (other) found.push({ ...mistake(key), path, other });
    else first.set(key, path);
  }
  return found;
}
