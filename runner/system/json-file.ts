import { readFile } from "node:fs/promises";
import type * as z from "zod";
import { tryParseJson } from "../text/json.ts";

/**
 * Reads a file that this program writes and can do without. Returns undefined where it is missing, unreadable, not JSON or not of this schema;
 * a schema with `.catch` decides by itself what a damaged file stands for.
 */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : schema.safeParse(tryParseJson(text)).data;
}
