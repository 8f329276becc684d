import { readFile } from "node:fs/promises";
import type * as z from "zod";
import { tryParseJson } from "../text/json.ts";

/**
 * Reads a file that this program wrote and that is optional. Returns undefined if it is missing, unreadable, invalid JSON or not of this schema.
 * A schema with `.catch` defines the value of a damaged file itself.
 */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : schema.safeParse(tryParseJson(text)).data;
}
