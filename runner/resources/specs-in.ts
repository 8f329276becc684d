/** Begin of the line by which the probe writes specs into the text of this program, as JSON in a string. */
export const specsBegin = "globalThis.evenkeelSpecs=";

/** Returns the specs in a text of this program, or the text itself if it is none: it consists of specs then. */
export function specsIn(text: string): string {
  const line = text.split("\n", 2)[1] ?? "";
  if (!line.startsWith(specsBegin)) return text;
  return String(JSON.parse(line.slice(specsBegin.length, -1)));
}
