import * as z from "zod";
import type { Rule } from "../mistake.ts";

/** Returns the schema of a text that satisfies a rule. The issue of an invalid text has the hint as `params.hint`. */
export function text(rule: Rule) {
  return z.string().superRefine((value, context) => {
    const mistake = rule(value);
    if (mistake) context.addIssue({ code: "custom", message: mistake.message, params: { hint: mistake.hint } });
  });
}
