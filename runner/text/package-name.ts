/** Returns a Python package's name, normalised by PEP 503. */
export function normalizedName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
