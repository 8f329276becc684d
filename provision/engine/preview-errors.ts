import { stripVTControlCharacters } from "node:util";
import * as z from "zod";

const previewSchema = z.object({ diagnostics: z.array(z.object({ message: z.string(), severity: z.string() })).default([]) });

/** Why a preview failed, in the program's words, by what `pulumi preview --json` printed. */
export function errorsIn(printed: string): { message: string; hint: string } {
  const messages = diagnosticsIn(printed).map((message) => stripVTControlCharacters(message).trim());
  const said = messages.filter((message) => message !== "").join("\n") || printed.trim();
  const [message = said, hint = "see the message above"] = said.split(/\n\s*hint: /);
  return { message: message.replace(/^error: /, ""), hint: hint.trim() };
}

function diagnosticsIn(printed: string): string[] {
  const from = printed.indexOf("{");
  try {
    const parsed = previewSchema.parse(JSON.parse(printed.slice(from, printed.lastIndexOf("}") + 1)));
    return parsed.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  } catch {
    return [];
  }
}
