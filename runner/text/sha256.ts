import { createHash } from "node:crypto";

/** Returns the SHA-256 of a text (as UTF-8) or of bytes: the first `digits` of its 64 hexadecimal digits. */
export function sha256Of(content: string | Uint8Array, digits = 64): string {
  return createHash("sha256").update(content).digest("hex").slice(0, digits);
}

/** Returns a number derived from a text, uniformly distributed over 0 to 2^32 - 1, for reproducible draws. */
export function drawnFrom(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE();
}
