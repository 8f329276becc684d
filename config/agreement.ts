import * as z from "zod";
import { canOverlap, isPattern } from "./benchmark-pattern.ts";
import type { Path } from "./document.ts";
import type { Mistake } from "./mistake.ts";
import { samplerAccount, sandboxAccount } from "./paths.ts";
import { readRepositoryUrl } from "./repository-url.ts";
import { namesHost } from "./ssh-keys.ts";

/** Settings that do not go together: the one at `path` is to be changed; `other` is the one it does not go with. */
export interface Disagreement extends Mistake {
  path: Path;
  other?: Path;
}

// What can be read of a file, however much else is wrong with it: a value of a wrong type is as if it were not there.
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

/** Checks what no single value shows: names that must differ, a git server nobody vouches for, a branch used twice. */
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
      (name) => ({ message: `there is another host named ${name}`, hint: "write another name: results are told apart by it" }),
    ),
    ...repeated(
      hosts.map((host, index) => ({
        key: host.address && `${host.address.toLowerCase()} port ${host.port ?? 22}`,
        path: ["hosts", index, "address"],
      })),
      (repository) => ({
        message: `there is another host at ${repository}`,
        hint: "write another address or port, or remove one of the two",
      }),
    ),
  ];
}

function repeatedBenchmarks(config: Readable): Disagreement[] {
  return repeated(
    config.suite.benchmarks.map((benchmark, index) => ({ key: benchmark.name, path: ["suite", "benchmarks", index, "name"] })),
    (name) => ({ message: `there is another benchmark named ${name}`, hint: "write another name: a benchmark's history is kept under it" }),
  );
}

/** Nothing would tell which of two entries for one benchmark counts; for `expect`, an exact name has precedence over a pattern. */
function repeatedMeasures({ measure }: Readable): Disagreement[] {
  const slow = measure.slow.flatMap(({ benchmarks }, group) =>
    benchmarks.map((key, index) => ({ key, path: ["measure", "slow", group, "benchmarks", index] })),
  );
  const expected = measure.expect.map(({ benchmark }, index) => ({ key: benchmark, path: ["measure", "expect", index, "benchmark"] }));
  return [
    ...repeated(slow, (name) => ({ message: `${name} is named slow twice`, hint: "leave one of the two" })),
    ...repeated(expected, (name) => ({ message: `${name} has another minimum`, hint: "leave one of the two" })),
    ...overlapping(slow),
    ...overlapping(expected.filter(({ key }) => isPattern(key ?? ""))),
  ];
}

/** As of `expect`: an exact name has precedence over a pattern. */
function repeatedVersions({ suite }: Readable): Disagreement[] {
  const versions = suite.versions.map(({ benchmark: key }, index) => ({ key, path: ["suite", "versions", index, "benchmark"] }));
  return [
    ...repeated(versions, (name) => ({ message: `${name} has another version`, hint: "leave one of the two" })),
    ...overlapping(versions.filter(({ key }) => isPattern(key ?? ""))),
  ];
}

/** An entry that changes nothing is a mistake, not a wish. */
function emptyExpectations({ measure }: Readable): Disagreement[] {
  return measure.expect.flatMap(({ benchmark, minimum, constant }, index) =>
    minimum === undefined && constant !== true
      ? [
          {
            path: ["measure", "expect", index],
            message: `nothing is expected of ${benchmark ?? "this benchmark"}`,
            hint: "write minimum: SECONDS or constant: true, or remove the entry",
          },
        ]
      : [],
  );
}

/** Finds entries that can name a benchmark which an earlier one names too. */
function overlapping(entries: readonly { key: string | undefined; path: Path }[]): Disagreement[] {
  return entries.flatMap(({ key = "", path }, index) => {
    const other = entries.slice(0, index).find(({ key: before = "" }) => before !== key && canOverlap(before, key));
    if (!other) return [];
    const message = `${key} can name a benchmark that ${other.key} names too`;
    return [{ path, other: other.path, message, hint: "write patterns that exclude each other, or remove one of the two" }];
  });
}

/** Names compare as pip takes them: case, `-`, `_` and `.` do not count. */
function repeatedRequirements(config: Readable): Disagreement[] {
  return repeated(
    config.python.requirements.map((requirement, index) => ({
      key: requirement
        .split("==")[0]
        ?.toLowerCase()
        .replace(/[-_.]+/g, "-"),
      path: ["python", "requirements", index],
    })),
    (name) => ({ message: `${name} is required twice`, hint: "write one line for each package" }),
  );
}

function missingPythonBuild({ python }: Readable): Disagreement[] {
  if (python.source !== "build" || python.build !== undefined) return [];
  const message = "Python is to be built, and python.build does not say from what";
  return [{ path: ["python", "source"], message, hint: "write python.build: with url and sha256, or source: auto" }];
}

/** The accounts of sandboxes own nothing. */
function accountOfSandboxes({ user }: Readable): Disagreement[] {
  if (user !== sandboxAccount && user !== samplerAccount) return [];
  const message = `${user} is an account that measured code runs beside: it must not own the deploy key`;
  return [{ path: ["user"], message, hint: "write another name, such as benchmark" }];
}

function privilegedAccount(config: Readable): Disagreement[] {
  const account = config.user ?? "benchmark";
  return config.hosts.flatMap((host, index) =>
    host.user === account && account !== "root"
      ? [
          {
            path: ["hosts", index, "user"],
            message: `${account} is the account that owns the deploy key and the clones: it must have no rights of root's`,
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
      message: "os.release does not say which release to upgrade to",
      hint: 'write release: "13", say, beside it',
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
        message: `no line of git.knownHosts names ${url.host}${port === "" ? "" : ` port ${url.port}`}: the host could not tell the real server from another`,
        hint: `write what this prints into git.knownHosts, after comparing it with what the server's owner publishes: ssh-keyscan ${port}-t ed25519 ${url.host}`,
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
      message: `results and reports are both on the branch ${branch}: reports would overwrite the results`,
      hint: "write two different branches",
    });
  }
  const url = readRepositoryUrl(repository ?? "");
  if (!("message" in url) && url.transport === "https") {
    found.push({
      path: ["results", "repository"],
      message: "results cannot be pushed over https: the host has a deploy key, and no password",
      hint: `write git@${url.host}:${url.path}`,
    });
  }
  return found;
}

/** Everything whose key came before, with where it came first. */
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
