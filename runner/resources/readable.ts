import type { Shell } from "zx/core";
import type { Difference } from "./difference.ts";

/** find expression for folders and files that not every account can read; the account of measured code must. Ignores temporary files. */
const unreadable = "( -type d -not -perm -0055 -o -type f -not -perm -0044 -not -name tmp_* -not -name .*.tmp )".split(" ");

/** Returns one difference for each tree with an entry that some account cannot read. Missing trees have none. */
export async function unreadableDifferences(shell: Shell, trees: readonly string[]): Promise<Difference[]> {
  const listed = await shell({ nothrow: true })`find ${trees} ${unreadable} -printf ${"%04m %p\\n"} 2>/dev/null`;
  const lines = listed.stdout.split("\n").filter(Boolean);
  return trees.flatMap((tree): Difference[] => {
    const [first, ...others] = lines.map((line) => [line.slice(0, 4), line.slice(5)] as const).filter(([, path]) => isIn(tree, path));
    if (!first) return [];
    const [mode, path] = first;
    const more = others.length === 0 ? "" : `, and ${others.length} more below ${tree}`;
    return [{ what: `${path} mode`, is: `${mode}${more}`, shouldBe: "readable by every account", hint: "`up` fixes it" }];
  });
}

function isIn(tree: string, path: string): boolean {
  return path === tree || path.startsWith(`${tree}/`);
}

/** Makes these trees readable for every account. Links are not followed. @param shell shell of the account that owns them. */
export async function makeReadable(shell: Shell, trees: readonly string[]): Promise<void> {
  await shell`find ${trees} ${unreadable} -exec chmod a+rX {} +`;
}
