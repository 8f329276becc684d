/** Constant that the build of the published package defines in all its programs. */
declare const evenkeelPackaged: true | undefined;

/** True in the published package, false in a checkout. */
export const isPackaged = typeof evenkeelPackaged !== "undefined";

/**
 * Returns an admin's command as typed in a shell: `npm run up -- FILE` in a checkout, `npx evenkeel up FILE` with the package.
 * @param command name and arguments: `up FILE`.
 */
export function commandLine(command: string): string {
  if (isPackaged) return `npx evenkeel ${command}`;
  const [name, ...args] = command.split(" ");
  return `npm run ${[name, ...(args.length > 0 ? ["--"] : []), ...args].join(" ")}`;
}
