import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { shell } from "../../lab/shell.ts";
import { paddingSource } from "../../runner/build/layout.ts";
import { sectionOrder, type Layout } from "./layouts.ts";
import type { Workshop } from "./suite.ts";

/** A file of a built module: its path in a tree of the suite, and its content. */
export interface Library {
  path: string;
  content: Buffer;
}

/** A module built in one layout. */
export interface LaidOut {
  layout: Layout;
  libraries: Library[];
}

/** One command of the suite's own compilation, without the compiler's name. */
type Arguments = readonly string[];

interface Compilation {
  /** A tree of the suite in which it ran. */
  tree: string;
  compile: Arguments[];
  link: Arguments[];
}

/** Stands in for the compiler: writes down its arguments, then runs it. Arguments: the file to write to, the compiler. */
const recorder = `
import json, os, sys
with open(sys.argv[1], "a") as log:
    log.write(json.dumps(sys.argv[3:]) + "\\n")
os.execvp(sys.argv[2], sys.argv[2:])
`;

/**
 * Compiles a module as the runner does, in a copy of the suite, then builds its C code again in each layout, by the same commands with other
 * placement alone. @returns the copy, where the module's libraries can be put, and the builds in the order of the layouts.
 */
export async function layOut(workshop: Workshop, module: string, layouts: readonly Layout[]): Promise<{ tree: string; builds: LaidOut[] }> {
  const compilation = await compileModule(workshop, module);
  const objects = new Map<string, Promise<Map<string, string>>>();
  const builds = await Promise.all(
    layouts.map(async (layout, index) => {
      const folder = join(workshop.root, "layouts", module, String(index));
      await mkdir(folder, { recursive: true });
      // Controls are compiled anew; layouts of the linker share what was compiled by the same flags.
      const key = layout.kind === "same" ? layout.name : layout.compile.join(" ");
      const compiled = objects.get(key) ?? compileObjects(workshop, compilation, layout, folder);
      objects.set(key, compiled);
      return { layout, libraries: await link(workshop, compilation, layout, await compiled, folder) };
    }),
  );
  await rm(join(workshop.root, "layouts"), { recursive: true });
  return { tree: compilation.tree, builds };
}

async function compileModule({ root, suite, target, python, compiler }: Workshop, module: string): Promise<Compilation> {
  const tree = join(root, "trees", module);
  await cp(suite, tree, { recursive: true, filter: (path) => basename(path) !== ".git" });
  const [program, log] = [join(root, "recorder.py"), join(tree, "commands")];
  await writeFile(program, recorder);
  const env = { ...process.env, CC: `${python} ${program} ${log} ${compiler}`, PYTHONPATH: target, PYTHONHASHSEED: "0" };
  await shell({ cwd: tree, env })`${python} -m mypyc ${module.replaceAll(".", "/")}.py`;
  const lines = (await readFile(log, "utf8")).trim().split("\n");
  const commands = lines.map((line) => z.array(z.string()).parse(JSON.parse(line)));
  return {
    tree,
    compile: commands.filter((args) => args.includes("-c")),
    link: commands.filter((args) => args.includes("-shared")),
  };
}

/** Compiles every C file of a module. Returns the object of each by the path that the suite's own compilation gives it. */
async function compileObjects({ compiler }: Workshop, { tree, compile }: Compilation, layout: Layout, folder: string) {
  const objects = new Map<string, string>();
  for (const args of compile) {
    const [original, own] = [outputOf(args), join(folder, `${objects.size}.o`)];
    await shell({ cwd: tree })`${compiler} ${replaced(args, new Map([[original, own]]))} ${layout.compile}`;
    objects.set(original, own);
  }
  return objects;
}

async function link(
  { compiler }: Workshop,
  { tree, link: commands }: Compilation,
  layout: Layout,
  objects: ReadonlyMap<string, string>,
  folder: string,
): Promise<Library[]> {
  const padding = layout.padding === undefined ? [] : [await paddingObject(compiler, layout.padding, folder)];
  const placed = new Map<string, string>();
  for (const [original, object] of objects)
    placed.set(original, await inOrder(object, layout.order, join(folder, `ordered-${placed.size}.o`)));
  const libraries: Library[] = [];
  for (const args of commands) {
    const [original, own] = [outputOf(args), join(folder, `${libraries.length}.so`)];
    // Right behind the compiler's name: in front of all objects of the module.
    await shell({ cwd: tree })`${compiler} ${padding} ${replaced(args, new Map([...placed, [original, own]]))} ${layout.link}`;
    libraries.push({ path: original.replace(/^build\/lib[^/]*\//, ""), content: await readFile(own) });
  }
  return libraries;
}

async function paddingObject(compiler: string, bytes: number, folder: string): Promise<string> {
  const [source, object] = [join(folder, "padding.s"), join(folder, "padding.o")];
  await writeFile(source, paddingSource(bytes));
  await shell`${compiler} -c ${source} -o ${object}`;
  return object;
}

/** An object with its functions in the order of a seed. */
async function inOrder(object: string, seed: number | undefined, to: string): Promise<string> {
  if (seed === undefined) return object;
  const { stdout } = await shell`objdump --section-headers --wide ${object}`;
  const sections = stdout.split("\n").flatMap((line) => /^\s*\d+ (\.text\.\S+)/.exec(line)?.[1] ?? []);
  const renames = sectionOrder(sections, seed).map(([from, name]) => `--rename-section ${from}=${name}\n`);
  await writeFile(`${to}.names`, renames.join(""));
  await shell`objcopy @${to}.names ${object} ${to}`;
  return to;
}

function outputOf(args: Arguments): string {
  const output = args[args.indexOf("-o") + 1];
  if (!args.includes("-o") || output === undefined) throw new Error(`a command of the compiler without an output: ${args.join(" ")}`);
  return output;
}

function replaced(args: Arguments, by: ReadonlyMap<string, string>): string[] {
  return args.map((argument) => by.get(argument) ?? argument);
}
