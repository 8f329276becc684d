import { nearest } from "../../config/nearest.ts";
import { UserError } from "../../config/user-error.ts";

/** Checks the name of the format of an import or export. @throws UserError for any other than mypyc. */
export function requireFormat(format: string): void {
  if (format === "mypyc") return;
  throw new UserError(`unknown format ${format}`, nearest(format, ["mypyc"]) ? "did you mean mypyc?" : "write mypyc");
}
