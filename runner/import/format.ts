import { nearest } from "../../config/nearest.ts";
import { UserError } from "../../config/user-error.ts";

/** Checks the name of a format that results are imported from and exported to. @throws UserError for any but mypyc. */
export function requireFormat(format: string): void {
  if (format === "mypyc") return;
  throw new UserError(`unknown format ${format}`, nearest(format, ["mypyc"]) ? "did you mean mypyc?" : "write mypyc");
}
