import { join } from "node:path";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { withLastLine } from "../system/last-line.ts";
import { makeTree } from "../system/trees.ts";
import { runSandboxed, type StepContext } from "../system/sandboxed-step.ts";
import { drawnFrom } from "../text/sha256.ts";

/** Compilers align functions to 16 bytes. Steps up to 64 KiB move them within cache lines, pages and branch prediction tables. */
const step = 16;
const steps = 4096;

/** Returns the bytes of padding for one layout of a revision, drawn from their names: a multiple of 16 from 16 to 65,520. */
export function paddingBytes(revision: string, layout: number): number {
  const drawn = drawnFrom(`layout ${layout} of ${revision}`);
  return step * (1 + (drawn % (steps - 1)));
}

/** Returns assembler source of an object with this number of bytes in each section: code, constants and data. */
export function paddingSource(bytes: number): string {
  const sections = [".text", '.section .rodata,"a"', ".data", ".bss"];
  return [...sections.map((section) => `${section}\n.skip ${bytes}\n`), '.section .note.GNU-stack,"",@progbits\n'].join("");
}

interface Making {
  revision: string;
  layout: number;
  compiler: string;
  /** Root's folder of the build. */
  folder: string;
  environment: Record<string, string>;
  steps: StepContext;
}

/**
 * Creates an object that linkers place before a program's own objects, which changes its layout but not its instructions.
 * @returns folder to mount during the build, and environment that links the object. It sets only `LDFLAGS`, whose default is empty; the default
 * of `CFLAGS` has the optimization.
 * @throws InfrastructureError if the host's compiler fails.
 */
export async function makeLayout({ revision, layout, compiler, folder, environment, steps: context }: Making) {
  const made = join(folder, "layout");
  await makeTree(context.account, made);
  const source = paddingSource(paddingBytes(revision, layout));
  const command = ["/bin/sh", "-c", 'printf %s "$2" >/tmp/padding.s && "$1" -c /tmp/padding.s -o /out/padding.o', "sh", compiler, source];
  const sandbox = { readOnly: [], mounts: [{ from: made, at: "/out", writable: true }], cwd: "/tmp", network: false, environment };
  const result = await runSandboxed("creating another layout", sandbox, command, context);
  if (result.exitCode !== 0) {
    throw new InfrastructureError(withLastLine(`${compiler} cannot make an object from assembler source`, result), result.stderr);
  }
  // -Wl makes libtool pass it to the linker.
  return { readOnly: made, environment: { LDFLAGS: `-Wl,${join(made, "padding.o")}` } };
}
