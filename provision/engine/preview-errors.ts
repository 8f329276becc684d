import { stripVTControlCharacters } from "node:util";
import * as z from "zod";

const previewSchema = z.object({ diagnostics: z.array(z.object({ message: z.string(), severity: z.string() })).default([]) });

/**
 * The reason that a preview failed, in the program's words.
 * @param output standard output of `pulumi preview --json`: one JSON document, or nothing where Pulumi failed before the preview.
 * @param errors its standard error.
 */
export function errorsIn(output: string, errors: string): { message: string; hint: string } {
  const messages = diagnosticsIn(output).map((message) => stripVTControlCharacters(message).trim());
  const said = messages.filter((message) => message !== "").join("\n") || errors.trim() || output.trim();
  const [message = said, hint = "see the message above"] = said.split(/\n\s*hint: /);
  return { message: message.replace(/^error: /, ""), hint: hint.trim() };
}

function diagnosticsIn(output: string): string[] {
  try {
    const { diagnostics } = previewSchema.parse(JSON.parse(output));
    return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  } catch {
    return [];
  }
}
