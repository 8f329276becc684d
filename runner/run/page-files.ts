/** Files of the page without its data, text by name. `provision/program/bundle.ts` inserts them into the bundle. */
declare const evenkeelPage: Readonly<Record<string, string>>;

/** Returns the files of the page with their paths in the reports branch: path and text. */
export function pageFiles(folder: string): [string, string][] {
  return Object.entries(evenkeelPage).map(([name, text]) => [`${folder}/${name}`, text]);
}
