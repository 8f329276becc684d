import { UserError } from "../../config/user-error.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";

/** Returns the message of an expected error; undefined for a bug. */
export function errorText(error: unknown): string | undefined {
  if (error instanceof UserError) return `${error.message} (${error.hint})`;
  return error instanceof InfrastructureError ? error.message : undefined;
}
