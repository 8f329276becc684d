import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ProblemLog } from "../../../runner/progress/problem-log.ts";
import { StoredResults } from "../../../runner/store/stored-results.ts";
import { noteUnread, unreadFiles, unreadText } from "../../../runner/run/unread.ts";

const account = { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/sh" };
let root: string;
let journal: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-unread-"));
  journal = join(root, "journal");
});
afterEach(() => rm(root, { recursive: true }));

function context() {
  const results = { root: join(root, "results"), account };
  return { results, stored: new StoredResults(results.root, join(root, "cache")), problems: new ProblemLog(join(root, "problems.json")) };
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(root, path, ".."), { recursive: true });
  await writeFile(join(root, path), text);
}

test("damaged files of every folder of the results, and damaged journals, are named", async () => {
  const nonsense = [
    "runs/2026/11/20261101T000000Z-aaaa.json",
    "environments/e1.json",
    "scaling/h1.json",
    "decisions/d1.json",
    "withdrawn/w1.json",
    "hosts/bench.json",
    "dependencies/0123.txt",
  ];
  for (const path of nonsense) await write(`results/${path}`, "--no such thing\n");
  await write("results/dependencies/4567.txt", "six==1.17.0\n");
  await write("journal/20261101T000000Z-bbbb.jsonl.damaged", "{");
  const unread = await unreadFiles(context(), journal);
  expect(unread.map(({ path }) => path).sort()).toEqual([join(journal, "20261101T000000Z-bbbb.jsonl.damaged"), ...nonsense].sort());
  expect(unreadText(unread)).toMatch(/^8 files: .*; and 3 more$/);
});

test("a damaged file is a problem until it can be read", async () => {
  await write("results/dependencies/0123.txt", "--index-url=https://example.org\n");
  const here = context();
  await noteUnread(here, journal);
  const { open } = await here.problems.read();
  expect(open).toMatchObject([{ kind: "read", times: 1, reason: "1 file: dependencies/0123.txt: is not a list of packages" }]);
  await rm(join(root, "results/dependencies/0123.txt"));
  await noteUnread(here, journal);
  expect((await here.problems.read()).open).toEqual([]);
});
