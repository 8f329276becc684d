import { constants, open } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { writeAtomically } from "../system/atomic.ts";
import { normalizedName } from "../text/package-name.ts";
import { tryParseJson } from "../text/json.ts";

/** Most bytes of a wheel. */
const mostBytes = 2 ** 30;

/**
 * Python program that prints the wheels of a folder as JSON: file, and normalised name and version from METADATA (PEP 427). Skips files that are
 * not a wheel of exactly one package. With `contents`, adds a hash of the names and contents of each wheel's files. Arguments: the folder,
 * then `contents` or nothing. Run it only in a sandbox, because it reads foreign files.
 */
export const printWheels = `
import email.parser, hashlib, json, os, stat, sys, zipfile
from pip._vendor.packaging.utils import canonicalize_name
from pip._vendor.packaging.version import Version

def hash_of(wheel):
    total = hashlib.sha256()
    for name in sorted(wheel.namelist()):
        own = hashlib.sha256()
        with wheel.open(name) as content:
            for part in iter(lambda: content.read(1 << 20), b""):
                own.update(part)
        total.update((repr(name) + " " + own.hexdigest() + "\\n").encode())
    return total.hexdigest()

wheels = []
for file in sorted(os.listdir(sys.argv[1])):
    path = os.path.join(sys.argv[1], file)
    if not file.endswith(".whl") or not stat.S_ISREG(os.lstat(path).st_mode):
        continue
    try:
        with zipfile.ZipFile(path) as wheel:
            names = [name for name in wheel.namelist() if name.split("/")[0].endswith(".dist-info") and name.count("/") == 1]
            (metadata,) = [name for name in names if name.endswith("/METADATA")]
            with wheel.open(metadata) as content:
                fields = email.parser.BytesHeaderParser().parsebytes(content.read(1 << 20))
            extra = {"contents": hash_of(wheel)} if sys.argv[2:] == ["contents"] else {}
        wheels.append({"file": file, "name": canonicalize_name(fields["Name"]), "version": str(Version(fields["Version"])), **extra})
    except Exception as error:
        print("%s: %s" % (ascii(file), error), file=sys.stderr)
print(json.dumps(wheels))
`;

const wheelSchema = z.object({
  /** Name of its file. */
  file: z
    .string()
    .regex(/^[\w.+!-]+\.whl$/)
    .max(255),
  name: z.string(),
  version: z.string(),
  /** Hash of its files, if requested. */
  contents: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
});
export type Wheel = z.infer<typeof wheelSchema>;

/** Parses the output of `printWheels`; empty if it is invalid. */
export function readWheels(stdout: string): Wheel[] {
  return z.array(wheelSchema).safeParse(tryParseJson(stdout)).data ?? [];
}

/** Returns true if a wheel's metadata match `name==version` or `name @ url`. */
export function isWheelOf(requirement: string, wheel: Wheel): boolean {
  const [name = "", version] = requirement.split(/==| @ /);
  return normalizedName(name) === wheel.name && (requirement.includes(" @ ") || version === wheel.version);
}

/** Copies a foreign file into a folder of root if it is a regular file of limited size. Returns true on success. */
export async function takeOver(from: string, folder: string, file: string): Promise<boolean> {
  const source = await open(join(from, file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
  if (!source) return false;
  try {
    const found = await source.stat();
    if (!found.isFile() || found.size > mostBytes) return false;
    await writeAtomically(join(folder, file), await source.readFile());
    return true;
  } finally {
    await source.close();
  }
}
