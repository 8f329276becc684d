import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { commandLine, isPackaged } from "../../config/command-line.ts";
import { Step } from "../../provision/engine/progress.ts";
import { root } from "../../config/root.ts";
import { commandPlugin, commandPluginFolder, commandVersion, engine, oldestNode } from "../../provision/engine/pulumi-home.ts";
import { attempt } from "../../provision/engine/subprocess.ts";
import { sha256Of } from "../../runner/text/sha256.ts";

const installSeconds = 120;

/** Record in the folder of a stand-in, with the hash of its bundle. The official plugin has no such record. */
const recordFile = join(commandPluginFolder, "stand-in.json");
const record = z.object({ sha256: z.string() });

/** Path of the stand-in in the package. */
export const shippedStandIn = "dist/command-plugin.cjs";

const notice = "Evenkeel's stand-in, not the official plugin";

/** Installs Pulumi's command plugin: the official plugin if it can be downloaded, else the stand-in of tools/offline/command-plugin. */
export async function installCommandPlugin(): Promise<void> {
  const step = new Step(`command plugin ${commandVersion}`);
  const installed = await whatIsInstalled();
  if (installed === "official") return step.done("in place");
  if (installed === "nothing" && (await download(step))) return step.done("downloaded");
  const bundle = isPackaged ? await readFile(join(root, shippedStandIn)) : await bundleStandIn();
  const sha256 = sha256Of(bundle);
  if (installed !== "nothing" && installed.sha256 === sha256) return step.done(`in place (${notice})`);
  await writeStandIn(bundle, sha256);
  step.done(
    `built: ${notice}; to replace it when the internet is reachable, remove ${commandPluginFolder} and run ${commandLine("setup")}`,
  );
}

async function whatIsInstalled(): Promise<"nothing" | "official" | { sha256: string }> {
  // Pulumi marks a plugin whose installation was interrupted with this file.
  const cutOff = `${commandPluginFolder}.partial`;
  if (existsSync(cutOff)) {
    await rm(commandPluginFolder, { recursive: true, force: true });
    await rm(cutOff);
  }
  if (!existsSync(commandPlugin)) return "nothing";
  if (!existsSync(recordFile)) return "official";
  const text = await readFile(recordFile, "utf8");
  return record.parse(JSON.parse(text));
}

async function download(step: Step): Promise<boolean> {
  const outcome = await step.during("downloading", () =>
    attempt(engine, ["plugin", "install", "resource", "command", commandVersion, "--non-interactive"], {
      timeoutSeconds: installSeconds,
      environment: { PULUMI_SKIP_UPDATE_CHECK: "1" },
    }),
  );
  if (outcome.ok && existsSync(commandPlugin)) return true;
  step.log(`the official plugin cannot be downloaded (${outcome.reason || "nothing installed"})`);
  return false;
}

/** Returns the stand-in as one executable file. Equal sources give equal bytes. */
export async function bundleStandIn(): Promise<Uint8Array> {
  // Loaded on demand, as the package does not include esbuild.
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [join(root, "tools/offline/command-plugin/main.ts")],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: oldestNode(),
    // Optional compiled helpers of ssh2.
    external: ["*.node"],
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "error",
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("esbuild wrote no bundle of the command plugin");
  return file.contents;
}

/** Installs the stand-in and its record in one step. A stand-in without a record would be taken for the official plugin. */
async function writeStandIn(bundle: Uint8Array, sha256: string): Promise<void> {
  const parent = dirname(commandPluginFolder);
  await mkdir(parent, { recursive: true });
  const staging = await mkdtemp(join(parent, ".stand-in-"));
  try {
    await writeFile(join(staging, basename(recordFile)), `${JSON.stringify({ sha256, standIn: notice })}\n`);
    await writeFile(join(staging, basename(commandPlugin)), bundle, { mode: 0o755 });
    await rm(commandPluginFolder, { recursive: true, force: true });
    await rename(staging, commandPluginFolder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
