import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";
import { buildPage } from "../../page/build.ts";
import type { HostInput } from "../../runner/report/input.ts";
import { renderReports } from "../../runner/report/markdown.ts";
import { writeRendered } from "../../runner/store/rendered.ts";
import {
  decision,
  environment,
  failed,
  history,
  scalingFactor,
  scalingFile,
  input,
  measured,
  revision,
  session,
} from "../runner/report/fixture.ts";
import type { MadeInput } from "../runner/report/fixture.ts";

/** Reports written to a folder, as a host writes them. */
export interface Site {
  files: ReadonlyMap<string, string>;
  /** Address of the page in the file system. */
  file: string;
  /** The same from a server. */
  http: string;
  close: () => Promise<void>;
}

/** @param ofHosts changes what is of hosts; the one with the most recent session is the first. */
export async function makeSite(
  changes: Partial<MadeInput>,
  ofHosts: (hosts: readonly HostInput[]) => HostInput[] = (hosts) => [...hosts],
): Promise<Site> {
  const made = input(changes);
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-page-"));
  const page = await buildPage();
  const own = Object.entries(page.files).map(([name, text]): [string, string] => [`docs/${name}`, text]);
  const files = new Map([...renderReports({ ...made, hosts: ofHosts(made.hosts) }), ...own]);
  await writeRendered(folder, files);
  const server = await serve(folder);
  return {
    files,
    file: pathToFileURL(join(folder, "docs", "index.html")).href,
    http: `http://127.0.0.1:${(server.address() as AddressInfo).port}/docs/index.html`,
    close: async () => {
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** As GitHub Pages does: files, and no more. */
function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = join(folder, normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname)));
    if (existsSync(path)) {
      response.writeHead(200, { "content-type": types[extname(path)] ?? "text/plain" });
      createReadStream(path).pipe(response);
    } else response.writeHead(404).end();
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

/**
 * Two hosts: fast and slow both measured sort, slow last; tree is on fast alone, and broke on slow, which is paused, before it had any value.
 */
export const twoHosts: Partial<MadeInput> = {
  history: history(4),
  benchmarks: [
    { name: "sort", group: "main", variants: ["compiled"], workload: "w1" },
    { name: "tree", group: "micro", variants: ["compiled"], workload: "w1" },
  ],
  environments: new Map([
    ["e1", environment("e1")],
    ["e2", environment("e2", { cpu: "Slow 1000" })],
  ]),
  sessions: [0, 1, 2, 3].flatMap((number) => [
    session(number, { sort: { compiled: measured(0.01) }, tree: { compiled: measured(0.003) } }, { host: "fast", serial: number }),
    session(
      number,
      { sort: { compiled: measured(0.02 + number / 1000) }, tree: { compiled: failed() } },
      { host: "slow", serial: 10 + number, environment: "e2" },
    ),
  ]),
  now: revision(4).committed,
};

/** A name that would run where names were taken for HTML. */
export const hostileName = `<img src=x onerror="document.title='run'">`;
/** A title that would. */
export const hostileTitle = "Break </script><script>document.title='run'</script> things";

const later = environment("e1", { python: { version: "3.13.5", buildFlags: "", sha256: "b" } });
const w1 = "w1";

/**
 * Forty revisions, a day each: sort takes 20 ms up to the transition at the twentieth, 10 ms (the same, over the scaling factor of a half) up to the
 * thirtieth, and 11 ms from there on, a change that was confirmed. tree only ever failed, idle was never measured.
 */
export const story: Partial<MadeInput> = {
  history: [...history(39), revision(39, 39, hostileTitle)],
  environments: new Map([
    ["e0", environment("e0")],
    ["e1", later],
  ]),
  benchmarks: [
    { name: "sort", group: "main", variants: ["compiled", "interpreted"], workload: w1 },
    { name: "tree", group: "micro", variants: ["compiled"], workload: w1 },
    { name: "idle", group: "micro", variants: ["compiled"], workload: w1 },
    { name: hostileName, group: "micro", variants: ["compiled"], workload: w1 },
  ],
  scalingFiles: [scalingFile([scalingFactor({ environment: "e0" }, { environment: "e1" }, Math.log(0.5))])],
  sessions: [
    ...Array.from({ length: 40 }, (_, number) => {
      const [place, seconds] = number < 20 ? ["e0", 0.02] : ["e1", number < 30 ? 0.01 : 0.011];
      const sort = { compiled: measured(seconds), ...(number % 5 === 0 && { interpreted: measured(seconds * 5) }) };
      const tree = { compiled: failed({ message: "cc said <no>" }) };
      const steady = { [hostileName]: { compiled: measured(0.002) } };
      return session(number, { sort, tree, ...(place === "e1" && steady) }, { environment: place, serial: number });
    }),
    session(19, { sort: { compiled: measured(0.01) } }, { serial: 50, reason: "bridge" }),
    session("baseline", { sort: { interpreted: measured(0.05) } }, { serial: 51 }),
  ],
  decisions: [decision(30, { change: { phi: Math.log(1.1), standardError: 0.002, degreesOfFreedom: 9 } })],
  now: revision(40).committed,
  backlog: 2,
};
