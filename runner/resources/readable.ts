import type { Shell } from "zx/core";
import type { Difference } from "./difference.ts";

/** Folders that not everybody may enter, and files that not everybody may read: the account of measured code needs both. Halves of files come and go. */
const unreadable = "( -type d -not -perm -0055 -o -type f -not -perm -0044 -not -name tmp_* -not -name .*.tmp )".split(" ");

/** Lists one difference a tree in which something cannot be read by every account. Folders that are missing have nothing. */
export async function unreadableDifferences(shell: Shell, trees: readonly string[]): Promise<Difference[]> {
  const listed = await shell({ nothrow: true })`find ${trees} ${unreadable} -printf ${"%04m %p\\n"} 2>/dev/null`;
  const lines = listed.stdout.split("\n").filter(Boolean);
  return trees.flatMap((tree): Difference[] => {
    const [first, ...others] = lines.map((line) => [line.slice(0, 4), line.slice(5)] as const).filter(([, path]) => isIn(tree, path));
    if (!first) return [];
    const [mode, path] = first;
    const more = others.length === 0 ? "" : `, and ${others.length} more below ${tree}`;
    return [{ what: `${path} mode`, is: `${mode}${more}`, shouldBe: "readable by every account", hint: "`up` makes it so" }];
  });
}

function isIn(tree: string, path: string): boolean {
  return path === tree || path.startsWith(`${tree}/`);
}

/** Lets every account read these trees. @param shell of the account that they belong to: links are not followed. */
export async function makeReadable(shell: Shell, trees: readonly string[]): Promise<void> {
  await shell`find ${trees} ${unreadable} -exec chmod a+rX {} +`;
}
