import { createRequire } from "node:module";
import { access, chmod, constants, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { commandLine } from "../../config/command-line.ts";
import { UserError } from "../../config/user-error.ts";
import { Step } from "../../provision/engine/progress.ts";
import { root } from "../../config/root.ts";
import { engine, engineFolder, engineVersion, languageHost, pulumiHome } from "../../provision/engine/pulumi-home.ts";
import { attempt } from "../../provision/engine/subprocess.ts";

const installer = "https://get.pulumi.com/install.sh";
const reachableSeconds = 5;
const downloadSeconds = 600;
const buildSeconds = 3600;

/** Program that is built with Go if it cannot be downloaded. */
interface GoProgram {
  name: string;
  binary: string;
  /** Folder with its go.mod, under tools/. */
  module: string;
  package: string;
}

const cli: GoProgram = {
  name: `Pulumi CLI ${engineVersion}`,
  binary: engine,
  module: "pulumi-cli",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
};

const language: GoProgram = {
  name: "Pulumi's host for Node programs",
  binary: languageHost,
  module: "pulumi-language-nodejs",
  package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
};

/** Installs the CLI and the language host into $PULUMI_HOME/versions: downloaded if the internet is reachable, else built with Go. */
export async function installEngine(): Promise<void> {
  const step = new Step(cli.name);
  if ((await isExecutable(cli.binary)) && (await isExecutable(language.binary))) {
    await wrapLanguageHost();
    return step.done("in place");
  }
  if (await download(step)) return step.done("downloaded");
  for (const program of [cli, language]) await build(program);
  await wrapLanguageHost();
}

const wrapper = '#!/bin/sh\nexec "${0%/*}/nodejs-language-host" -typescript=false "$@"\n';

/**
 * Wraps the language host with the option that leaves TypeScript to Node. Without it, each start would load an unused compiler. The host
 * that can be built here is older than the CLI and ignores this option in Pulumi.yaml.
 */
async function wrapLanguageHost(): Promise<void> {
  const help = await attempt(languageHost, ["-help"], { timeoutSeconds: 30 });
  if (!/^ +-typescript$/m.test(help.tail) || (await readFile(languageHost, "latin1")).startsWith(wrapper)) return;
  const unfinished = `${languageHost}.new`;
  await writeFile(unfinished, wrapper, { mode: 0o755 });
  await copyFile(languageHost, join(engineFolder, "nodejs-language-host"));
  await rename(unfinished, languageHost);
}

/** Downloads the official installation with the locked npm launcher. Returns whether it succeeded. */
async function download(step: Step): Promise<boolean> {
  if (!(await reachable())) {
    step.log("cannot reach the official download; building with Go");
    return false;
  }
  const folder = join(pulumiHome, "versions");
  await mkdir(folder, { recursive: true });
  // The launcher writes into PULUMI_HOME: a staging folder, until the download is complete.
  const staging = await mkdtemp(join(folder, ".download-"));
  try {
    const outcome = await step.during("downloading", () =>
      attempt(process.execPath, [createRequire(import.meta.url).resolve("pulumi/run.js"), "version"], {
        timeoutSeconds: downloadSeconds,
        environment: { PULUMI_HOME: staging, PULUMI_VERSION: engineVersion, PULUMI_SKIP_UPDATE_CHECK: "1" },
      }),
    );
    const downloaded = join(staging, "versions", engineVersion, "bin");
    const complete = outcome.ok && (await isExecutable(join(downloaded, basename(engine))));
    if (!complete) {
      step.log(`the official download failed (${outcome.reason || "incomplete"}); building with Go`);
      return false;
    }
    await mkdir(engineFolder, { recursive: true });
    for (const file of await readdir(downloaded)) await rename(join(downloaded, file), join(engineFolder, file));
    return isExecutable(language.binary);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function reachable(): Promise<boolean> {
  try {
    const response = await fetch(installer, { method: "HEAD", signal: AbortSignal.timeout(reachableSeconds * 1000) });
    return response.ok;
  } catch {
    return false;
  }
}

async function build(program: GoProgram): Promise<void> {
  const step = new Step(program.name);
  if (await isExecutable(program.binary)) return step.done("in place");
  await requireGo();
  await mkdir(engineFolder, { recursive: true });
  const unfinished = join(engineFolder, `.${basename(program.binary)}-${process.pid}`);
  try {
    const outcome = await step.during("building with Go", () =>
      attempt("go", ["build", "-trimpath", "-tags", "osusergo,grpcnotrace", "-ldflags", linkerFlags(), "-o", unfinished, program.package], {
        cwd: join(root, "tools/offline", program.module),
        timeoutSeconds: buildSeconds,
        environment: { CGO_ENABLED: "0" },
      }),
    );
    if (!outcome.ok) {
      throw new UserError(
        `${program.name}: go build failed (${outcome.reason}):\n${outcome.tail}`,
        `run ${commandLine("setup")} again; Go reuses its downloads and compiled packages`,
      );
    }
    await chmod(unfinished, 0o755);
    await rename(unfinished, program.binary);
  } finally {
    await rm(unfinished, { force: true });
  }
  step.done("built");
}

function linkerFlags(): string {
  return `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`;
}

async function requireGo(): Promise<void> {
  const outcome = await attempt("go", ["version"], { timeoutSeconds: 30 });
  if (outcome.ok) return;
  throw new UserError(
    "Pulumi cannot be downloaded, and cannot be built as the Go compiler is missing",
    `install Go 1.25 or later (https://go.dev/dl) and run ${commandLine("setup")} again`,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
