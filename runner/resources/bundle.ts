import { commandLine } from "../../config/command-line.ts";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, readlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { linkAtomically, writeAtomically } from "../system/atomic.ts";
import { writeCode } from "./compiled-code.ts";
import type { Difference } from "./difference.ts";
import type { ResourceType } from "./resource-type.ts";
import { sha256Of } from "../text/sha256.ts";

const spec = z.strictObject({ sha256: z.string() });
type Spec = z.infer<typeof spec>;

/** Folder of the bundle with this content. */
export function bundleFolder(sha256: string): string {
  return join(paths.bundles, sha256.slice(0, 12));
}

/** Returns the path of the program in the folder of its bundle. */
export function installedProgram(sha256: string): string {
  return join(bundleFolder(sha256), "evenkeel");
}

/** The host program itself, installed in a folder named after its content. `next` links to it; activation lets cron run it. */
export const bundle: ResourceType<Spec> = {
  spec,
  async check({ sha256 }) {
    const differences: Difference[] = [];
    const file = installedProgram(sha256);
    const installed = await installedHash(file);
    if (installed !== sha256) {
      differences.push({
        what: file,
        is: installed ? `sha256 ${installed.slice(0, 12)}` : "missing",
        shouldBe: `sha256 ${sha256.slice(0, 12)}`,
      });
    }
    const next = await readlink(paths.next).catch(() => "missing");
    if (next !== bundleFolder(sha256)) differences.push({ what: paths.next, is: next, shouldBe: bundleFolder(sha256) });
    const instance = await readFile(paths.instance, "utf8").catch(() => "");
    if (instance === "") differences.push({ what: paths.instance, is: "missing", shouldBe: "a random id of this installation" });
    return differences;
  },
  async apply({ sha256 }) {
    const running = process.argv[1] ?? "";
    const content = await readFile(running);
    if (sha256Of(content) !== sha256) {
      throw new UserError(`${running} is not the declared bundle`, `run \`${commandLine("up")}\` again: it copies the bundle anew`);
    }
    const file = installedProgram(sha256);
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, content, { mode: 0o755 });
    await writeCode(file);
    await linkAtomically(bundleFolder(sha256), paths.next);
    const instance = await readFile(paths.instance, "utf8").catch(() => "");
    if (instance === "") await writeAtomically(paths.instance, `${randomBytes(8).toString("hex")}\n`);
  },
};

async function installedHash(file: string): Promise<string | undefined> {
  const content = await readFile(file).catch(() => undefined);
  return content && sha256Of(content);
}
