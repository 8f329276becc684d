import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { bytesText } from "../text/quantities.ts";
import { codeOf } from "../../config/error-code.ts";

/** The text of a file of the results, or why it is not read. */
export type ResultText = { text: string } | { problem: string };

/** Larger than any session's samples. */
const mostBytes = 64e6;

/**
 * Reads a file of the results, which others push to: a regular file of limited size that lies where its path says, behind no link.
 * @returns undefined where there is no such file.
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
    if (!openedPath(file, path).startsWith(`${realpathSync(resultsRoot)}/`)) return { problem: "lies behind a link" };
    return { text: readFileSync(file, "utf8") };
  } finally {
    closeSync(file);
  }
}

/** Where an open file really lies. Only Linux can tell of the very file that is open. */
function openedPath(file: number, path: string): string {
  const link = `/proc/self/fd/${file}`;
  return existsSync(link) ? readlinkSync(link) : realpathSync(path);
}
