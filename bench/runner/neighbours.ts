import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { commitAll, gitIn } from "../../lab/git.ts";

/** A revision on top of a release of mypy, as its history has them. */
interface Neighbour {
  title: string;
  /** What must follow from it: which programs are others than before. */
  changes: "nothing" | "some programs" | "every program";
  edit: (target: string) => Promise<void>;
}

/**
 * Ten in a row. Of mypy's own commits four in ten touch the compiler, and few of those change what it makes of a module; here two of
 * ten change every program, and one changes some.
 */
export const neighbours: readonly Neighbour[] = [
  { title: "Documentation", changes: "nothing", edit: adding("docs/source/faq.rst", "\nOne more answer.\n") },
  { title: "Tests of the type checker", changes: "nothing", edit: adding("test-data/unit/check-basic.test", "\n-- One more.\n") },
  { title: "Tests of the compiler", changes: "nothing", edit: adding("mypyc/test-data/run-misc.test", "\n-- One more.\n") },
  { title: "A comment in the type checker", changes: "nothing", edit: adding("mypy/checker.py", "\n# One more.\n") },
  { title: "A comment in the code generator", changes: "nothing", edit: adding("mypyc/codegen/emit.py", "\n# One more.\n") },
  { title: "A comment in the runtime library", changes: "nothing", edit: adding("mypyc/lib-rt/int_ops.c", "\n/* One more. */\n") },
  { title: "Other code for floating point", changes: "some programs", edit: slowerFloats },
  {
    title: "A function more in the runtime library",
    changes: "every program",
    edit: adding("mypyc/lib-rt/init.c", "\nint CPy_Generation(void) { return 1; }\n"),
  },
  { title: "Its revert", changes: "every program", edit: (target) => revertLast(target) },
  { title: "A comment in the requirements", changes: "nothing", edit: adding("build-requirements.txt", "# One more.\n") },
];

/** Commit them, a day apart from the release on. Returns their ids, oldest first. */
export async function commitNeighbours(target: string): Promise<string[]> {
  const released = Number((await gitIn(target)`git show -s --format=%ct`).stdout);
  const ids: string[] = [];
  for (const { title, edit } of neighbours) {
    await edit(target);
    ids.push(await commitAll(target, title, released + 86_400 * (ids.length + 1)));
  }
  return ids;
}

function adding(path: string, text: string): Neighbour["edit"] {
  return async (target) => {
    const file = join(target, path);
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, text);
  };
}

async function slowerFloats(target: string): Promise<void> {
  const file = join(target, "mypyc/codegen/emitfunc.py");
  const text = await readFile(file, "utf8");
  const head = "    def visit_float_op(self, op: FloatOp) -> None:\n";
  if (!text.includes(head)) throw new Error(`${file} has no visit_float_op`);
  await writeFile(file, text.replace(head, `${head}        self.emit_line('__asm__ volatile ("nop");')\n`));
}

async function revertLast(target: string): Promise<void> {
  await gitIn(target)`git checkout --quiet HEAD~1 -- .`;
}
