import { mkdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import * as z from "zod";
import { isPackaged } from "../../config/command-line.ts";
import { root } from "../../config/root.ts";
import { buildPage } from "../../page/build.ts";
import { writeAtomically } from "../../runner/system/atomic.ts";
import { selfStarting } from "./self-starting.ts";
import { readJsonFile } from "../../runner/system/json-file.ts";
import { sha256Of } from "../../runner/text/sha256.ts";

/** Host program as one file. */
export interface Bundle {
  content: string;
  sha256: string;
  /** Path of its file, relative to the folder in which Pulumi starts the program. */
  file: string;
}

const folder = ".evenkeel/bundles";
const recordFile = join(root, folder, "record.json");

const recordSchema = z.object({
  sha256: z.string(),
  /** Size and modification time of each source, by path. */
  sources: z.record(z.string(), z.string()),
});

/** Files besides the sources that determine the bundle. The sources of the page have their own list. */
const ingredients = ["provision/program/bundle.ts", "provision/program/self-starting.ts", "package-lock.json"];

/** Path of the host program in the package. */
export const shippedBundle = "dist/host.cjs";

/** Returns the host program: the package's, or the checkout's, bundled again if a source changed. Equal sources give equal bytes. */
export async function buildBundle(): Promise<Bundle> {
  if (isPackaged) return readShipped();
  return (await cachedBundle()) ?? cacheBundle(await bundle());
}

async function readShipped(): Promise<Bundle> {
  const file = join(root, shippedBundle);
  const content = await readFile(file, "utf8");
  return { content, sha256: sha256Of(content), file: relative(process.cwd(), file) };
}

async function cachedBundle(): Promise<Bundle | undefined> {
  const record = await readJsonFile(recordFile, recordSchema);
  if (!record) return undefined;
  const paths = Object.keys(record.sources);
  const present = await Promise.all(paths.map(stateOf));
  if (!paths.every((path, index) => record.sources[path] === present[index])) return undefined;
  const content = await readFile(join(root, fileOf(record.sha256)), "utf8").catch(() => undefined);
  if (content === undefined || sha256Of(content) !== record.sha256) return undefined;
  return { content, sha256: record.sha256, file: fileOf(record.sha256) };
}

async function cacheBundle({ content, sources }: { content: string; sources: string[] }): Promise<Bundle> {
  const sha256 = sha256Of(content);
  const states = await Promise.all([...sources, ...ingredients].map(async (path) => [path, await stateOf(path)]));
  await mkdir(join(root, folder), { recursive: true });
  await writeAtomically(join(root, fileOf(sha256)), content);
  await writeAtomically(recordFile, JSON.stringify({ sha256, sources: Object.fromEntries(states) }));
  return { content, sha256, file: fileOf(sha256) };
}

function fileOf(sha256: string): string {
  return join(folder, `${sha256.slice(0, 12)}.cjs`);
}

async function stateOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(join(root, path)).catch(() => ({ size: -1, mtimeMs: 0 }));
  return `${size} ${mtimeMs}`;
}

/**
 * Bundles `runner/main.ts` and the page into one file for hosts, for the oldest supported Node. Takes about 0.4 s.
 * @param constants names that the package defines, with their values.
 */
export async function bundle(constants: Record<string, string> = {}): Promise<{ content: string; sources: string[] }> {
  // Loaded on demand: most runs find a current bundle.
  const { build } = await import("esbuild");
  const page = await buildPage();
  const result = await build({
    absWorkingDir: root,
    entryPoints: ["runner/main.ts"],
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    minifyWhitespace: true,
    legalComments: "none",
    define: { ...constants, evenkeelPage: JSON.stringify(page.files) },
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return {
    content: selfStarting(result.outputFiles.map((file) => file.text).join("")),
    sources: [...Object.keys(result.metafile.inputs), ...page.sources],
  };
}
