import { asRoot } from "../system/command.ts";

/** How a text differs from what it will be: unified, three lines of context; empty where they are equal. */
export async function unifiedDiff(path: string, is: string, willBe: string): Promise<string> {
  const command = 'diff --unified --label "$path (now)" --label "$path (as declared)" <(printf %s "$is") <(printf %s "$will_be")';
  const run = asRoot({ nothrow: true, env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", path, is, will_be: willBe } });
  return (await run`bash -c ${command}`).stdout;
}
