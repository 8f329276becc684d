import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { bytesText } from "../text/quantities.ts";
import { codeOf } from "../../config/error-code.ts";

/** Text of a result file, or the reason for which it is not read. */
export type ResultText = { text: string } | { problem: string };

/** Most bytes of a file: more than any session's samples have. */
const mostBytes = 64e6;

/**
 * Reads a file of the results, which others can push to. Accepts only a regular file of limited size, without a link in its path.
 * @returns undefined if the file does not exist.
 */
export function readResultText(resultsRoot: string, path: string): ResultText | undefined {
  let file: number;
  try {
    // A FIFO would wait for a writer without O_NONBLOCK.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "ELOOP") return { problem: "is a link" };
    throw error;
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return { problem: "is not a regular file" };
    if (found.size > mostBytes) return { problem: `is larger than ${bytesText(mostBytes)}` };
    if (!openedPath(file, path).startsWith(`${realpathSync(resultsRoot)}/`)) return { problem: "is behind a link" };
    return { text: readFileSync(file, "utf8") };
  } finally {
    closeSync(file);
  }
}

/** Returns the real path of an open file. Only Linux can report it for the open file itself. */
function openedPath(file: number, path: string): string {
  const link = `/proc/self/fd/${file}`;
  return existsSync(link) ? readlinkSync(link) : realpathSync(path);
}
