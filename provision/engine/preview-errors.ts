import { stripVTControlCharacters } from "node:util";
import * as z from "zod";

const previewSchema = z.object({ diagnostics: z.array(z.object({ message: z.string(), severity: z.string() })).default([]) });

/**
 * Returns the program's error of a failed preview.
 * @param output standard output of `pulumi preview --json`: one JSON document, or empty if Pulumi failed before the preview.
 * @param errors standard error of the command.
 */
export function errorsIn(output: string, errors: string): { message: string; hint: string } {
  const messages = diagnosticsIn(output).map((message) => stripVTControlCharacters(message).trim());
  const text = messages.filter((message) => message !== "").join("\n") || errors.trim() || output.trim();
  const [message = text, hint = "see the message above"] = text.split(/\n\s*hint: /);
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
