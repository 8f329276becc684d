/** Returns the value that a text in JSON stands for; undefined where it is not JSON, for a schema to refuse. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
