import { join } from "node:path";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { withLastLine } from "../system/last-line.ts";
import { makeTree } from "../system/trees.ts";
import { runSandboxed, type StepContext } from "../system/sandboxed-step.ts";
import { drawnFrom } from "../text/sha256.ts";

/** Compilers align functions to 16 bytes; 64 KiB of such steps move them within cache lines, pages and the tables that predict branches. */
const step = 16;
const steps = 4096;

/** Bytes of padding in one layout of a revision, drawn by their names: 16 to 65,520, a multiple of 16. */
export function paddingBytes(revision: string, layout: number): number {
  const drawn = drawnFrom(`layout ${layout} of ${revision}`);
  return step * (1 + (drawn % (steps - 1)));
}

/** Returns assembler source of an object that takes so many bytes of code, of constants and of data. */
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
 * Makes an object that linkers place in front of a program's own, and so lay it out otherwise. Its instructions stay as they are.
 * @returns the folder to be seen while building, and the environment that makes builds link it: `LDFLAGS` alone, as its default is empty where
 * that of `CFLAGS` holds the optimization.
 * @throws InfrastructureError where the compiler of the host cannot make it.
 */
export async function makeLayout({ revision, layout, compiler, folder, environment, steps: context }: Making) {
  const made = join(folder, "layout");
  await makeTree(context.account, made);
  const source = paddingSource(paddingBytes(revision, layout));
  const command = ["/bin/sh", "-c", 'printf %s "$2" >/tmp/padding.s && "$1" -c /tmp/padding.s -o /out/padding.o', "sh", compiler, source];
  const sandbox = { readOnly: [], mounts: [{ from: made, at: "/out", writable: true }], cwd: "/tmp", network: false, environment };
  const result = await runSandboxed("making another layout", sandbox, command, context);
  if (result.exitCode !== 0) {
    throw new InfrastructureError(withLastLine(`${compiler} cannot make an object from assembler source`, result), result.stderr);
  }
  // With -Wl, so that libtool passes it on.
  return { readOnly: made, environment: { LDFLAGS: `-Wl,${join(made, "padding.o")}` } };
}
