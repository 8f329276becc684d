import { readDocument } from "./document.ts";

/**
 * Replaces some values of a configuration. Comments and everything else stay unchanged.
 * @param values new values by path: `{"hosts[0].port": 2201, "target.repository": "ssh://…"}`
 * @throws Error if the file has no scalar at a path.
 */
export function fillIn(source: string, values: Record<string, string | number>): string {
  const { document } = readDocument(source);
  if (!document) throw new Error("the configuration to fill in is not valid YAML");

  const changes = Object.entries(values).map(([path, value]) => {
    const node = document.find(stepsOf(path));
    if (node?.kind !== "scalar" || node.source === "") throw new Error(`the configuration has no value at ${path} to fill in`);
    return { start: node.start, end: node.end, text: JSON.stringify(value) };
  });
  // From the end to the start, so that earlier offsets stay valid.
  changes.sort((a, b) => b.start - a.start);
  return changes.reduce((text, change) => text.slice(0, change.start) + change.text + text.slice(change.end), source);
}

function stepsOf(path: string): (string | number)[] {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== "")
    .map((step) => (/^[0-9]+$/.test(step) ? Number(step) : step));
}
