/** The page without its data, text by name: put in where the program is bundled (`provision/program/bundle.ts`). */
declare const evenkeelPage: Readonly<Record<string, string>>;

/** Where the page lies in the reports branch, and its own files: text by path. */
export function pageFiles(folder: string): [string, string][] {
  return Object.entries(evenkeelPage).map(([name, text]) => [`${folder}/${name}`, text]);
}
