/** Prints the tags of all wheels that an interpreter can use, a line each: `cp313-cp313-manylinux_2_17_x86_64`. */
export const printTags = "from pip._vendor.packaging.tags import sys_tags\nprint(*sys_tags(), sep='\\n')";

/** Whether a file is a wheel of `name==version`, or of `name @ url`, whichever interpreter it is for. */
export function isWheelOf(requirement: string, file: string): boolean {
  const [name = "", version] = requirement.split(/==| @ /);
  const [fileName = "", fileVersion] = file.split("-");
  return file.endsWith(".whl") && normalised(name) === normalised(fileName) && (requirement.includes(" @ ") || version === fileVersion);
}

/**
 * The same for a wheel that an interpreter with these tags can use. File names are `name-version[-build]-python-abi-platform.whl`, and
 * each of the last three can be several, joined by dots (PEP 427, PEP 425).
 */
export function isWheelFor(requirement: string, file: string, tags: ReadonlySet<string>): boolean {
  const parts = file
    .replace(/\.whl$/, "")
    .split("-")
    .slice(-3);
  const [pythons = [], abis = [], platforms = []] = parts.map((part) => part.split("."));
  const isUsable = pythons.some((python) => abis.some((abi) => platforms.some((platform) => tags.has(`${python}-${abi}-${platform}`))));
  return isUsable && isWheelOf(requirement, file);
}

/** Package names as PEP 503 compares them. */
function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
