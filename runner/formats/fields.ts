import * as z from "zod";
import { inOneLine, withoutControls } from "../text/plain-text.ts";

/** Fields that several stored formats have. */

/** A name or a sentence, without characters that move a terminal's cursor. */
export const line = z.string().regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u, "contains a control character");

/** Output of a foreign program: complete, or quoted in one line. */
export const printed = z.string().transform(withoutControls);
export const quoted = z.string().transform(inOneLine);

/** A time in UTC, in the format of `Date.toISOString`. */
export const timeSchema = z.iso.datetime();

/** Id of a commit. */
export const revisionSchema = z.string().regex(/^[0-9a-f]{40}$/);

export const variantSchema = z.enum(["compiled", "interpreted"]);
export type Variant = z.infer<typeof variantSchema>;

/** `<yyyymmddThhmmssZ>-<host>-<rev12 or "baseline">-<env8>-<reason>-<4 random digits>`. */
export const sessionIdSchema = z.string().regex(/^\d{8}T\d{6}Z-[\w.-]+-([0-9a-f]{12}|baseline)-\w{1,8}-[a-z-]+-\d{4}$/);

export const environmentIdSchema = z.string().regex(/^\w+$/);
