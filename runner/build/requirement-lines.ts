/** Returns the lines of a requirement file as pip reads them: continuation lines joined, without comments and empty lines. */
export function requirementLines(text: string): string[] {
  return text
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, "").trim())
    .filter(Boolean);
}
