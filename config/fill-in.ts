import { readDocument } from "./document.ts";

/**
 * A configuration with some of its values replaced, comments and all else kept as they are.
 * @param values what to replace, by path: `{"hosts[0].port": 2201, "target.repository": "ssh://…"}`
 * @throws Error where the file has no single value at a path.
 */
export function fillIn(source: string, values: Record<string, string | number>): string {
  const { document } = readDocument(source);
  if (!document) throw new Error("the configuration to fill in is not YAML");

  const changes = Object.entries(values).map(([path, value]) => {
    const node = document.find(stepsOf(path));
    if (node?.kind !== "scalar" || node.source === "") throw new Error(`there is no value at ${path} to fill in`);
    return { start: node.start, end: node.end, text: JSON.stringify(value) };
  });
  // From the end on, so that offsets before it stay right.
  changes.sort((a, b) => b.start - a.start);
  return changes.reduce((text, change) => text.slice(0, change.start) + change.text + text.slice(change.end), source);
}

function stepsOf(path: string): (string | number)[] {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== "")
    .map((step) => (/^[0-9]+$/.test(step) ? Number(step) : step));
}
