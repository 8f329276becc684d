/** Returns a Python package's name as PEP 503 compares names. */
export function normalizedName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
