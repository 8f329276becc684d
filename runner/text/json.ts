/** Parses JSON; undefined if it is invalid, which a schema then refuses. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
