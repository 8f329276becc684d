import { constants, open } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { writeAtomically } from "../system/atomic.ts";
import { normalizedName } from "../text/package-name.ts";
import { tryParseJson } from "../text/json.ts";

/** A file larger than this is no wheel that anybody waits for. */
const mostBytes = 2 ** 30;

/**
 * Prints what each wheel of a folder says of itself, as JSON: its file, and the name and version of its METADATA (PEP 427), normalised.
 * Files that are no wheels, or not one package's, are left out. With `contents`, also a hash of the names and contents of a wheel's files.
 * Arguments: the folder, then `contents` or nothing. Only to be run in a sandbox: it reads what others made.
 */
export const printWheels = `
import email.parser, hashlib, json, os, stat, sys, zipfile
from pip._vendor.packaging.utils import canonicalize_name
from pip._vendor.packaging.version import Version

def hash_of(wheel):
    told = hashlib.sha256()
    for name in sorted(wheel.namelist()):
        own = hashlib.sha256()
        with wheel.open(name) as content:
            for part in iter(lambda: content.read(1 << 20), b""):
                own.update(part)
        told.update((repr(name) + " " + own.hexdigest() + "\\n").encode())
    return told.hexdigest()

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
            told = {"contents": hash_of(wheel)} if sys.argv[2:] == ["contents"] else {}
        wheels.append({"file": file, "name": canonicalize_name(fields["Name"]), "version": str(Version(fields["Version"])), **told})
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
  /** Hash of its files, where that was asked for. */
  contents: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
});
export type Wheel = z.infer<typeof wheelSchema>;

/** What `printWheels` printed; none where it cannot be read. */
export function readWheels(stdout: string): Wheel[] {
  return z.array(wheelSchema).safeParse(tryParseJson(stdout)).data ?? [];
}

/** Whether a wheel is of `name==version`, or of `name @ url`, by its own metadata. */
export function isWheelOf(requirement: string, wheel: Wheel): boolean {
  const [name = "", version] = requirement.split(/==| @ /);
  return normalizedName(name) === wheel.name && (requirement.includes(" @ ") || version === wheel.version);
}

/** Copies a file that others made into a folder of root's, where it is a regular one of limited size. Returns whether it did. */
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
