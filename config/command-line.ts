/** Defined by the build of the published package, in all its programs. */
declare const evenkeelPackaged: true | undefined;

/** True in the published package, false in a checkout. */
export const isPackaged = typeof evenkeelPackaged !== "undefined";

/**
 * A command of the admin's as it is typed: `npm run up -- FILE` in a checkout, `npx evenkeel up FILE` with the package.
 * @param command its name and arguments: `up FILE`.
 */
export function commandLine(command: string): string {
  if (isPackaged) return `npx evenkeel ${command}`;
  const [name, ...args] = command.split(" ");
  return `npm run ${[name, ...(args.length > 0 ? ["--"] : []), ...args].join(" ")}`;
}
