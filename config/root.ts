import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of this checkout or of the package. Sources and their builds in dist/ are both one folder below it. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
